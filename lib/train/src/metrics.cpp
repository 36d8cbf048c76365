#include "varhush/train/metrics.hpp"

#include "varhush/core/error.hpp"
#include "varhush/train/random.hpp"

#include <algorithm>
#include <cmath>

namespace varhush::train {
namespace {

std::size_t count_positive(const std::vector<Scored>& items) {
    return static_cast<std::size_t>(std::count_if(
        items.begin(), items.end(), [](const Scored& item) { return item.positive; }));
}

void sort_best_first(std::vector<Scored>& items) {
    std::sort(items.begin(), items.end(), [](const Scored& a, const Scored& b) {
        return a.score > b.score;
    });
}

/// End of the run of equal scores that starts at `begin`, and its number of positives.
std::pair<std::size_t, std::size_t> tie_at(const std::vector<Scored>& items, std::size_t begin) {
    std::size_t end = begin;
    std::size_t positives = 0;
    for (; end < items.size() && items[end].score == items[begin].score; ++end) {
        positives += items[end].positive ? 1 : 0;
    }
    return {end, positives};
}

}  // namespace

double average_precision(std::vector<Scored> items, std::int64_t zero_negatives) {
    const std::size_t total = count_positive(items);
    sort_best_first(items);
    double sum = 0;
    std::size_t hits = 0;
    for (std::size_t i = 0; i < items.size() && hits < total;) {
        const auto [end, positives] = tie_at(items, i);
        hits += positives;
        const auto unlisted = items[i].score > 0 ? 0.0 : static_cast<double>(zero_negatives);
        sum += static_cast<double>(positives) * static_cast<double>(hits) /
               (static_cast<double>(end) + unlisted);
        i = end;
    }
    return total == 0 ? 0 : sum / static_cast<double>(total);
}

double top_k_accuracy(std::vector<Scored> items, std::int64_t zero_negatives) {
    const std::size_t k = count_positive(items);
    sort_best_first(items);
    double hits = 0;
    for (std::size_t i = 0; i < k;) {
        const auto [end, positives] = tie_at(items, i);
        const double taken = static_cast<double>(std::min(end, k) - i);
        const auto unlisted = items[i].score > 0 ? 0.0 : static_cast<double>(zero_negatives);
        hits += static_cast<double>(positives) * taken / (static_cast<double>(end - i) + unlisted);
        i = end;
    }
    return k == 0 ? 0 : hits / static_cast<double>(k);
}

double area_under_roc(std::vector<Scored> items) {
    std::sort(items.begin(), items.end(), [](const Scored& a, const Scored& b) {
        return a.score < b.score;
    });
    double below = 0;
    double wins = 0;
    double positives = 0;
    for (std::size_t first = 0; first < items.size();) {
        std::size_t last = first;
        double here = 0;
        for (; last < items.size() && items[last].score == items[first].score; ++last) {
            here += items[last].positive ? 1 : 0;
        }
        const double others = static_cast<double>(last - first) - here;
        wins += here * (below + 0.5 * others);
        positives += here;
        below += others;
        first = last;
    }
    return positives > 0 && below > 0 ? wins / (positives * below) : 0.5;
}

Interval bootstrap(std::size_t units,
                   int rounds,
                   std::uint64_t seed,
                   const std::function<double(std::span<const std::size_t>)>& statistic) {
    VARHUSH_CHECK(units > 0 && rounds > 1);
    Random random(seed);
    std::vector<std::size_t> drawn(units);
    std::vector<double> values;
    for (int round = 0; round < rounds; ++round) {
        for (auto& unit : drawn) {
            unit = static_cast<std::size_t>(random.below(static_cast<std::int64_t>(units)));
        }
        values.push_back(statistic(drawn));
    }
    std::sort(values.begin(), values.end());
    const auto at = [&](double share) {
        return values[static_cast<std::size_t>(
            std::lround(share * static_cast<double>(rounds - 1)))];
    };
    return {at(0.025), at(0.975)};
}

}  // namespace varhush::train
