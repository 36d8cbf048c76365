#pragma once

#include "varhush/models/alphagenome_config.hpp"
#include "varhush/nn/safetensors.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace varhush::models {

/// A tensor of a file under the name that the layout has for it.
struct StoredTensor {
    std::string stored_name;
    const nn::SafeTensors::Entry* entry = nullptr;
    std::vector<std::int64_t> shape;  ///< as the layout has it
    bool transposed = false;          ///< stored as [organism, in, out], wanted [organism, out, in]
};
using StoredTensors = std::map<std::string, StoredTensor>;

/// Tensors of a file by today's names. Files of the PyTorch port from before its channel-first
/// ("NCL") generation store `heads.*.linears.*` and `splice_*_head.linear.*` as [organism, in,
/// out], and 1x1 convolutions as linear layers, some called `*.proj.*`.
[[nodiscard]] StoredTensors stored_tensors(const nn::SafeTensors& file);

/// Widths from the shapes of the tensors; what shapes do not tell (thresholds, positions) is as
/// released. @throws Error{kModel} for a file without the tensors that tell.
[[nodiscard]] AlphaGenomeConfig infer_config(const StoredTensors& tensors, const std::string& file);

/// @throws Error{kModel} naming the first tensor that is missing (with how many more are),
/// misshapen or no float, or left over. Names in `may_lack` need not be there.
void check_tensors(const StoredTensors& tensors,
                   const std::vector<TensorSpec>& layout,
                   std::span<const std::string> may_lack,
                   const std::string& file);

/// "[2,256]"
[[nodiscard]] std::string shape_text(const std::vector<std::int64_t>& shape);

}  // namespace varhush::models
