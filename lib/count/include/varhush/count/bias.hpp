#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace varhush::count {

/// Two-sided Fisher exact test of the table {{a, b}, {c, d}}, as -10 log10 p, 0 .. 500. The sum of
/// all tables that are not likelier than this one. Cost O(smallest margin).
[[nodiscard]] double fisher_phred(std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t d);

/// Mann-Whitney U of `first` against `second` as a z value, ties by mean ranks and their correction
/// of the variance; below 0 when `first` is smaller. Nothing when either is empty or all are equal.
/// Source: Mann, Whitney 1947 (Ann Math Stat 18:50). Cost O(n log n).
[[nodiscard]] std::optional<double> rank_sum_z(std::span<const int> first,
                                               std::span<const int> second);

}  // namespace varhush::count
