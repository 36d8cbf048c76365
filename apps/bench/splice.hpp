#pragma once

#include "apps/bench/options.hpp"

namespace varhush::apps {

/// `varhush bench splice`: how well a splice network finds annotated sites, and how well its deltas
/// agree with those of another model or with recorded ones; with intervals.
int run_splice_bench(const BenchOptions& options);

}  // namespace varhush::apps
