#pragma once

#include "varhush/io/alignment_reader.hpp"
#include "varhush/io/depth_runs.hpp"
#include "varhush/seq/region.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace varhush::io {

/// Which reads count, and where.
struct ReadDepthOptions {
    std::optional<seq::Region> region = std::nullopt;
    int min_mapping_quality = 0;
    /// Unmapped, secondary, QC-fail, duplicate and supplementary reads.
    std::uint16_t excluded_flags = 0xF04;
    /// A proper pair is one block from its first base to its last, instead of the aligned blocks of
    /// both reads.
    bool fragments = false;
};

struct ReadDepthTally {
    std::int64_t reads = 0;
    std::int64_t counted = 0;
    std::map<std::string, std::int64_t> left_out;
    std::int64_t past_end = 0;
    std::int64_t runs = 0;
    std::int64_t covered_bp = 0;
};

/// Gives the depth of the aligned blocks (CIGAR M, = and X) of the reads that count, as runs in the
/// order of the file. Memory: what reaches over one position.
/// @throws Error{kInput} for reads that are not sorted or lie outside their contig.
ReadDepthTally read_depth(AlignmentReader& reader,
                          const ReadDepthOptions& options,
                          const std::function<void(const DepthRun&)>& emit);

}  // namespace varhush::io
