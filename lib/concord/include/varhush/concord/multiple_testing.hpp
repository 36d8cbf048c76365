#pragma once

#include <span>
#include <vector>

namespace varhush::concord {

/// Adjusted p-values: the smallest false discovery rate at which each test counts as a hit. Those
/// of tests with q <= f have an expected share of false hits of at most f, for independent tests
/// and for positively dependent ones (Benjamini & Yekutieli 2001). Cost O(n log n). Source:
/// Benjamini & Hochberg 1995 (J. R. Statist. Soc. B 57:289).
[[nodiscard]] std::vector<double> benjamini_hochberg(std::span<const double> p);

}  // namespace varhush::concord
