#pragma once

#include "varhush/io/alignment_reader.hpp"
#include "varhush/seq/region.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace varhush::io {

/// Intervals of the contigs of alignments, merged and sorted. Memory 16 bytes an interval.
class IntervalSet {
  public:
    struct Interval {
        std::int64_t start = 0;
        std::int64_t end = 0;
    };

    IntervalSet() = default;
    /// Regions on other contigs are counted in unknown().
    IntervalSet(std::span<const seq::Region> regions,
                std::span<const AlignmentReader::Contig> contigs);

    [[nodiscard]] bool overlaps(int contig_id, std::int64_t start, std::int64_t end) const noexcept;
    /// Those of one contig, ascending and apart.
    [[nodiscard]] std::span<const Interval> of(int contig_id) const noexcept;
    [[nodiscard]] std::int64_t unknown() const noexcept { return unknown_; }
    /// The first of them; empty when all are known.
    [[nodiscard]] const std::string& unknown_contig() const noexcept { return unknown_contig_; }
    [[nodiscard]] std::int64_t known() const noexcept { return known_; }

  private:
    std::vector<std::vector<Interval>> contigs_;
    std::int64_t unknown_ = 0;
    std::string unknown_contig_;
    std::int64_t known_ = 0;
};

}  // namespace varhush::io
