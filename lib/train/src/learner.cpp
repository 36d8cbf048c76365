#include "learner.hpp"

#include <ATen/ATen.h>

#include <iterator>
#include <utility>

namespace varhush::train {

LearnerPlan learner_plan(const StepSettings& settings) {
    return {settings.learning_rate,
            settings.warmup_steps,
            settings.weight_decay,
            settings.clip_norm,
            settings.ema_decay};
}

Learner::Learner(NamedTensors weights, const LearnerPlan& plan, const AdamW::Decays& decays)
    : weights_(std::move(weights)),
      plan_(plan),
      optimizer_(weights_, plan.weight_decay, decays),
      average_(weights_) {}

Learner::Step Learner::step(std::int64_t step, std::int64_t steps) {
    Step done;
    done.learning_rate = learning_rate_at(plan_.learning_rate, step, plan_.warmup_steps, steps);
    done.gradient_norm = optimizer_.step(done.learning_rate, plan_.clip_norm, step);
    average_.update(weights_, plan_.ema_decay, step);
    return done;
}

NamedTensors Learner::state() const {
    NamedTensors out;
    for (const auto& [name, tensor] : weights_) {
        out.emplace_back("model." + name, tensor);
    }
    for (const auto& [name, tensor] : average_.tensors()) {
        out.emplace_back("average." + name, tensor);
    }
    NamedTensors moments = optimizer_.state();
    std::move(moments.begin(), moments.end(), std::back_inserter(out));
    return out;
}

}  // namespace varhush::train
