#pragma once

namespace varhush::apps {

/// `varhush cover`: coverage of aligned reads as bedGraph.
int run_cover(int argc, const char* const* argv);

}  // namespace varhush::apps
