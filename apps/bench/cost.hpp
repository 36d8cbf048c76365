#pragma once

#include "apps/bench/options.hpp"

namespace varhush::apps {

/// `varhush bench cost`: seconds a variant and agreement with the full setting, by window, shared
/// windows, members and strands, with the scorers of `varhush score`.
int run_cost_bench(const BenchOptions& options);

}  // namespace varhush::apps
