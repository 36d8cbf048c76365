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

struct CountOptions {
    io::ReadFilter filter = {};
    CallerOptions caller = {};
    bool by_fragment = true;
    std::int64_t max_depth = 100000;  ///< reads kept at a site, all samples together
};

struct CountTally {
    std::int64_t reads = 0;          ///< looked at
    std::int64_t without_group = 0;  ///< … near a site, of no known sample
    std::int64_t other_samples = 0;  ///< … of samples that were not asked for
};

/// The next site, in any order of places when the reads have an index, else in theirs.
using NextSite = std::function<std::optional<Site>()>;
/// Counts of a site, one entry a sample; in the order the sites came.
using SiteDone = std::function<void(const Site&, std::vector<SampleCounts>&&)>;

/// Passes over the reads once and counts them at every site; with an index it jumps over what no
/// site needs. `readers` must give bases and tags. Memory: the sites near one place, 32 bytes for
/// each of their reads, up to max_depth.
/// @throws Error{kInput} for reads that are not sorted or damaged, and, without an index, for sites
/// that are in another order.
CountTally count_alleles(std::span<io::AlignmentReader> readers,
                         const ReadSamples& samples,
                         const CountOptions& options,
                         const NextSite& next,
                         const SiteDone& done);

}  // namespace varhush::count
