#pragma once

#include "varhush/models/position_range.hpp"
#include "varhush/scoring/window.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace varhush::scoring {

/// Lays predictions of the ALT sequence over the bins of the REF sequence. An insertion becomes the
/// maximum over the last shared base and the inserted ones, in the place of that base; as many bins
/// at the window's end are 0. Deleted bases become bins of 0. Same lengths: nothing moves. The
/// axis runs along the forward strand. Source: the official variant scoring of AlphaGenome (Avsec
/// et al. 2026); docs/scorers.md, "Insertions and deletions".
class IndelAlignment {
  public:
    /// Nothing moves.
    explicit IndelAlignment(std::int64_t bins) : bins_(bins) {}

    /// Alignment at 1 bp, or on whole bins of `resolution_bp`. Empty where there is none: a
    /// deletion that reaches past the window's end; at coarser resolutions a change of length that
    /// is no whole number of bins. A variant outside the window moves nothing.
    static std::optional<IndelAlignment> make(const ScoreWindow& window,
                                              const ScoredVariant& variant,
                                              int resolution_bp = 1);

    /// The same of several variants of one haplotype (ascending, disjoint): each moves what lies
    /// right of it. Empty where one of them alone has none.
    static std::optional<IndelAlignment> make(const ScoreWindow& window,
                                              std::span<const ScoredVariant> variants,
                                              int resolution_bp = 1);

    [[nodiscard]] bool moves() const noexcept { return !steps_.empty(); }

    /// The ALT bins that aligned bins `ref` (ascending, disjoint) are made of: ascending, disjoint,
    /// not touching.
    [[nodiscard]] std::vector<models::PositionRange> alt_bins(
        std::span<const models::PositionRange> ref) const;

    /// Aligned rows of the bins `ref`, [bins, channels], out of `alt`: the rows of alt_bins(ref)
    /// one behind the other.
    /// @throws Error{kInternal} when `alt` has another size.
    [[nodiscard]] std::vector<float> align(std::span<const models::PositionRange> ref,
                                           std::span<const float> alt,
                                           int channels) const;

  private:
    /// Aligned bins in a row that come from ALT in the same way.
    struct Piece {
        std::int64_t first = 0;
        std::int64_t rows = 0;
        models::PositionRange alt;  ///< empty: zeros
        bool maximum = false;       ///< one aligned bin from all of `alt`
    };
    [[nodiscard]] std::vector<Piece> pieces(models::PositionRange ref) const;

    /// A change of length.
    struct Step {
        std::int64_t anchor = 0;  ///< bin of the last shared base
        std::int64_t shift = 0;   ///< bins inserted; negative: deleted
    };
    /// Puts down the change of one variant; false where there is no alignment.
    bool add(const ScoreWindow& window, const ScoredVariant& variant, int resolution_bp);

    std::int64_t bins_ = 0;
    std::vector<Step> steps_;  ///< ascending
};

}  // namespace varhush::scoring
