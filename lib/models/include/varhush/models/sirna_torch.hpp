#pragma once

#include "varhush/models/sirna_ensemble.hpp"

#include <ATen/core/Generator.h>
#include <ATen/core/TensorBody.h>

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace varhush::models {

/// Shares of activations set to zero in training.
struct SirnaDropout {
    double letters = 0;  ///< what the convolutions or the encoder say
    double hidden = 0;   ///< units before the output
    double encoder = 0;  ///< inside the layers of the encoder
};

/// A spline, cnn or transformer member of a sirna-ensemble on LibTorch, to be trained. The same
/// function as SirnaEnsemble's native one.
class SirnaTorchNet {
  public:
    /// Weights drawn with `seed`. @throws Error{kInternal} for a kernel part.
    SirnaTorchNet(SirnaPart part, std::uint64_t seed);

    [[nodiscard]] const SirnaPart& part() const noexcept { return part_; }
    /// Learned tensors in the order of sirna_member_layout(); they share storage.
    [[nodiscard]] const std::vector<std::pair<std::string, at::Tensor>>& tensors() const noexcept {
        return tensors_;
    }
    [[nodiscard]] const at::Tensor& get(const std::string& name) const;

    /// letters [N, sequence], dense [N, dense] -> [N]. Dropout only with a generator.
    [[nodiscard]] at::Tensor forward(const at::Tensor& letters,
                                     const at::Tensor& dense,
                                     const SirnaDropout& dropout = {},
                                     at::Generator* generator = nullptr) const;

    /// Transformer: the encoder's output [N, positions, channels].
    [[nodiscard]] at::Tensor encode(const at::Tensor& letters,
                                    const SirnaDropout& dropout = {},
                                    at::Generator* generator = nullptr) const;

    /// Spline: second differences of the additive and the interactions' splines, squared and
    /// averaged: how much they bend.
    [[nodiscard]] at::Tensor curvature() const;

  private:
    [[nodiscard]] at::Tensor head(const at::Tensor& letters,
                                  const at::Tensor& dense,
                                  const SirnaDropout& dropout,
                                  at::Generator* generator) const;
    [[nodiscard]] at::Tensor spline(const at::Tensor& letters,
                                    const at::Tensor& dense,
                                    const SirnaDropout& dropout,
                                    at::Generator* generator) const;
    [[nodiscard]] at::Tensor convolve(const at::Tensor& letters) const;

    SirnaPart part_;
    std::vector<std::pair<std::string, at::Tensor>> tensors_;
    std::map<std::string, std::size_t> index_;
};

}  // namespace varhush::models
