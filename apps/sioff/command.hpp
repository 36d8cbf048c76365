#pragma once

namespace varhush::apps {

/// `varhush sioff`: every site of given guides in a transcriptome.
int run_sioff(int argc, const char* const* argv);

}  // namespace varhush::apps
