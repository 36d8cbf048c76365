#pragma once

#include "varhush/models/position_range.hpp"
#include "varhush/scoring/variant_scorer.hpp"
#include "varhush/seq/transcript.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace varhush::scoring {

/// What a mask keeps of the bins under it.
enum class MaskReduction {
    kSums,           ///< sum of REF and sum of ALT
    kLargestChange,  ///< max |ALT - REF|, 0 for an empty mask; in the place of the sum of REF
};

/// Streams tracks once under many masks. Stretches under the same set of masks are reduced once
/// and then given to each of them, in f64 and always in the order of positions, so that results do
/// not depend on how blocks are cut.
class MaskSums {
  public:
    /// `masks`: intervals in bins, ascending and disjoint within a mask; masks may overlap.
    MaskSums(const std::vector<std::vector<seq::Interval>>& masks,
             std::size_t channels,
             MaskReduction reduction);

    /// Bins under any mask, ascending, disjoint, not touching.
    [[nodiscard]] std::vector<models::PositionRange> bins() const;

    /// The next bins of bins(), values [rows, channels].
    void consume(const TrackBlock& ref, const TrackBlock& alt);

    /// @throws Error{kInternal} when bins have not been read (a bug in the caller).
    void check_complete() const;

    [[nodiscard]] double ref(std::size_t mask, std::size_t channel) const {
        return totals_ref_[mask * channels_ + channel];
    }
    [[nodiscard]] double alt(std::size_t mask, std::size_t channel) const {
        return totals_alt_[mask * channels_ + channel];
    }
    /// Bins of a mask.
    [[nodiscard]] std::int64_t size(std::size_t mask) const { return sizes_[mask]; }

  private:
    /// Bins under the same masks.
    struct Stretch {
        models::PositionRange bins;
        std::vector<std::size_t> masks;
    };

    void add(const float* ref, const float* alt);
    void finish_stretch();

    std::size_t channels_;
    MaskReduction reduction_;
    std::vector<Stretch> stretches_;
    std::vector<std::int64_t> sizes_;
    std::size_t current_ = 0;       ///< stretch being read
    std::int64_t read_ = 0;         ///< its bins already read
    std::vector<double> sums_ref_;  ///< of the current stretch
    std::vector<double> sums_alt_;
    std::vector<double> totals_ref_;  ///< [masks, channels]
    std::vector<double> totals_alt_;
};

}  // namespace varhush::scoring
