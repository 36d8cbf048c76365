#pragma once

#include "varhush/models/aparent_network.hpp"

#include <ATen/core/TensorBody.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace varhush::nn {
struct NamedTensor;
}  // namespace varhush::nn

namespace varhush::models {

/// A cleavage network of one library, differentiable, for training. What it says is what
/// AparentNetwork says of its file.
class AparentTorch {
  public:
    /// Fresh weights: He-normal convolutions (He et al. 2015), the second one of each unit scaled
    /// down so that every unit starts close to the identity; all else 0 or 1. Same seed, same
    /// weights.
    /// @throws Error{kModel} for a shape that cannot be run or several libraries.
    AparentTorch(AparentConfig config, std::uint64_t seed);

    [[nodiscard]] const AparentConfig& config() const noexcept { return config_; }

    /// Logits [N, window + 1] of `codes` [N, window], bytes as AparentNetwork::logits() reads them.
    /// With `training` the batch norms use and update their statistics.
    [[nodiscard]] at::Tensor logits(const at::Tensor& codes, bool training) const;

    /// Learned tensors and running statistics by name without "model.0."; the handles share storage
    /// with the module, and learned ones require a gradient.
    [[nodiscard]] const std::vector<std::pair<std::string, at::Tensor>>& tensors() const noexcept {
        return tensors_;
    }
    /// The term that is added to the logits of every window, [window + 1].
    [[nodiscard]] const at::Tensor& offsets() const { return get("library.bias"); }

  private:
    [[nodiscard]] const at::Tensor& get(const std::string& name) const;
    [[nodiscard]] at::Tensor conv(const at::Tensor& h, const std::string& name, int dilation) const;
    [[nodiscard]] at::Tensor activate(const at::Tensor& h,
                                      const std::string& name,
                                      bool training) const;

    AparentConfig config_;
    std::vector<std::pair<std::string, at::Tensor>> tensors_;
    std::map<std::string, std::size_t> index_;
};

/// Its tensors named "model.0.…" for write_safetensors().
[[nodiscard]] std::vector<nn::NamedTensor> to_named_tensors(const AparentTorch& network);

}  // namespace varhush::models
