#include "varhush/count/bias.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace varhush::count {

namespace {

/// The logarithms of the first factorials are looked up: most sites have few fragments.
double log_factorial(std::int64_t n) {
    static const auto kTable = [] {
        std::array<double, 512> table{};
        for (std::size_t i = 0; i < table.size(); ++i) {
            table[i] = std::lgamma(static_cast<double>(i) + 1);
        }
        return table;
    }();
    const auto index = static_cast<std::size_t>(n);
    return index < kTable.size() ? kTable[index] : std::lgamma(static_cast<double>(n) + 1);
}

double log_choose(std::int64_t n, std::int64_t k) {
    return log_factorial(n) - log_factorial(k) - log_factorial(n - k);
}

}  // namespace

double fisher_phred(std::int64_t a, std::int64_t b, std::int64_t c, std::int64_t d) {
    constexpr double kMost = 500;
    constexpr double kSame = 1e-7;  // rounding must not drop tables as likely as this one
    const double all = log_choose(a + b + c + d, a + c);
    const auto log_p = [&](std::int64_t first) {
        return log_choose(a + b, first) + log_choose(c + d, a + c - first) - all;
    };
    const double observed = log_p(a);
    const auto least = std::max<std::int64_t>(0, a - d);
    const auto most = std::min(a + b, a + c);
    double sum = 0;
    for (std::int64_t first = least; first <= most; ++first) {
        const double here = log_p(first);
        sum += here <= observed + kSame ? std::exp(here) : 0.0;
    }
    return std::clamp(-10.0 * std::log10(std::min(1.0, sum)), 0.0, kMost) + 0.0;  // no -0
}

void RankSum::clear() noexcept {
    all_.clear();
    first_ = 0;
    differ_ = false;
}

void RankSum::add(int value, bool is_first) {
    const std::int64_t doubled = std::int64_t{2} * value;
    differ_ = differ_ || (!all_.empty() && (all_.front() & ~std::int64_t{1}) != doubled);
    all_.push_back(doubled + (is_first ? 1 : 0));
    first_ += is_first ? 1 : 0;
}

std::optional<double> RankSum::z() {
    const auto size = static_cast<std::int64_t>(all_.size());
    if (!differ_ || first_ == 0 || first_ == size) {
        return std::nullopt;
    }
    std::sort(all_.begin(), all_.end());
    const auto n = static_cast<double>(first_);
    const auto m = static_cast<double>(size - first_);
    double ranks = 0;
    double ties = 0;
    for (std::size_t from = 0; from < all_.size();) {
        std::size_t to = from;
        double ours = 0;
        for (; to < all_.size() && all_[to] >> 1 == all_[from] >> 1; ++to) {
            ours += (all_[to] & 1) != 0 ? 1.0 : 0.0;
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

std::optional<double> rank_sum_z(std::span<const int> first, std::span<const int> second) {
    RankSum sum;
    for (const int value : first) {
        sum.add(value, true);
    }
    for (const int value : second) {
        sum.add(value, false);
    }
    return sum.z();
}

}  // namespace varhush::count
