#pragma once

namespace varhush::apps {

/// `varhush bench`: speed and correctness of this build on this machine.
int run_bench(int argc, const char* const* argv);

}  // namespace varhush::apps
