#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace varhush::scoring {

/// A value of the background and how many lie below it: twice the number of smaller values plus the
/// number of equal ones, so that mid-ranks are whole numbers.
struct RankKnot {
    float value = 0;
    std::uint32_t twice_below = 0;
    bool operator==(const RankKnot&) const = default;
};

/// The distribution of a score over a background, as knots of its quantile function. The rank of a
/// value is the share of the background below it, of equal values half (mid-rank), linear between
/// knots; outside the background it is clamped to lowest() and highest(): n values say nothing
/// beyond 1/(2n). Definition: calibrated ranks of Avsec et al. 2026 (Nature), whose interpolation
/// is not published; this one is ours.
class RankGrid {
  public:
    /// The grid of `values` (finite, at least one). Values of the background are left out as knots
    /// where that moves no rank r by more than `tolerance` * min(r, 1 - r); 0 keeps all.
    /// Cost O(n log n).
    static RankGrid of(std::vector<float> values, double tolerance);

    /// Knots as stored. @throws Error{kModel} unless there is one, values are finite, values and
    /// ranks ascend, and ranks lie inside 0 .. 2n.
    RankGrid(std::vector<RankKnot> knots, std::uint32_t size);

    /// In [lowest(), highest()]; never falls as `value` rises. Cost O(log knots).
    [[nodiscard]] double rank(float value) const;

    [[nodiscard]] double lowest() const { return 0.5 / static_cast<double>(size_); }
    [[nodiscard]] double highest() const { return 1 - lowest(); }
    /// Values of the background.
    [[nodiscard]] std::uint32_t size() const noexcept { return size_; }
    [[nodiscard]] const std::vector<RankKnot>& knots() const noexcept { return knots_; }

  private:
    RankGrid() = default;
    [[nodiscard]] double rank_at(std::size_t knot) const;

    std::vector<RankKnot> knots_;
    std::uint32_t size_ = 0;
};

}  // namespace varhush::scoring
