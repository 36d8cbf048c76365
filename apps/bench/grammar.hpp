#pragma once

#include "apps/bench/options.hpp"

namespace varhush::apps {

/// `varhush bench grammar`: made-up sequences whose truth is known, motifs planted, broken, moved,
/// reversed and combined; the share of backgrounds on which a model's change has the right sign.
int run_grammar_bench(const BenchOptions& options);

}  // namespace varhush::apps
