#pragma once

#include "varhush/count/allele_caller.hpp"
#include "varhush/count/read_samples.hpp"
#include "varhush/count/site.hpp"
#include "varhush/count/site_counts.hpp"
#include "varhush/io/alignment_reader.hpp"
#include "varhush/io/read_filter.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace varhush::count {

/// Reads that span more are told of apart: their mates do not know.
inline constexpr std::int64_t kLongReadBp = 1000;
struct LongRead {
    std::size_t sample = 0;
    std::uint64_t fragment = 0;
    int contig_id = 0;
    std::int64_t start = 0;
    std::int64_t end = 0;
};

struct CountOptions {
    io::ReadFilter filter = {};
    CallerOptions caller = {};
    bool by_fragment = true;
    std::int64_t max_depth = 100000;  ///< reads kept at a site, all samples together
    /// Told of every read that spans more than kLongReadBp, before any site behind its start is
    /// done. May be empty.
    std::function<void(const LongRead&)> long_read = {};
};

struct CountTally {
    std::int64_t reads = 0;          ///< looked at
    std::int64_t without_group = 0;  ///< … near a site, of no known sample
    std::int64_t other_samples = 0;  ///< … of samples that were not asked for
};

/// The next site, in any order of places when the reads have an index, else in theirs.
using NextSite = std::function<std::optional<Site>()>;
/// Counts of a site, one entry a sample, and the calls they are the sum of; in the order the sites
/// came.
using SiteDone = std::function<void(
    const Site&, std::vector<SampleCounts>&&, std::span<const FragmentCall> calls)>;

/// Passes over the reads once and counts them at every site; with an index it jumps over what no
/// site needs. `readers` must give bases and tags. Memory: the sites near one place, 40 bytes for
/// each of their reads, up to max_depth.
/// @throws Error{kInput} for reads that are not sorted or damaged, and, without an index, for sites
/// that are in another order.
CountTally count_alleles(std::span<io::AlignmentReader> readers,
                         const ReadSamples& samples,
                         const CountOptions& options,
                         const NextSite& next,
                         const SiteDone& done);

}  // namespace varhush::count
