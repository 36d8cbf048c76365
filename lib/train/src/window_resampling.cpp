#include "window_resampling.hpp"

#include "varhush/train/random.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace varhush::train {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

}  // namespace

WindowResampling::WindowResampling(std::size_t windows, int rounds, std::uint64_t seed)
    : windows_(windows),
      rounds_(static_cast<std::size_t>(rounds)),
      counts_(windows * (rounds_ + 1), 0) {
    std::fill_n(counts_.begin(), windows, std::uint16_t{1});
    Random random(seed);
    for (std::size_t round = 1; round <= rounds_; ++round) {
        for (std::size_t i = 0; i < windows; ++i) {
            const auto drawn =
                static_cast<std::size_t>(random.below(static_cast<std::int64_t>(windows)));
            ++counts_[round * windows_ + drawn];
        }
    }
}

Interval percentile_interval(std::vector<double> values) {
    const std::size_t all = values.size();
    std::erase_if(values, [](double value) { return !std::isfinite(value); });
    if (values.empty() || 2 * values.size() < all) {
        return {kNone, kNone};
    }
    std::sort(values.begin(), values.end());
    const auto at = [&](double share) {
        return values[static_cast<std::size_t>(
            std::lround(share * static_cast<double>(values.size() - 1)))];
    };
    return {at(0.025), at(0.975)};
}

void RankedBins::hide(std::size_t window) {
    if (hidden_.size() <= window) {
        hidden_.resize(window + 1, 0);
    }
    ++hidden_[window];
}

void RankedBins::sort() {
    std::sort(items_.begin(), items_.end(), [](const Item& a, const Item& b) {
        return a.score > b.score;
    });
}

std::int64_t RankedBins::size() const noexcept {
    auto all = static_cast<std::int64_t>(items_.size());
    for (const std::int64_t some : hidden_) {
        all += some;
    }
    return all;
}

double RankedBins::auroc(std::span<const std::uint16_t> counts) const {
    // Whole numbers up to 2^53 are exact in a double: the sums do not depend on their order.
    double above = 0;  // positives with a higher score
    double wins = 0;
    double negatives = 0;
    for (std::size_t first = 0; first < items_.size();) {
        std::size_t last = first;
        std::int64_t here = 0;
        std::int64_t others = 0;
        for (; last < items_.size() && items_[last].score == items_[first].score; ++last) {
            (items_[last].positive ? here : others) += counts[items_[last].window];
        }
        wins += static_cast<double>(others) * (above + 0.5 * static_cast<double>(here));
        above += static_cast<double>(here);
        negatives += static_cast<double>(others);
        first = last;
    }
    for (std::size_t window = 0; window < hidden_.size(); ++window) {
        const auto others = static_cast<double>(hidden_[window] * counts[window]);
        wins += others * above;
        negatives += others;
    }
    return above > 0 && negatives > 0 ? wins / (above * negatives) : kNone;
}

double RankedBins::average_precision(std::span<const std::uint16_t> counts) const {
    std::int64_t total = 0;
    for (const Item& item : items_) {
        total += item.positive ? counts[item.window] : 0;
    }
    double sum = 0;
    std::int64_t hits = 0;
    std::int64_t seen = 0;
    for (std::size_t first = 0; first < items_.size() && hits < total;) {
        std::size_t last = first;
        std::int64_t here = 0;
        for (; last < items_.size() && items_[last].score == items_[first].score; ++last) {
            const std::int64_t count = counts[items_[last].window];
            seen += count;
            here += items_[last].positive ? count : 0;
        }
        hits += here;
        if (here > 0) {
            sum +=
                static_cast<double>(here) * static_cast<double>(hits) / static_cast<double>(seen);
        }
        first = last;
    }
    return total == 0 ? kNone : sum / static_cast<double>(total);
}

void PairedBins::add(double x, double y, std::size_t window) {
    if (windows_.size() <= window) {
        windows_.resize(window + 1);
    }
    Sums& sums = windows_[window];
    sums.n += 1;
    sums.x += x;
    sums.y += y;
    sums.xx += x * x;
    sums.yy += y * y;
    sums.xy += x * y;
    ++size_;
}

double PairedBins::pearson(std::span<const std::uint16_t> counts) const {
    Sums all;
    for (std::size_t window = 0; window < windows_.size(); ++window) {
        const auto count = static_cast<double>(counts[window]);
        const Sums& sums = windows_[window];
        all.n += count * sums.n;
        all.x += count * sums.x;
        all.y += count * sums.y;
        all.xx += count * sums.xx;
        all.yy += count * sums.yy;
        all.xy += count * sums.xy;
    }
    const double xx = all.xx - all.x * all.x / all.n;
    const double yy = all.yy - all.y * all.y / all.n;
    // What is left of a constant by rounding is no variance.
    if (!(xx > 1e-12 * all.xx) || !(yy > 1e-12 * all.yy)) {
        return kNone;
    }
    return (all.xy - all.x * all.y / all.n) / std::sqrt(xx * yy);
}

}  // namespace varhush::train
