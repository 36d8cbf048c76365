#pragma once

#include "apps/sidesign/options.hpp"
#include "apps/sidesign/variant_input.hpp"
#include "varhush/io/thread_pool.hpp"
#include "varhush/sirna/designer.hpp"

namespace varhush::apps {

/// Puts what the sample of --allele-vcf carries on the targets, and looks the disease variant up.
/// @throws Error{kUsage} for an unknown sample, or several and none named; Error{kInput} for files
/// that do not fit, a disease variant that is not there or not heterozygous, and a sample without a
/// heterozygous variant on any target.
VariantCounts load_alleles(const VariantOptions& options,
                           const io::ThreadPool& pool,
                           sirna::DesignInput& input,
                           sirna::AlleleRequest& request);

}  // namespace varhush::apps
