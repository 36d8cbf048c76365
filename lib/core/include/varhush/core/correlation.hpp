#pragma once

#include <span>
#include <vector>

namespace varhush::core {

/// Ranks from 1; equal values share their mean rank. Cost O(n log n).
[[nodiscard]] std::vector<double> mean_ranks(std::span<const double> values);

/// Pearson correlation; 0 when a side is constant. `x` and `y` have one length.
[[nodiscard]] double pearson_correlation(std::span<const double> x, std::span<const double> y);

/// Spearman correlation: Pearson of the mean ranks.
[[nodiscard]] double spearman_correlation(std::span<const double> x, std::span<const double> y);

}  // namespace varhush::core
