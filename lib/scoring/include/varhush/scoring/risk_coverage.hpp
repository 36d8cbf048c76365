#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace varhush::scoring {

/// Mean error of the most trusted items, for every share that is kept: risk-coverage curve
/// (El-Yaniv and Wiener 2010, JMLR 11:1605). `risk[k - 1]` is the mean error of the k items of the
/// highest confidence; of items with the same confidence as the k-th, their mean counts, whatever
/// their order.
struct RiskCoverage {
    std::vector<double> risk;

    /// Of the share 0..1 of the items, at least one of them.
    [[nodiscard]] double at(double share) const;
    /// Mean of the risks over all shares (AURC, Geifman et al. 2019, ICLR): the mean error for a
    /// confidence that says nothing, less for one that helps.
    [[nodiscard]] double area() const;
};

/// Sizes agree, at least one item; no value is NaN. Cost O(n log n).
[[nodiscard]] RiskCoverage risk_coverage(std::span<const double> confidence,
                                         std::span<const double> error);

/// Probability that an item with an error has the lower confidence of the two than one without,
/// equal ones count half (AUROC of finding errors); NaN where there are no errors or only such.
[[nodiscard]] double error_auroc(std::span<const double> confidence,
                                 const std::vector<bool>& is_error);

}  // namespace varhush::scoring
