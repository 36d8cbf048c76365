#include "varhush/concord/power.hpp"

#include <algorithm>
#include <cmath>

namespace varhush::concord {

namespace {

constexpr std::int64_t kOneByOne = 600;  // depths that are looked at one by one
constexpr std::int64_t kDeepest = 100'000;
constexpr std::int64_t kNextDepths = 10;

BetaBinomial shifted(const BetaBinomial& null, double effect_log2) {
    const double odds = null.mean / (1 - null.mean) * std::exp2(effect_log2);
    return {.mean = odds / (1 + odds), .rho = null.rho};
}

double sum_of(const BetaBinomial& law, std::int64_t from, std::int64_t to, std::int64_t depth) {
    double sum = 0;
    for (std::int64_t k = from; k <= to; ++k) {
        sum += std::exp(law.log_pmf(k, depth));
    }
    return sum;
}

bool reached(const BetaBinomial& null, const PowerOptions& options, std::int64_t depth) {
    return detection_power(null, options, depth) >= options.power;
}

bool reached_from(const BetaBinomial& null, const PowerOptions& options, std::int64_t depth) {
    for (std::int64_t next = 0; next <= kNextDepths; ++next) {
        if (!reached(null, options, depth + next)) {
            return false;
        }
    }
    return true;
}

}  // namespace

double detection_power(const BetaBinomial& null, const PowerOptions& options, std::int64_t depth) {
    // Counts up to `low` and from `high` on have a tail of at most alpha / 2.
    std::int64_t low = -1;
    double tail = 0;
    while (low < depth) {
        tail += std::exp(null.log_pmf(low + 1, depth));
        if (tail > options.alpha / 2) {
            break;
        }
        ++low;
    }
    std::int64_t high = depth + 1;
    tail = 0;
    while (high > 0) {
        tail += std::exp(null.log_pmf(high - 1, depth));
        if (tail > options.alpha / 2) {
            break;
        }
        --high;
    }
    double least = 1;
    for (const double effect : {options.effect_log2, -options.effect_log2}) {
        const BetaBinomial there = shifted(null, effect);
        least = std::min(least, sum_of(there, 0, low, depth) + sum_of(there, high, depth, depth));
    }
    return least;
}

std::optional<std::int64_t> least_depth(const BetaBinomial& null, const PowerOptions& options) {
    for (std::int64_t depth = 1; depth <= kOneByOne; ++depth) {
        if (reached_from(null, options, depth)) {
            return depth;
        }
    }
    if (!reached(null, options, kDeepest)) {
        return std::nullopt;
    }
    std::int64_t low = kOneByOne;
    std::int64_t high = kDeepest;
    while (high - low > 1) {
        const std::int64_t middle = low + (high - low) / 2;
        (reached(null, options, middle) ? high : low) = middle;
    }
    return high;
}

}  // namespace varhush::concord
