#include "varhush/count/bias.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace varhush::count {

namespace {

double log_choose(double n, double k) {
    return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

}  // namespace

double fisher_phred(std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t d) {
    constexpr double kMost = 500;
    constexpr double kSame = 1e-7;  // rounding must not drop tables as likely as this one
    const auto row = static_cast<double>(a + b);
    const auto other_row = static_cast<double>(c + d);
    const auto column = static_cast<double>(a + c);
    const double all = log_choose(row + other_row, column);
    const auto log_p = [&](double first) {
        return log_choose(row, first) + log_choose(other_row, column - first) - all;
    };
    const double observed = log_p(static_cast<double>(a));
    const auto least = std::max<std::int64_t>(0, a - d);
    const auto most = std::min(a + b, a + c);
    double sum = 0;
    for (std::int64_t first = least; first <= most; ++first) {
        const double here = log_p(static_cast<double>(first));
        sum += here <= observed + kSame ? std::exp(here) : 0.0;
    }
    return std::clamp(-10.0 * std::log10(std::min(1.0, sum)), 0.0, kMost) + 0.0;  // no -0
}

std::optional<double> rank_sum_z(std::span<const int> first, std::span<const int> second) {
    if (first.empty() || second.empty()) {
        return std::nullopt;
    }
    std::vector<std::pair<int, bool>> all;
    all.reserve(first.size() + second.size());
    for (const int value : first) {
        all.emplace_back(value, true);
    }
    for (const int value : second) {
        all.emplace_back(value, false);
    }
    std::sort(all.begin(), all.end());
    const auto n = static_cast<double>(first.size());
    const auto m = static_cast<double>(second.size());
    double ranks = 0;
    double ties = 0;
    for (std::size_t from = 0; from < all.size();) {
        std::size_t to = from;
        double ours = 0;
        for (; to < all.size() && all[to].first == all[from].first; ++to) {
            ours += all[to].second ? 1.0 : 0.0;
        }
        const auto count = static_cast<double>(to - from);
        ranks += ours * (static_cast<double>(from) + (count + 1) / 2);
        ties += count * count * count - count;
        from = to;
    }
    const double total = n + m;
    const double u = ranks - n * (n + 1) / 2;
    const double variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)));
    if (variance <= 0) {
        return std::nullopt;
    }
    return (u - n * m / 2) / std::sqrt(variance);
}

}  // namespace varhush::count
