#pragma once

#include "varhush/io/alignment_reader.hpp"
#include "varhush/io/depth_runs.hpp"
#include "varhush/io/interval_set.hpp"
#include "varhush/io/phased_sites.hpp"
#include "varhush/io/read_filter.hpp"
#include "varhush/seq/region.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace varhush::io {

/// What of a read is counted.
enum class CoverageMode {
    kRead,       ///< aligned bases: CIGAR M, = and X
    kSpan,       ///< from the first aligned base to the last, D and N included
    kFragment,   ///< a proper pair from its first base to its last, once
    kFivePrime,  ///< the 5' base of each read
    kCutSite,    ///< the 5' base moved by shift_plus or shift_minus (ATAC-seq: +4 and -5)
};

/// Whose strand a read is counted on.
enum class StrandOf {
    kRead,    ///< its own (a fragment: that of its first read)
    kFirst,   ///< of the first read of its pair: the second is turned
    kSecond,  ///< of the second: the first is turned (dUTP libraries)
};

enum class HaplotypeBy { kNone, kTag, kSites };

struct CoverageOptions {
    CoverageMode mode = CoverageMode::kRead;
    ReadFilter filter = {};
    /// kRead and kSpan: bases under both mates of a pair count for both.
    bool count_overlaps = false;
    /// kFragment: reads in no proper pair count by their aligned bases; else they are left out.
    bool single_reads = false;
    /// kFragment: when > 0, they count from their 5' end over so many bases.
    std::int64_t extend_bp = 0;
    /// kFragment: longer pairs are left out.
    std::int64_t max_fragment_bp = 2000;
    std::int64_t shift_plus_bp = 4;
    std::int64_t shift_minus_bp = -5;
    bool split_strands = false;
    StrandOf strand_of = StrandOf::kRead;
    HaplotypeBy haplotype_by = HaplotypeBy::kNone;
    const PhasedSites* sites = nullptr;      ///< for HaplotypeBy::kSites
    const IntervalSet* blacklist = nullptr;  ///< what touches it is left out
    std::vector<seq::Region> regions = {};   ///< by index; empty: everything
};

struct CoverageTally {
    /// reads == counted + mates + all of left_out.
    std::int64_t reads = 0;
    std::int64_t counted = 0;  ///< reads, or fragments
    std::int64_t mates = 0;    ///< second reads of counted fragments
    DiscardCounts left_out;
    std::int64_t past_end = 0;     ///< counted reads cut at a contig end
    std::int64_t counted_bp = 0;   ///< bases (or ends) counted, before they are cut to regions
    std::int64_t conflicting = 0;  ///< reads whose sites speak for both haplotypes alike
    std::int64_t runs = 0;
    std::int64_t covered_bp = 0;
};

/// Names of the tracks that `options` ask for: "" for one, else "plus", "hap1", "hap2.minus", ….
[[nodiscard]] std::vector<std::string> track_names(const CoverageOptions& options);

/// Runs of equal depth of each track (a place in track_names()), in the order of the contigs; of
/// several readers the sum. Runs of one track ascend. Memory: 512 kB a track, and the first mates
/// whose second is awaited where mates overlap (about 80 bytes each).
/// @throws Error{kInput} for inputs that are not sorted, do not fit together or are damaged.
CoverageTally read_coverage(std::span<AlignmentReader> readers,
                            const CoverageOptions& options,
                            const std::function<void(std::size_t track, const DepthRun&)>& emit);

}  // namespace varhush::io
