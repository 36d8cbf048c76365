#pragma once

#include "band_kernels.hpp"
#include "loop_tables.hpp"
#include "strand.hpp"

#include <cstddef>
#include <vector>

namespace varhush::sirna {

/// A matrix over stretches i..j with j - i < span: row i, column j - i.
template <class Real>
class Band {
  public:
    Band(int rows, int span)
        : stride_(span), values_(static_cast<std::size_t>(rows) * static_cast<std::size_t>(span)) {}
    /// Where (i, i) is.
    [[nodiscard]] Real* row(int i) noexcept {
        return values_.data() + static_cast<std::ptrdiff_t>(i) * stride_;
    }
    [[nodiscard]] const Real* row(int i) const noexcept {
        return values_.data() + static_cast<std::ptrdiff_t>(i) * stride_;
    }
    [[nodiscard]] Real at(int i, int j) const noexcept { return row(i)[j - i]; }

  private:
    std::ptrdiff_t stride_;
    std::vector<Real> values_;
};

/// The last 32 rows of a band matrix, with zeros in front of and behind each.
template <class Real>
class Ring {
  public:
    explicit Ring(int span)
        : stride_(span + 2 * kRingPad),
          values_(static_cast<std::size_t>(stride_) * std::size_t{kRingRows}) {}
    [[nodiscard]] const Real* data() const noexcept { return values_.data(); }
    [[nodiscard]] std::ptrdiff_t stride() const noexcept { return stride_; }
    [[nodiscard]] const Real* row(int i) const noexcept {
        return values_.data() + (i % kRingRows) * stride_ + kRingPad;
    }
    /// Row i, made zero.
    [[nodiscard]] Real* new_row(int i) noexcept {
        Real* start = values_.data() + (i % kRingRows) * stride_;
        for (std::ptrdiff_t k = 0; k < stride_; ++k) {
            start[k] = 0;
        }
        return start + kRingPad;
    }

  private:
    std::ptrdiff_t stride_;
    std::vector<Real> values_;
};

/// Which windows of a strand are folded: all of `window` bases inside first..first+size-1.
struct PartitionShape {
    int first = 0;   ///< of the part, in the strand
    int size = 0;    ///< of the part, at least `window`
    int window = 0;  ///< at least 1
    int span = 0;    ///< longest j - i + 1 of a pair, 1 to `window`
};

/// Partition functions of all windows of a part of a strand (McCaskill 1990, Biopolymers 29:1105),
/// and the sums over windows of pair and unpaired probabilities. One window is the ordinary fold.
///
/// What is inside a pair does not depend on the window, and what is outside it only through the
/// exterior loop; the recursion from a pair to those it encloses is linear. So the exterior weights
/// are summed over windows first, and one pass outside serves all of them: O(size * span * (window
/// + span + 30^2)).
///
/// Positions are counted from the part's start. Neighbours of stems are seen in the whole strand.
/// Weights are scaled by exp(-kScalePerBase) a base, so that long windows stay in range.
template <class Real>
class Partition {
  public:
    Partition(const Strand& strand, const PartitionShape& shape, const BandKernels<Real>& kernels);

    /// -kT ln Z of the first window, in kcal/mol.
    [[nodiscard]] double ensemble_kcal_mol() const;

    /// Fills what the next two need.
    void run_outside();

    /// Sum over windows of the probability that i and j are paired.
    [[nodiscard]] Real paired(int i, int j) const { return inside_.at(i, j) * outside_.at(i, j); }

    /// Mean, over the windows that contain first..last, of the probability that all of these bases
    /// are unpaired. They must fit in a window.
    [[nodiscard]] Real unpaired(int first, int last) const;

    /// False when weights left the range of Real: no result is valid then.
    [[nodiscard]] bool in_range() const;

  private:
    [[nodiscard]] int base(int i) const noexcept { return strand_[first_ + i]; }
    [[nodiscard]] int pair(int i, int j) const noexcept { return pair_code(base(i), base(j)); }
    [[nodiscard]] int last_partner(int i) const noexcept;
    [[nodiscard]] Real exterior_stem(int i, int j) const;
    [[nodiscard]] Real multi_stem(int i, int j) const;
    [[nodiscard]] Real multi_closing(int i, int j) const;
    [[nodiscard]] Real hairpin(int i, int j) const;
    [[nodiscard]] Real inner_factor(const Table<double, kPairs, kBaseCodes, kBaseCodes>& mismatch,
                                    int p,
                                    int q) const;
    [[nodiscard]] Real outer_factor(const Table<double, kPairs, kBaseCodes, kBaseCodes>& mismatch,
                                    int i,
                                    int j) const;
    [[nodiscard]] Real small_interior(int i, int j, int p, int q) const;

