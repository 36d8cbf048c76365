#pragma once

namespace varhush::apps {

/// `varhush count`: allele counts of reads at variant sites.
int run_count(int argc, const char* const* argv);

}  // namespace varhush::apps
