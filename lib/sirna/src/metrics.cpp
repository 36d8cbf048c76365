#include "varhush/sirna/metrics.hpp"

#include "varhush/core/correlation.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <random>

namespace varhush::sirna {
namespace {

std::vector<std::size_t> order_of(std::span<const double> values) {
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return values[a] < values[b];
    });
    return order;
}

}  // namespace

double roc_auc(std::span<const double> scores, std::span<const int> positive) {
    VARHUSH_CHECK(scores.size() == positive.size());
    const auto ranks = core::mean_ranks(scores);
    double sum = 0;
    double count = 0;
    for (std::size_t i = 0; i < ranks.size(); ++i) {
        if (positive[i] != 0) {
            sum += ranks[i];
            ++count;
        }
    }
    const double others = static_cast<double>(scores.size()) - count;
    if (count == 0 || others == 0) {
        return std::numeric_limits<double>::quiet_NaN();
    }
    return (sum - count * (count + 1) / 2) / (count * others);
}

double f1_at(std::span<const double> scores, std::span<const int> positive, double threshold) {
    VARHUSH_CHECK(scores.size() == positive.size());
    double hits = 0;
    double wrong = 0;  // false positives and false negatives
    for (std::size_t i = 0; i < scores.size(); ++i) {
        const bool called = scores[i] >= threshold;
        if (called && positive[i] != 0) {
            ++hits;
        } else if (called != (positive[i] != 0)) {
            ++wrong;
        }
    }
    return hits > 0 ? 2 * hits / (2 * hits + wrong) : 0;
}

double best_f1_threshold(std::span<const double> scores, std::span<const int> positive) {
    const auto order = order_of(scores);
    const double all = static_cast<double>(
        std::count_if(positive.begin(), positive.end(), [](int p) { return p != 0; }));
    double hits = 0;
    double best = -1;
    double threshold = 0;
    for (std::size_t i = order.size(); i-- > 0;) {  // from the best score down
        hits += positive[order[i]] != 0 ? 1 : 0;
        if (i > 0 && scores[order[i - 1]] == scores[order[i]]) {
            continue;
        }
        const double f1 = 2 * hits / (all + static_cast<double>(order.size() - i));
        if (f1 >= best) {
            best = f1;
            threshold = scores[order[i]];
        }
    }
    return threshold;
}

double calibration_error(std::span<const double> probabilities,
                         std::span<const int> positive,
                         int bins) {
    VARHUSH_CHECK(probabilities.size() == positive.size() && bins > 0);
    std::vector<double> difference(static_cast<std::size_t>(bins), 0);
    for (std::size_t i = 0; i < probabilities.size(); ++i) {
        const int bin = std::clamp(static_cast<int>(probabilities[i] * bins), 0, bins - 1);
        difference[static_cast<std::size_t>(bin)] +=
            probabilities[i] - (positive[i] != 0 ? 1.0 : 0.0);
    }
    double sum = 0;
    for (const double d : difference) {
        sum += std::abs(d);
    }
    return probabilities.empty() ? 0 : sum / static_cast<double>(probabilities.size());
}

std::vector<std::size_t> resample_clusters(std::span<const std::int64_t> clusters,
                                           std::uint64_t seed,
                                           int round) {
    std::map<std::int64_t, std::vector<std::size_t>> members;
    for (std::size_t i = 0; i < clusters.size(); ++i) {
        members[clusters[i]].push_back(i);
    }
    std::vector<const std::vector<std::size_t>*> list;
    list.reserve(members.size());
    for (const auto& [cluster, rows] : members) {
        list.push_back(&rows);
    }
    std::mt19937_64 random(seed * 1'000'003 + static_cast<std::uint64_t>(round));
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < list.size(); ++i) {
        const auto& rows = *list[random() % list.size()];
        out.insert(out.end(), rows.begin(), rows.end());
    }
    return out;
}

}  // namespace varhush::sirna
