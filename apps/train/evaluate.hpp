#pragma once

#include "apps/train/options.hpp"

namespace varhush::apps {

/// Judges every model of --evaluate and prints one table, a line a model.
int evaluate_models(const TrainCommandOptions& options);

}  // namespace varhush::apps
