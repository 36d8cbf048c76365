#pragma once

namespace varhush::apps {

/// `varhush predict`: tracks of an AlphaGenome-style model for regions of a genome or haplotype.
int run_predict(int argc, const char* const* argv);

}  // namespace varhush::apps
