#pragma once

#include "varhush/seq/reference_source.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace varhush::scoring {

/// A stretch of the genome that is predicted or scored, 0-based half-open; `strand` is '+', '-' or
/// '.'. It may reach past the ends of the contig.
struct ScoreWindow {
    std::string contig;
    std::int64_t start = 0;
    std::int64_t end = 0;
    char strand = '.';

    [[nodiscard]] std::int64_t width() const noexcept { return end - start; }
    /// "chr1:10000-14096:." with 0-based start, as the official tables write intervals.
    [[nodiscard]] std::string to_text() const;
    bool operator==(const ScoreWindow&) const = default;
};

/// One ALT as the scorers see it: REF and ALT at the 0-based `start`, upper-case plain bases.
/// Either may be empty. Where lengths differ, the bases that come or go are those at the end of the
/// longer allele (a left-aligned record).
struct ScoredVariant {
    std::string contig;
    std::int64_t start = 0;
    std::string ref;
    std::string alt;

    [[nodiscard]] std::int64_t end() const noexcept {
        return start + static_cast<std::int64_t>(ref.size());
    }
    [[nodiscard]] std::int64_t inserted_bp() const noexcept {
        return static_cast<std::int64_t>(alt.size()) - static_cast<std::int64_t>(ref.size());
    }
    /// "chr22:36201698:A>C", 1-based.
    [[nodiscard]] std::string to_text() const;
    bool operator==(const ScoredVariant&) const = default;
};

/// `window` brought to `width` bases about its centre: floor((start + end) / 2), and one base
/// further right where the window's own width is odd and its strand not '-'. Of an odd new width
/// the larger half lies left of the centre, right of it on '-'.
[[nodiscard]] ScoreWindow resized(const ScoreWindow& window, std::int64_t width);

/// The window of `width` bases in which `variant` is scored: its REF bases resized, strand '.'. For
/// a single base and an even width the variant is base width/2 - 1.
[[nodiscard]] ScoreWindow window_round(const ScoredVariant& variant, std::int64_t width);

/// Bases of `window` with the variant's REF written over those of the reference, N beyond the
/// contig; reverse-complemented for a '-' window. Always window.width() letters of ACGTN.
/// @throws Error{kInternal} for an unknown contig, and what `reference` throws.
[[nodiscard]] std::string ref_sequence(const seq::ReferenceSource& reference,
                                       const ScoreWindow& window,
                                       const ScoredVariant& variant);

/// The same with ALT in the place of REF: what lies right of an insertion or deletion moves, the
/// left end stays, so a deletion pulls in bases behind the window. Of a variant across an end of
/// the window only the part inside is applied; one outside leaves the reference.
[[nodiscard]] std::string alt_sequence(const seq::ReferenceSource& reference,
                                       const ScoreWindow& window,
                                       const ScoredVariant& variant);
/// The same with several variants of one haplotype (ascending, disjoint).
[[nodiscard]] std::string alt_sequence(const seq::ReferenceSource& reference,
                                       const ScoreWindow& window,
                                       std::span<const ScoredVariant> variants);

}  // namespace varhush::scoring
