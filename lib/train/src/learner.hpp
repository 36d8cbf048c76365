#pragma once

#include "optimizer.hpp"
#include "varhush/train/step_settings.hpp"

#include <cstdint>

namespace varhush::train {

/// How weights follow their gradient.
struct LearnerPlan {
    double learning_rate = 0;  ///< the largest
    std::int64_t warmup_steps = 0;
    double weight_decay = 0;
    double clip_norm = 0;
    double ema_decay = 0;
};

[[nodiscard]] LearnerPlan learner_plan(const StepSettings& settings);

/// Weights that learn: AdamW with warm-up, cosine decay and clipped gradients, and their moving
/// average.
class Learner {
  public:
    struct Step {
        double learning_rate = 0;
        double gradient_norm = 0;  ///< unclipped
    };

    /// `weights` share storage with the network that is trained.
    Learner(NamedTensors weights, const LearnerPlan& plan, const AdamW::Decays& decays = {});

    /// Step number `step` (from 1) of `steps` with the gradients at hand, which are cleared.
    Step step(std::int64_t step, std::int64_t steps);

    /// Writes the averages into `tensors`, which have the same order and shapes as the weights.
    void copy_average_to(const NamedTensors& tensors) const { average_.copy_to(tensors); }

    /// All that a checkpoint must hold: "model.…", "average.…", "adam.m.…" and "adam.v.…", sharing
    /// storage.
    [[nodiscard]] NamedTensors state() const;

  private:
    NamedTensors weights_;
    LearnerPlan plan_;
    AdamW optimizer_;
    MovingAverage average_;
};

}  // namespace varhush::train
