#pragma once

#include <ATen/core/TensorBody.h>

#include <string_view>

namespace varhush::train {

/// One-hot code of `bases` as [1, 4, L].
at::Tensor encode(std::string_view bases);

/// Writes the one-hot code of `bases` into row `row` of `batch` [N, 4, L] (float, contiguous).
void encode_into(std::string_view bases, at::Tensor& batch, std::int64_t row);

}  // namespace varhush::train
