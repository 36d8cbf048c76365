#pragma once

namespace varhush::apps {

/// `varhush haplo`: phased variants of a sample scored jointly.
int run_haplo(int argc, const char* const* argv);

}  // namespace varhush::apps
