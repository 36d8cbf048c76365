#pragma once

namespace varhush::apps {

/// `varhush siindex`: a transcriptome becomes an off-target index.
int run_siindex(int argc, const char* const* argv);

}  // namespace varhush::apps
