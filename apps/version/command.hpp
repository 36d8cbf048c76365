#pragma once

namespace varhush::apps {

/// `varhush version`: the version of this build and of what it was built with.
int run_version(int argc, const char* const* argv);

}  // namespace varhush::apps
