#pragma once

namespace varhush::apps {

/// `varhush sidesign`: siRNAs for genes, transcripts, regions, junctions and alleles.
int run_sidesign(int argc, const char* const* argv);

}  // namespace varhush::apps
