#pragma once

#include <ATen/core/TensorBody.h>

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace varhush::train {

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

/// AdamW: Adam with decay of the weights apart from the gradient. Source: Loshchilov & Hutter 2019
/// (ICLR), algorithm 2; beta 0.9 and 0.99, epsilon 1e-8.
class AdamW {
  public:
    using Decays = std::function<bool(const std::string& name, const at::Tensor& value)>;

    /// Without `decays` only convolution kernels decay.
    AdamW(const NamedTensors& parameters, double weight_decay, const Decays& decays = {});

    /// One step number `step` (from 1) with the gradients at hand, clipped to `clip_norm` in their
    /// common norm, which is returned unclipped. Gradients are cleared. What no gradient reached
    /// in this step stays as it is.
    double step(double learning_rate, double clip_norm, std::int64_t step);

    /// First and second moments, named "adam.m.…" and "adam.v.…", sharing storage.
    [[nodiscard]] NamedTensors state() const;

  private:
    struct Slot {
        std::string name;
        at::Tensor value, first, second;
        bool decays = false;
    };
    std::vector<Slot> slots_;
    double weight_decay_;
};

/// Averaged copies of tensors.
class MovingAverage {
  public:
    explicit MovingAverage(const NamedTensors& tensors);
    /// decay is lowered in the first steps so that the start is forgotten.
    void update(const NamedTensors& tensors, double decay, std::int64_t step);
    /// Writes the averages into `tensors`, which have the same order and shapes.
    void copy_to(const NamedTensors& tensors) const;
    [[nodiscard]] const NamedTensors& tensors() const noexcept { return tensors_; }

  private:
    NamedTensors tensors_;
};

/// Linear rise over `warmup` steps, then half a cosine down to 1 % at `steps`. `step` from 1.
double learning_rate_at(double peak, std::int64_t step, std::int64_t warmup, std::int64_t steps);

}  // namespace varhush::train
