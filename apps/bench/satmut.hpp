#pragma once

#include "apps/bench/options.hpp"

namespace varhush::apps {

/// `varhush bench satmut`: VH_MPRA of a reporter network or mix against measured variants of cloned
/// elements, element by element, with bootstrap intervals.
int run_satmut_bench(const BenchOptions& options);

}  // namespace varhush::apps
