#pragma once

#include "apps/count/options.hpp"

#include <string>
#include <vector>

namespace varhush::apps {

/// Where the samples of the reads stand among `known`, those of the VCF: by name, -1 without one;
/// with --vcf-sample the one it names, for reads of one sample.
/// @throws Error{kUsage} for --vcf-sample with reads of several samples and for one that the VCF
/// does not have; Error{kInput} for it when the VCF has none, with `why_needed` as its hint.
[[nodiscard]] std::vector<int> sample_columns(const CountCommandOptions& options,
                                              const std::vector<std::string>& samples,
                                              const std::vector<std::string>& known,
                                              const std::string& why_needed);

}  // namespace varhush::apps
