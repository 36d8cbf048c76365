#pragma once

namespace varhush::apps {

/// `varhush bench`: how fast this machine runs the models' inner loops.
int run_bench(int argc, const char* const* argv);

}  // namespace varhush::apps
