#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

namespace varhush::train {

/// A score and whether it belongs to a true site.
struct Scored {
    float score = 0;
    bool positive = false;
};

/// Area under the precision-recall curve as average precision (no interpolation); equal scores
/// count as one step. 0 without positives. `zero_negatives` more negatives with score 0 count as if
/// they were listed (scores are not negative then).
double average_precision(std::vector<Scored> items, std::int64_t zero_negatives = 0);

/// Share of true sites among the k best scores, k = number of true sites. Source: Jaganathan et al.
/// 2019 (Cell 176:535), "top-k accuracy". Ties at the border count in proportion.
double top_k_accuracy(std::vector<Scored> items, std::int64_t zero_negatives = 0);

/// Area under the receiver operating curve: the chance that a positive scores above a negative,
/// equal scores counting half (Mann & Whitney 1947). 0.5 without positives or negatives.
double area_under_roc(std::vector<Scored> items);

/// The 2.5 and 97.5 percent points of `statistic` over `rounds` resamples of 0 .. units - 1 with
/// replacement (percentile bootstrap, Efron 1979).
struct Interval {
    double low = 0;
    double high = 0;
};
Interval bootstrap(std::size_t units,
                   int rounds,
                   std::uint64_t seed,
                   const std::function<double(std::span<const std::size_t>)>& statistic);

}  // namespace varhush::train
