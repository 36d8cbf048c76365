#pragma once

#include "apps/bench/options.hpp"

namespace varhush::apps {

/// `varhush bench tracks`: an AlphaGenome-style model against the tracks of a training
/// configuration in regions that were held out, track by track, with intervals.
int run_tracks_bench(const BenchOptions& options);

}  // namespace varhush::apps
