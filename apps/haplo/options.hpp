#pragma once

#include "apps/common/sample_options.hpp"
#include "apps/haplo/block_builder.hpp"
#include "apps/score/options.hpp"

#include <string>
#include <vector>

namespace varhush::apps {

/// Everything `varhush haplo` can be told.
struct HaploOptions {
    ScoreOptions score;  ///< input, reference, models, output, regions and run, as `score` has them
    SampleOptions samples;
    BlockRule rule;
    std::string table;      ///< the table beside a VCF output; empty: none
    std::string fasta_out;  ///< the sequence of one haplotype; empty: none
    std::string chain_out;  ///< reference to haplotype; empty: none
    int haplotype = 0;      ///< of these two, 1 or 2

    [[nodiscard]] bool emits() const { return !fasta_out.empty() || !chain_out.empty(); }

    /// -O v, z, u or b, or the suffix of a VCF or BCF.
    [[nodiscard]] bool wants_vcf() const;
};

/// @throws Error{kUsage} for what does not parse or does not make sense.
[[nodiscard]] HaploOptions parse_haplo_options(int argc, const char* const* argv);

/// Numbers of the samples of -s and -S, in the order of the file; all without either.
/// @throws Error{kUsage} for a sample that the file does not have, Error{kInput} for a file without
/// samples.
[[nodiscard]] std::vector<std::size_t> chosen_samples(const HaploOptions& options,
                                                      const std::vector<std::string>& known);

}  // namespace varhush::apps
