#include "encode.hpp"

#include "varhush/core/error.hpp"

#include <ATen/ATen.h>

namespace varhush::train {

void encode_into(std::string_view bases, at::Tensor& batch, std::int64_t row) {
    const auto length = static_cast<std::int64_t>(bases.size());
    VARHUSH_CHECK(batch.size(1) == 4 && batch.size(2) == length && batch.is_contiguous());
    float* out = batch.data_ptr<float>() + row * 4 * length;
    std::fill(out, out + 4 * length, 0.0F);
    for (std::int64_t i = 0; i < length; ++i) {
        const auto code = std::string_view("ACGT").find(bases[static_cast<std::size_t>(i)]);
        if (code != std::string_view::npos) {
            out[static_cast<std::int64_t>(code) * length + i] = 1.0F;
        }
    }
}

at::Tensor encode(std::string_view bases) {
    at::Tensor batch = at::empty({1, 4, static_cast<std::int64_t>(bases.size())});
    encode_into(bases, batch, 0);
    return batch;
}

}  // namespace varhush::train
