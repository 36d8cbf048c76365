#pragma once

#include "apps/predict/options.hpp"
#include "varhush/nn/safetensors.hpp"

namespace varhush::apps {

/// `varhush predict` with a reporter network: its placement-free track, one file a task and one of
/// their mean. A base has the value of the word whose middle it is; bases beyond the contig are
/// unknown. There are no windows, so nothing depends on where a region begins. Returns the exit
/// code.
/// @throws Error{kUsage} for options that mean nothing to it.
[[nodiscard]] int predict_reporter(const PredictOptions& options,
                                   const nn::SafeTensors& file,
                                   int threads);

}  // namespace varhush::apps
