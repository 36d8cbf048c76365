#pragma once

#include "apps/common/output_options.hpp"
#include "apps/common/region_options.hpp"
#include "apps/common/run_options.hpp"
#include "apps/common/sample_options.hpp"
#include "varhush/count/bias_limits.hpp"
#include "varhush/count/counter.hpp"
#include "varhush/count/site.hpp"

#include <string>
#include <vector>

namespace varhush::apps {

/// What `varhush count` was asked for.
struct CountCommandOptions {
    std::vector<std::string> inputs;  ///< never empty once parsed
    std::string vcf;
    std::string fasta;
    OutputOptions output;
    RegionOptions regions;
    SampleOptions samples;
    bool ignore_groups = false;  ///< --ignore-rg
    std::string blocks;          ///< --blocks: table of haplotypes; empty for none
    std::string gtf;             ///< --gtf: sums by gene
    std::string peaks;           ///< --peaks: sums by region
    bool introns = false;
    std::string vcf_sample;
    double min_agreement = 1;
    count::CountOptions count;
    count::BiasLimits limits;  ///< --max-strand-bias and its kin
    count::SiteOptions sites;
    RunOptions run;

    /// A table, unless -O or the name of the output asks for VCF or BCF.
    [[nodiscard]] bool wants_table() const;
};

/// @throws Error{kUsage}, CLI::CallForHelp
CountCommandOptions parse_count_options(int argc, const char* const* argv);

}  // namespace varhush::apps
