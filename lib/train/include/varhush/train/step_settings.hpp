#pragma once

#include <cstdint>
#include <string>

namespace varhush::train {

/// What every training by steps that a JSON file describes can be told under "training".
struct StepSettings {
    std::int64_t steps = 2000;
    int batch = 8;
    double learning_rate = 1e-3;  ///< the largest
    std::int64_t warmup_steps = 100;
    double weight_decay = 1e-2;
    double clip_norm = 1;
    double ema_decay = 0.99;
    std::uint64_t seed = 1;
    double checkpoint_minutes = 5;
    std::int64_t report_steps = 50;
    std::int64_t validate_steps = 500;

    /// @throws Error{kInput} naming file and key.
    void validate(const std::string& file) const;
};

}  // namespace varhush::train
