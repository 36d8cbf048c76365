#pragma once

#include "apps/bench/options.hpp"

namespace varhush::apps {

/// Variants a second of `varhush score`, as processes of this very executable; returns the exit
/// code.
[[nodiscard]] int run_speed_bench(const BenchOptions& options);

}  // namespace varhush::apps
