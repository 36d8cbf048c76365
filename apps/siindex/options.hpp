#pragma once

#include "apps/common/run_options.hpp"

#include <string>
#include <vector>

namespace varhush::apps {

/// What `varhush siindex` was asked for.
struct SiindexOptions {
    std::vector<std::string> transcripts;  ///< FASTA files
    std::string genes;                     ///< GTF or GFF3
    std::string fasta;                     ///< genome, for splicing
    std::string vcf;
    std::string sample;
    std::vector<std::string> species;  ///< one for each FASTA, and one for spliced transcripts
    std::string output;
    std::string describe;  ///< an index to be described instead
    RunOptions run;
};

/// @throws Error{kUsage} for combinations that make no sense.
void validate(const SiindexOptions& options);

/// @throws Error{kUsage}, CLI::CallForHelp
SiindexOptions parse_siindex_options(int argc, const char* const* argv);

}  // namespace varhush::apps
