// The outside pass of Partition: from enclosing pairs to enclosed ones, and what lies unpaired in
// their loops.
#include "partition.hpp"

#include <algorithm>

namespace varhush::sirna {

template <class Real>
void Partition<Real>::run_outside() {
    run_suffixes();
    const auto columns = as_index(span_ + 1);
    outside_ = Band<Real>(size_, span_);
    stems_after_ = Band<Real>(size_, span_);
    any_after_ = Band<Real>(size_, span_);
    pairs_after_ = Band<Real>(size_ + 1, span_);
    gaps_ = Band<Real>(size_, span_);
    closing_.assign(columns, 0);
    multi_.assign(columns, 0);
    lone_before_.assign(columns, 0);
    for (int i = 0; i < size_; ++i) {
        multi_outside_row(i);
        outside_row(i);
        keep_outer_row(i);
        multi_splits_row(i);
    }
    sum_gaps();
}

template <class Real>
void Partition<Real>::outside_row(int i) {
    Real* row = outside_.row(i);
    const Real* inside = inside_.row(i);
    for (int j = i + kShortestHairpin + 1; j <= last_partner(i); ++j) {
        if (inside[j - i] == 0) {
            continue;
        }
        row[j - i] = exterior_sum(i, j + 1) * exterior_stem(i, j) + interior_outside(i, j) +
                     multi_[as_index(j - i)] * multi_stem(i, j);
        add_gap(i, j, row[j - i] * hairpin(i, j));
    }
}

template <class Real>
Real Partition<Real>::interior_outside(int p, int q) {
    if (p == 0 || q == size_ - 1 || q - p + 2 >= span_) {
        return 0;
    }
    Real sum = small_outside(p, q) + bulges_outside(p, q) + narrow_outside(p, q);
    const Real factor = inner_factor(tables_.mismatch_interior, p, q);
    const Real wide = kernels_.interior_outside({.ring = outer_wide_.data(),
                                                 .stride = outer_wide_.stride(),
                                                 .weights = interior_.data(),
                                                 .p = p,
                                                 .d = q - p,
                                                 .span = span_,
                                                 .by_5 = by_5_.data(),
                                                 .by_3 = by_3_.data()});
    if (wide == 0) {
        return sum;
    }
    sum += wide * factor;
    const Real weight = factor * inside_.at(p, q);
    for (int n = 2; n <= std::min(kLongestInterior - 2, p - 1); ++n) {
        add_gap(p - 1 - n, p, by_5_[static_cast<std::size_t>(n)] * weight);
    }
    for (int n = 2; n <= std::min(kLongestInterior - 2, size_ - 2 - q); ++n) {
        add_gap(q, q + 1 + n, by_3_[static_cast<std::size_t>(n)] * weight);
    }
    return sum;
}

template <class Real>
Real Partition<Real>::small_outside(int p, int q) {
    Real sum = 0;
    for (const auto& [n5, n3] : kSmallLoops) {
        const int i = p - 1 - n5;
        const int j = q + 1 + n3;
        if (i < 0 || j > last_partner(i) || outside_.at(i, j) == 0) {
            continue;
        }
        const Real term = outside_.at(i, j) * small_interior(i, j, p, q);
        sum += term;
        add_gap(i, p, term * inside_.at(p, q));
        add_gap(q, j, term * inside_.at(p, q));
    }
    return sum;
}

template <class Real>
Real Partition<Real>::bulges_outside(int p, int q) {
    const Real factor = static_cast<Real>(tables_.weak_end.at(pair(p, q)));
    const Real weight = factor * inside_.at(p, q);
    const int most = std::min(kLongestInterior, span_ - 3 - (q - p));
    Real sum = 0;
    const Real* behind = outer_bulge_.row(p - 1) + (q - p + 2);
    for (int n = 2; n <= std::min(most, size_ - 2 - q); ++n) {
        const Real term = bulge_[static_cast<std::size_t>(n)] * behind[n];
        sum += term;
        add_gap(q, q + 1 + n, term * weight);
    }
    for (int n = 2; n <= std::min(most, p - 1); ++n) {
        const Real term =
            bulge_[static_cast<std::size_t>(n)] * outer_bulge_.row(p - 1 - n)[q - p + 2 + n];
        sum += term;
        add_gap(p - 1 - n, p, term * weight);
    }
    return sum * factor;
}

template <class Real>
Real Partition<Real>::narrow_outside(int p, int q) {
    const Real factor = inner_factor(tables_.mismatch_interior_1n, p, q);
    const Real weight = factor * inside_.at(p, q);
    const int most = std::min(kLongestInterior - 1, span_ - 4 - (q - p));
    Real sum = 0;
    Real one_5 = 0;
    Real one_3 = 0;
    for (int n = 3; p > 1 && n <= std::min(most, size_ - 2 - q); ++n) {
        const Real term =
            narrow_[static_cast<std::size_t>(n)] * outer_narrow_.row(p - 2)[q - p + 3 + n];
        one_5 += term;
        add_gap(q, q + 1 + n, term * weight);
    }
    for (int n = 3; q < size_ - 2 && n <= std::min(most, p - 1); ++n) {
        const Real term =
            narrow_[static_cast<std::size_t>(n)] * outer_narrow_.row(p - 1 - n)[q - p + 3 + n];
        one_3 += term;
        add_gap(p - 1 - n, p, term * weight);
    }
    if (one_5 != 0) {
        add_gap(p - 2, p, one_5 * weight);
    }
    if (one_3 != 0) {
        add_gap(q, q + 2, one_3 * weight);
    }
    sum += one_5 + one_3;
    return sum * factor;
}

template <class Real>
void Partition<Real>::keep_outer_row(int i) {
    const Real* row = outside_.row(i);
    Real* wide = outer_wide_.new_row(i);
    Real* narrow = outer_narrow_.new_row(i);
    Real* bulge = outer_bulge_.new_row(i);
    for (int j = i + kShortestHairpin + 1; j <= last_partner(i); ++j) {
        const Real outside = row[j - i];
        closing_[as_index(j - i)] = 0;
        if (outside != 0) {
            wide[j - i] = outside * outer_factor(tables_.mismatch_interior, i, j);
            narrow[j - i] = outside * outer_factor(tables_.mismatch_interior_1n, i, j);
            bulge[j - i] = outside * static_cast<Real>(tables_.weak_end.at(pair(i, j)));
            closing_[as_index(j - i)] = outside * multi_closing(i, j);
        }
    }
}

// multi_[l - k]: everything around stem (k, l) in multiloops that enclose it, for row k. Either
// there are stems before it, and any number behind, or none before and at least one behind.
template <class Real>
void Partition<Real>::multi_outside_row(int k) {
    if (k == 0) {
        return;
    }
    const Real* closed_before = stems_after_.row(k - 1);
    for (int d = 0; d + 1 < span_; ++d) {
        const auto at = static_cast<std::size_t>(d);
        lone_before_[at] = closed_before[d + 1] + unpaired_weight_ * lone_before_[at + 1];
        multi_[at] = lone_before_[at];
    }
    constexpr int kShortest = kShortestHairpin + 1;
    for (int i = std::max(0, k - span_ + kShortest); i + kShortest + 2 <= k; ++i) {
        const int count = span_ - (k - i) - kShortest;
        if (count > 0) {
            kernels_.add_scaled(count,
                                stems_.at(i + 1, k - 1),
                                any_after_.row(i) + (k - i) + kShortest,
                                multi_.data() + kShortest);
        }
    }
}

template <class Real>
void Partition<Real>::multi_splits_row(int i) {
    constexpr int kShortest = kShortestHairpin + 1;
    const int last = last_partner(i);
    Real* stems_after = stems_after_.row(i);
    Real* any_after = any_after_.row(i);
    Real* pairs_after = pairs_after_.row(i + 1);
    const Real* pairs_before = pairs_after_.row(i);
    Real none_after = 0;
    for (int l = last; l > i; --l) {
        const int d = l - i;
        if (l < last) {
            none_after = closing_[as_index(d + 1)] + unpaired_weight_ * none_after;
        }
        // Stems in l+1..j-1 need 5 bases.
        const int count = last - l - kShortest - 1;
        Real two_after = 0;
        if (count > 0) {
            const Real* closing = closing_.data() + d + kShortest + 2;
            stems_after[d] = kernels_.dot(count, closing, stems_.row(l + 1) + kShortest);
            two_after = kernels_.dot(count, closing, two_stems_.row(l + 1) + kShortest);
        }
        any_after[d] = stems_after[d] + none_after;
        pairs_after[d - 1] = two_after + unpaired_weight_ * pairs_before[d];
    }
}

// From gaps between x and y to all gaps around first..last: rows from x < first, columns from y >
// last.
template <class Real>
void Partition<Real>::sum_gaps() {
    const auto columns = as_index(span_ + 1);
    std::vector<Real> wider(columns, 0);   // of row i: sum over y > i + column
    std::vector<Real> around(columns, 0);  // of row i: all x < i, y > i + column
    for (int i = 0; i < size_; ++i) {
        Real* row = gaps_.row(i);
        for (std::size_t d = 0; d + 1 < columns; ++d) {  // now for this row
            around[d] = around[d + 1] + wider[d + 1];
        }
        Real sum = 0;
        for (int d = span_ - 1; d >= 0; --d) {
            const auto at = static_cast<std::size_t>(d);
            wider[at] = sum;
            sum += row[d];
            row[d] = around[at];
        }
    }
}

template <class Real>
Real Partition<Real>::unpaired_in_multiloops(int first, int last) const {
    Real sum = pairs_after_.at(first, last);  // none before, two or more behind
    for (int i = std::max(0, last - span_ + 1); i + kShortestHairpin + 3 <= first; ++i) {
        // Stems before and behind; two or more before and any number behind.
        sum += one_stem_.at(i + 1, first - 1) * stems_after_.at(i, last) +
               two_stems_.at(i + 1, first - 1) * any_after_.at(i, last);
    }
    return sum;
}

template <class Real>
Real Partition<Real>::unpaired(int first, int last) const {
    const int count = std::min(first, last_window_) - std::max(0, last + 1 - window_) + 1;
    Real sum = exterior_sum(first, last + 1);
    Real inside_pairs = 0;
    if (last - first + 2 < span_) {
        inside_pairs = gaps_.at(first, last);
        sum += unpaired_in_multiloops(first, last);
    }
    return (sum * scale_[as_index(last - first + 1)] + inside_pairs) / static_cast<Real>(count);
}

template class Partition<double>;
template class Partition<long double>;

}  // namespace varhush::sirna
