#pragma once

#include "apps/bench/options.hpp"

namespace varhush::apps {

/// `varhush bench sirna`: accuracy and calibration of the siRNA efficacy model on measured guides.
int run_sirna_bench(const BenchOptions& options);

}  // namespace varhush::apps
