#pragma once

#include "apps/ism/options.hpp"
#include "varhush/seq/reference_source.hpp"
#include "varhush/seq/region.hpp"

#include <cstdint>
#include <vector>

namespace varhush::apps {

/// The intervals of -r or -R, under the reference's names, in the order of the reference.
/// @throws Error{kUsage} (for -r) or Error{kInput} (for -R) for an interval on '-', of an unknown
/// contig, empty, past the end of its contig, longer than `longest_bp`, or that overlaps another.
[[nodiscard]] std::vector<seq::Region> ism_regions(const IsmOptions& options,
                                                   const seq::ReferenceSource& reference,
                                                   std::int64_t longest_bp);

}  // namespace varhush::apps
