#pragma once

namespace varhush::apps {

/// `varhush siscore`: how well given siRNA guides silence.
int run_siscore(int argc, const char* const* argv);

}  // namespace varhush::apps
