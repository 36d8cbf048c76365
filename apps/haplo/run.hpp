#pragma once

#include "apps/haplo/options.hpp"

namespace varhush::apps {

/// The whole of `varhush haplo` behind its command line; returns the exit code.
[[nodiscard]] int run_haplo_with(const HaploOptions& options);

}  // namespace varhush::apps
