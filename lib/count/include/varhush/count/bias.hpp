#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace varhush::count {

/// Two-sided Fisher exact test of the table {{a, b}, {c, d}}, as -10 log10 p, 0 .. 500. The sum of
/// all tables that are not likelier than this one. Cost O(smallest margin).
[[nodiscard]] double fisher_phred(std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t d);

/// Mann-Whitney U of one group of numbers against another as a z value, ties by mean ranks and
/// their correction of the variance; below 0 when the first group is smaller. Keeps its memory.
/// Source: Mann, Whitney 1947 (Ann Math Stat 18:50).
class RankSum {
  public:
    void clear() noexcept;
    void add(int value, bool is_first);
    /// Nothing when a group is empty or all values are equal. Cost O(n log n).
    [[nodiscard]] std::optional<double> z();

  private:
    std::vector<std::int64_t> all_;  // twice the value, and 1 in the first group: they sort so
    std::int64_t first_ = 0;
    bool differ_ = false;
};

/// The same of two lists.
[[nodiscard]] std::optional<double> rank_sum_z(std::span<const int> first,
                                               std::span<const int> second);

}  // namespace varhush::count
