#include "partition.hpp"

#include <algorithm>
#include <cmath>

namespace varhush::sirna {

namespace {

// About the free energy of ordinary RNA, 0.3 kcal/mol a base, over kT.
constexpr double kScalePerBase = 0.5;

constexpr int kShortestPair = kShortestHairpin + 1;  // j - i

// Weights of a row of the tables, reversed: column 31 - n.
template <class Real>
std::vector<Real> reversed(const std::vector<Real>& rows) {
    std::vector<Real> out(rows.size());
    for (std::size_t at = 0; at < rows.size(); ++at) {
        out[at / kInteriorStride * kInteriorStride + (kInteriorStride - 1 - at % kInteriorStride)] =
            rows[at];
    }
    return out;
}

}  // namespace

template <class Real>
Partition<Real>::Partition(const Strand& strand,
                           const PartitionShape& shape,
                           const BandKernels<Real>& kernels)
    : strand_(strand),
      kernels_(kernels),
      tables_(loop_weights()),
      first_(shape.first),
      size_(shape.size),
      window_(shape.window),
      span_(shape.span),
      last_window_(shape.size - shape.window),
      unpaired_weight_(static_cast<Real>(std::exp(-kScalePerBase))),
      inside_(size_, span_),
      first_stem_(size_, span_),
      one_stem_(size_, span_),
      two_stems_(size_, span_),
      stems_(size_, span_),
      inner_wide_(span_),
      inner_narrow_(span_),
      inner_bulge_(span_),
      prefix_(as_index(size_ + 1) * as_index(window_ + 1)),
      suffix_(prefix_.size()),
      outside_(0, span_),
      outer_wide_(span_),
      outer_narrow_(span_),
      outer_bulge_(span_),
      stems_after_(0, span_),
      any_after_(0, span_),
      pairs_after_(0, span_),
      gaps_(0, span_),
      by_5_(kInteriorStride),
      by_3_(kInteriorStride) {
    make_weights();
    run_inside();
    run_prefixes();
}

template <class Real>
void Partition<Real>::make_weights() {
    scale_.resize(as_index(std::max(window_, kLongestInterior) + 3));
    scale_[0] = 1;
    for (std::size_t n = 1; n < scale_.size(); ++n) {
        scale_[n] = scale_[n - 1] * unpaired_weight_;
    }
    for (int n = 0; n < span_; ++n) {
        hairpin_.push_back(tables_.hairpin.at(std::min(n, kLongestInterior)) *
                           (n > kLongestInterior ? boltzmann(hairpin_extension(n)) : 1));
    }
    interior_.resize(std::size_t{kInteriorStride} * kInteriorStride);
    bulge_.resize(kInteriorStride);
    narrow_.resize(kInteriorStride);
    for (int n5 = 2; n5 <= kLongestInterior; ++n5) {
        const auto n = static_cast<std::size_t>(n5);
        bulge_[n] = static_cast<Real>(tables_.bulge.at(n5)) * scale_[n + 2];
        if (n5 > 2 && n5 < kLongestInterior) {
            narrow_[n] = static_cast<Real>(tables_.interior.at(1, n5)) * scale_[n + 3];
        }
        for (int n3 = 2; n5 + n3 <= kLongestInterior; ++n3) {
            if (n5 + n3 > 5) {  // 2 x 2 and 2 x 3 have tables of their own
                interior_[n * kInteriorStride + static_cast<std::size_t>(n3)] =
                    static_cast<Real>(tables_.interior.at(n5, n3)) *
                    scale_[n + static_cast<std::size_t>(n3) + 2];
            }
        }
    }
    interior_rev_ = reversed(interior_);
    bulge_rev_ = reversed(bulge_);
    narrow_rev_ = reversed(narrow_);
}

// ---- loops --------------------------------------------------------------------------------------

// The last base that base i can pair with.
template <class Real>
int Partition<Real>::last_partner(int i) const noexcept {
    return std::min(i + span_, size_) - 1;
}

template <class Real>
Real Partition<Real>::exterior_stem(int i, int j) const {
    return static_cast<Real>(tables_.exterior_stem.at(pair(i, j), base(i - 1), base(j + 1)));
}

template <class Real>
Real Partition<Real>::multi_stem(int i, int j) const {
    return static_cast<Real>(tables_.multi_stem.at(pair(i, j), base(i - 1), base(j + 1)));
}

template <class Real>
Real Partition<Real>::multi_closing(int i, int j) const {
    return static_cast<Real>(tables_.multi_closing *
                             tables_.multi_stem.at(pair(j, i), base(j - 1), base(i + 1))) *
           scale_[2];
}

template <class Real>
Real Partition<Real>::hairpin(int i, int j) const {
    const int unpaired = j - i - 1;
    const Real scale = scale_[as_index(unpaired + 2)];
    if (const int* known = special_hairpin(strand_, first_ + i, unpaired + 2); known != nullptr) {
        return static_cast<Real>(boltzmann(*known)) * scale;
    }
    double weight = hairpin_[as_index(unpaired)];
    weight *= unpaired == kShortestHairpin
                  ? tables_.weak_end.at(pair(i, j))
                  : tables_.mismatch_hairpin.at(pair(i, j), base(i + 1), base(j - 1));
    return static_cast<Real>(weight) * scale;
}

// A pair seen from the loop that it closes from outside ...
template <class Real>
Real Partition<Real>::outer_factor(const Table<double, kPairs, kBaseCodes, kBaseCodes>& mismatch,
                                   int i,
                                   int j) const {
    return static_cast<Real>(mismatch.at(pair(i, j), base(i + 1), base(j - 1)));
}

// ... and from inside; at the strand's ends there is no such loop.
template <class Real>
Real Partition<Real>::inner_factor(const Table<double, kPairs, kBaseCodes, kBaseCodes>& mismatch,
                                   int p,
                                   int q) const {
    if (base(p - 1) == kNoBase || base(q + 1) == kNoBase) {
        return 0;
    }
    return static_cast<Real>(mismatch.at(pair(q, p), base(q + 1), base(p - 1)));
}

// Stacks, bulges of 1 and interior loops up to 2 x 3: those that do not fall apart into factors.
template <class Real>
Real Partition<Real>::small_interior(int i, int j, int p, int q) const {
    const int n5 = p - i - 1;
    const int n3 = j - q - 1;
    const int outer = pair(i, j);
    const int inner = pair(p, q);
    double weight = 0;
    if (n5 + n3 <= 1) {
        weight = tables_.stack.at(outer, inner) * (n5 + n3 == 1 ? tables_.bulge.at(1) : 1.0);
    } else if (n5 == 1 && n3 == 1) {
        weight = tables_.interior_1x1.at(outer, inner, base(i + 1), base(j - 1));
    } else if (n5 == 1) {
        weight = tables_.interior_1x2.at(outer, inner, base(i + 1), base(q + 1), base(j - 1));
    } else if (n3 == 1) {
        weight =
            tables_.interior_1x2.at(pair(q, p), pair(j, i), base(q + 1), base(i + 1), base(p - 1));
    } else if (n5 == 2 && n3 == 2) {
        weight = tables_.interior_2x2.at(
            outer, inner, base(i + 1), base(p - 1), base(q + 1), base(j - 1));
    } else {
        weight = tables_.interior.at(n5, n3) *
                 tables_.mismatch_interior_23.at(outer, base(i + 1), base(j - 1)) *
                 tables_.mismatch_interior_23.at(pair(q, p), base(q + 1), base(p - 1));
    }
    return static_cast<Real>(weight) * scale_[as_index(n5 + n3 + 2)];
}

// ---- inside -------------------------------------------------------------------------------------

template <class Real>
void Partition<Real>::run_inside() {
    for (int i = size_ - 1; i >= 0; --i) {
        inside_row(i);
        keep_inner_row(i);
        multi_inside_row(i);
    }
}

template <class Real>
void Partition<Real>::inside_row(int i) {
    Real* row = inside_.row(i);
    for (int j = i + kShortestPair; j <= last_partner(i); ++j) {
        if (pair(i, j) == kNoPair) {
            continue;
        }
        row[j - i] = hairpin(i, j) + interior_inside(i, j) +
                     (j - i > 2 ? two_stems_.at(i + 1, j - 1) * multi_closing(i, j) : 0);
    }
}

template <class Real>
Real Partition<Real>::interior_inside(int i, int j) const {
    if (j - i < kShortestPair + 2) {
        return 0;
    }
    return small_inside(i, j) + bulges_inside(i, j) + narrow_inside(i, j) +
           kernels_.interior_inside({.ring = inner_wide_.data(),
                                     .stride = inner_wide_.stride(),
                                     .weights = interior_rev_.data(),
                                     .i = i,
                                     .d = j - i}) *
               outer_factor(tables_.mismatch_interior, i, j);
}

template <class Real>
Real Partition<Real>::small_inside(int i, int j) const {
    Real sum = 0;
    for (const auto& [n5, n3] : kSmallLoops) {
        const int p = i + 1 + n5;
        const int q = j - 1 - n3;
        if (q - p >= kShortestPair && inside_.at(p, q) != 0) {
            sum += inside_.at(p, q) * small_interior(i, j, p, q);
        }
    }
    return sum;
}

// Bulges of 2 to 30.
template <class Real>
Real Partition<Real>::bulges_inside(int i, int j) const {
    // Inner spans j - i - 2 - n of at least kShortestPair.
    const int most = std::min(kLongestInterior, j - i - 2 - kShortestPair);
    if (most < 2) {
        return 0;
    }
    const int column = j - i - 2;
    Real sum = kernels_.dot(most - 1,
                            bulge_rev_.data() + (kInteriorStride - 1 - most),
                            inner_bulge_.row(i + 1) + (column - most));
    for (int n = 2; n <= most; ++n) {
        sum += bulge_[static_cast<std::size_t>(n)] * inner_bulge_.row(i + 1 + n)[column - n];
    }
    return sum * static_cast<Real>(tables_.weak_end.at(pair(i, j)));
}

// Interior loops with 1 base on one side and 3 to 29 on the other.
template <class Real>
Real Partition<Real>::narrow_inside(int i, int j) const {
    const int most = std::min(kLongestInterior - 1, j - i - 3 - kShortestPair);
    if (most < 3) {
        return 0;
    }
    const int column = j - i - 3;
    Real sum = kernels_.dot(most - 2,
                            narrow_rev_.data() + (kInteriorStride - 1 - most),
                            inner_narrow_.row(i + 2) + (column - most));
    for (int n = 3; n <= most; ++n) {
        sum += narrow_[static_cast<std::size_t>(n)] * inner_narrow_.row(i + 1 + n)[column - n];
    }
    return sum * outer_factor(tables_.mismatch_interior_1n, i, j);
}

template <class Real>
void Partition<Real>::keep_inner_row(int i) {
    const Real* row = inside_.row(i);
    Real* wide = inner_wide_.new_row(i);
    Real* narrow = inner_narrow_.new_row(i);
    Real* bulge = inner_bulge_.new_row(i);
    for (int j = i + kShortestPair; j <= last_partner(i); ++j) {
        const Real inside = row[j - i];
        if (inside != 0) {
            wide[j - i] = inside * inner_factor(tables_.mismatch_interior, i, j);
            narrow[j - i] = inside * inner_factor(tables_.mismatch_interior_1n, i, j);
            bulge[j - i] = inside * static_cast<Real>(tables_.weak_end.at(pair(i, j)));
        }
    }
}

template <class Real>
void Partition<Real>::multi_inside_row(int i) {
    const int last = last_partner(i);
    const Real* inside = inside_.row(i);
    Real* first_stem = first_stem_.row(i);
    Real* one_stem = one_stem_.row(i);
    Real* two_stems = two_stems_.row(i);
    Real* stems = stems_.row(i);
    for (int d = kShortestPair; i + d <= last; ++d) {
        first_stem[d] = first_stem[d - 1] * unpaired_weight_ +
                        (inside[d] != 0 ? inside[d] * multi_stem(i, i + d) : 0);
        one_stem[d] = first_stem[d] + unpaired_weight_ * one_stem_.row(i + 1)[d - 1];
    }
    // The last stem starts at k; what is before it is complete by then.
    for (int k = i; k <= last; ++k) {
        const int before = k - 1 - i;
        if (before >= kShortestPair) {
            stems[before] = one_stem[before] + two_stems[before];
            const int count = last - k - kShortestPair + 1;
            if (count > 0) {
                kernels_.add_scaled(count,
                                    stems[before],
                                    first_stem_.row(k) + kShortestPair,
                                    two_stems + (k - i) + kShortestPair);
            }
        }
    }
    if (last - i >= kShortestPair) {
        stems[last - i] = one_stem[last - i] + two_stems[last - i];
    }
}

// ---- exterior loop ------------------------------------------------------------------------------

// Column of window k in the row of `end` (or start): k - (end - window), 0 to window.
template <class Real>
Real* Partition<Real>::prefix_row(int end) noexcept {
    return prefix_.data() + static_cast<std::ptrdiff_t>(end) * window_ + window_;
}
template <class Real>
const Real* Partition<Real>::prefix_row(int end) const noexcept {
    return prefix_.data() + static_cast<std::ptrdiff_t>(end) * window_ + window_;
}
template <class Real>
Real* Partition<Real>::suffix_row(int start) noexcept {
    return suffix_.data() + static_cast<std::ptrdiff_t>(start) * window_ + window_;
}
template <class Real>
const Real* Partition<Real>::suffix_row(int start) const noexcept {
    return suffix_.data() + static_cast<std::ptrdiff_t>(start) * window_ + window_;
}

// prefix_row(end)[k]: bases k..end-1 of window k.
template <class Real>
void Partition<Real>::run_prefixes() {
    for (int end = 0; end <= size_; ++end) {
        Real* row = prefix_row(end);
        const int first = std::max(0, end - window_);
        if (end > 0) {
            kernels_.add_scaled(std::min(end - 1, last_window_) - first + 1,
                                unpaired_weight_,
                                prefix_row(end - 1) + first,
                                row + first);
        }
        if (end <= last_window_) {
            row[end] = 1;
        }
        const int j = end - 1;
        for (int i = std::max(0, end - span_); i + kShortestPair <= j; ++i) {
            const Real inside = inside_.at(i, j);
            const int count = std::min(i, last_window_) - first + 1;
            if (inside != 0 && count > 0) {
                kernels_.add_scaled(
                    count, inside * exterior_stem(i, j), prefix_row(i) + first, row + first);
            }
        }
    }
}

// suffix_row(start)[k]: bases start..k+window-1 of window k, divided by Z of window k.
template <class Real>
void Partition<Real>::run_suffixes() {
    for (int start = size_; start >= 0; --start) {
        Real* row = suffix_row(start);
        const int last = std::min(start, last_window_);
        if (const int k = start - window_; k >= 0) {
            row[k] = 1 / prefix_row(start)[k];
        }
        if (start == size_) {
            continue;
        }
        const int first = std::max(0, start + 1 - window_);
        kernels_.add_scaled(
            last - first + 1, unpaired_weight_, suffix_row(start + 1) + first, row + first);
        for (int j = start + kShortestPair; j <= last_partner(start); ++j) {
            const Real inside = inside_.at(start, j);
            const int from = std::max(0, j + 1 - window_);
            if (inside != 0 && last >= from) {
                kernels_.add_scaled(last - from + 1,
                                    inside * exterior_stem(start, j),
                                    suffix_row(j + 1) + from,
                                    row + from);
            }
        }
    }
}

// Sum over windows of what is outside bases before..after-1, all of them inside the window.
template <class Real>
Real Partition<Real>::exterior_sum(int before, int after) const {
    const int first = std::max(0, after - window_);
    const int count = std::min(before, last_window_) - first + 1;
    return count <= 0 ? 0
                      : kernels_.dot(count, prefix_row(before) + first, suffix_row(after) + first);
}

template <class Real>
double Partition<Real>::ensemble_kcal_mol() const {
    const Real z = prefix_row(window_)[0];
    return -kThermalKcalMol *
           (static_cast<double>(std::log(z)) + kScalePerBase * static_cast<double>(window_));
}

template <class Real>
bool Partition<Real>::in_range() const {
    for (int k = 0; k <= last_window_; ++k) {
        if (!std::isnormal(prefix_row(k + window_)[k])) {
            return false;
        }
    }
    return true;
}

template class Partition<double>;
template class Partition<long double>;

}  // namespace varhush::sirna
