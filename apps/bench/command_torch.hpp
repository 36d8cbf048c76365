#pragma once

namespace varhush::apps {

/// `varhush bench parity --engine torch`, in the model half.
int run_bench_on_torch(int argc, const char* const* argv);

}  // namespace varhush::apps
