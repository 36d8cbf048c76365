#pragma once

namespace varhush::apps {

/// `varhush ism`: which bases of an interval matter to a score.
int run_ism(int argc, const char* const* argv);

}  // namespace varhush::apps
