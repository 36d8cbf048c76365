#pragma once

#include "varhush/count/reason.hpp"
#include "varhush/count/site.hpp"
#include "varhush/io/alignment_reader.hpp"
#include "varhush/seq/pair_alignment.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace varhush::count {

struct CallerOptions {
    int min_base_quality = 13;
    /// kLocal: an allele must fit better than the next by so much (Phred).
    int min_difference = 10;
    /// kLocal: the read must reach so many bases to either side of where the alleles begin to
    /// differ, wherever its aligner placed or clipped it.
    std::int64_t min_reach_bp = 5;
    /// kLocal: what fits no allele better than with so many good bases wrong is left out.
    int max_mismatches = 5;
};

/// Tells which allele of a site a read carries. Keeps scratch memory; not for several threads.
class AlleleCaller {
  public:
    explicit AlleleCaller(CallerOptions options) : options_(options) {}

    /// Nothing when the read does not come near the site. Flags and mapping quality are not looked
    /// at. kLocal: the bases that lie, by the read's own alignment, within kFlankBp of the core
    /// (with clipped ones at a clipped end) are aligned to every allele's haplotype; what counts is
    /// the cheapest. The same rules hold for REF and ALT, so neither is preferred.
    [[nodiscard]] std::optional<ReadCall> call(const io::Alignment& read, const Site& site);

    /// Whether the read comes near the site, by its alignment and clips.
    [[nodiscard]] static bool touches(const io::Alignment& read, const Site& site) {
        return site.kind == SiteKind::kBase
                   ? read.start <= site.base_position && site.base_position < read.end
                   : touches_core(read, site);
    }

  private:
    struct Segment;

    [[nodiscard]] static bool touches_core(const io::Alignment& read, const Site& site);

    [[nodiscard]] std::optional<ReadCall> call_base(const io::Alignment& read,
                                                    const Site& site) const;
    [[nodiscard]] std::optional<ReadCall> call_local(const io::Alignment& read, const Site& site);
    [[nodiscard]] ReadCall judge(const io::Alignment& read,
                                 const Site& site,
                                 const Segment& segment);

    CallerOptions options_;
    seq::PairAligner aligner_;
};

}  // namespace varhush::count
