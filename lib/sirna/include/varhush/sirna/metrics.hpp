#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace varhush::sirna {

/// Area under the ROC curve (Mann-Whitney; equal scores count half). NaN without both classes.
[[nodiscard]] double roc_auc(std::span<const double> scores, std::span<const int> positive);

/// F1 of "score >= threshold"; 0 without true positives.
[[nodiscard]] double f1_at(std::span<const double> scores,
                           std::span<const int> positive,
                           double threshold);
/// The score that gives the best F1 as threshold, the lowest where several do.
[[nodiscard]] double best_f1_threshold(std::span<const double> scores,
                                       std::span<const int> positive);

/// Expected calibration error: |mean probability - share of positives| over `bins` bins of equal
/// width, weighted by size (Guo et al. 2017, ICML).
[[nodiscard]] double calibration_error(std::span<const double> probabilities,
                                       std::span<const int> positive,
                                       int bins = 10);

/// Indices of rows, cluster after cluster, of resample number `round`: as many clusters as there
/// are, drawn with replacement (cluster bootstrap, Field & Welsh 2007). The same `seed` and `round`
/// give the same rows whatever is measured on them, so differences of models are paired.
[[nodiscard]] std::vector<std::size_t> resample_clusters(std::span<const std::int64_t> clusters,
                                                         std::uint64_t seed,
                                                         int round);

}  // namespace varhush::sirna
