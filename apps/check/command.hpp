#pragma once

namespace varhush::apps {

/// `varhush check`: does this VCF fit this reference? Exit 0 when it does, 3 when not.
int run_check(int argc, const char* const* argv);

}  // namespace varhush::apps
