#pragma once

#include "optimizer.hpp"
#include "varhush/train/random.hpp"

#include <cstdint>
#include <string>

namespace varhush::train {

/// Writes all of `tensors`, the step and the random state; `digest` says for which options.
void save_checkpoint(const std::string& path,
                     const NamedTensors& tensors,
                     std::int64_t step,
                     const Random& random,
                     const std::string& digest);

/// Fills `tensors` and `random` from the file and gives back the step.
/// @throws Error{kResume} for another digest or a bad step, Error{kModel} for a damaged file.
std::int64_t load_checkpoint(const std::string& path,
                             const NamedTensors& tensors,
                             Random& random,
                             const std::string& digest);

}  // namespace varhush::train
