#pragma once

namespace varhush::apps {

/// `varhush concord`: predicted against observed allelic effects.
int run_concord(int argc, const char* const* argv);

}  // namespace varhush::apps
