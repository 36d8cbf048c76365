#pragma once

#include "apps/bench/options.hpp"

namespace varhush::apps {

/// `varhush bench reliability`: do confidences tell which scores are wrong? Returns the exit code.
/// @throws Error{kInput} for a table without the columns or without rows that count.
int run_reliability_bench(const BenchOptions& options);

}  // namespace varhush::apps