    void make_weights();

    void run_inside();
    void inside_row(int i);
    [[nodiscard]] Real interior_inside(int i, int j) const;
    [[nodiscard]] Real small_inside(int i, int j) const;
    [[nodiscard]] Real bulges_inside(int i, int j) const;
    [[nodiscard]] Real narrow_inside(int i, int j) const;
    void keep_inner_row(int i);
    void multi_inside_row(int i);

    [[nodiscard]] Real* prefix_row(int end) noexcept;
    [[nodiscard]] const Real* prefix_row(int end) const noexcept;
    [[nodiscard]] Real* suffix_row(int start) noexcept;
    [[nodiscard]] const Real* suffix_row(int start) const noexcept;
    void run_prefixes();
    void run_suffixes();
    [[nodiscard]] Real exterior_sum(int before, int after) const;

    void outside_row(int i);
    [[nodiscard]] Real interior_outside(int p, int q);
    [[nodiscard]] Real small_outside(int p, int q);
    [[nodiscard]] Real bulges_outside(int p, int q);
    [[nodiscard]] Real narrow_outside(int p, int q);
    void multi_outside_row(int i);
    void keep_outer_row(int i);
    void multi_splits_row(int i);
    void sum_gaps();
    void add_gap(int x, int y, Real weight) noexcept { gaps_.row(x)[y - x] += weight; }
    [[nodiscard]] Real unpaired_in_multiloops(int first, int last) const;

    const Strand& strand_;
    const BandKernels<Real>& kernels_;
    const LoopTables<double>& tables_;
    int first_;
    int size_;
    int window_;
    int span_;
    int last_window_;
    Real unpaired_weight_;            // of one base
    std::vector<Real> scale_;         // [n]: of n bases
    std::vector<double> hairpin_;     // [n]
    std::vector<Real> interior_;      // [n5][n3]: length and scale of loops with both above 1
    std::vector<Real> interior_rev_;  // [n5][31 - n3]
    std::vector<Real> bulge_;         // [n], n > 1, of one closing pair more
    std::vector<Real> bulge_rev_;     // [31 - n]
    std::vector<Real> narrow_;        // [n]: 1 x n loops, n > 2
    std::vector<Real> narrow_rev_;    // [31 - n]

    // Inside; (i, j) with ...
    Band<Real> inside_;        // ... i and j paired
    Band<Real> first_stem_;    // ... one stem of a multiloop that starts at i
    Band<Real> one_stem_;      // ... one stem
    Band<Real> two_stems_;     // ... two or more
    Band<Real> stems_;         // ... one or more
    Ring<Real> inner_wide_;    // inside_ as seen by loops of 2 x 2 or more bases,
    Ring<Real> inner_narrow_;  // of 1 x n,
    Ring<Real> inner_bulge_;   // and by bulges of 2 or more

    // [end or start][window]: exterior loop of a window's bases before `end`, and from `start` on
    // (the latter divided by the window's Z).
    std::vector<Real> prefix_;
    std::vector<Real> suffix_;

    // Outside, summed over windows and divided by Z.
    Band<Real> outside_;
    Ring<Real> outer_wide_;
    Ring<Real> outer_narrow_;
    Ring<Real> outer_bulge_;
    std::vector<Real> closing_;      // of the current row: outside_ times what closes a multiloop
    std::vector<Real> multi_;        // of the current row: as a stem of an enclosing multiloop
    std::vector<Real> lone_before_;  // of the current row: no stem before it
    // (i, l): multiloops closed by i and any j > l, ...
    Band<Real> stems_after_;  // ... one or more stems in l+1..j-1
    Band<Real> any_after_;    // ... or none
    Band<Real> pairs_after_;  // ... two or more, and no stem in between: row a counts all i < a
    Band<Real>
        gaps_;  // unpaired stretches between two paired bases of a loop; then all that contain one
    std::vector<Real> by_5_;
    std::vector<Real> by_3_;
};

/// Stacks, bulges of 1 and interior loops up to 2 x 3 as bases on the 5' and the 3' side.
struct SmallLoop {
    int n5;
    int n3;
};
inline constexpr SmallLoop kSmallLoops[] = {
    {0, 0}, {0, 1}, {1, 0}, {1, 1}, {1, 2}, {2, 1}, {2, 2}, {2, 3}, {3, 2}};

}  // namespace varhush::sirna
