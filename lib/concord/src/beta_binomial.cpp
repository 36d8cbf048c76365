#include "varhush/concord/beta_binomial.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <cmath>

namespace varhush::concord {

namespace {

constexpr double kSmallestP = 1e-300;
constexpr double kStirlingFrom = 10;  // the series below is good to 1e-12 from here

/// What Stirling's formula leaves of log(gamma). Source: Abramowitz & Stegun 1964, 6.1.41.
double stirling_rest(double x) {
    const double y = 1 / (x * x);
    return (1.0 / 12 - (1.0 / 360 - (1.0 / 1260 - y / 1680) * y) * y) / x;
}

/// log of a (a + 1) … (a + k - 1) / a^k: 0 in the limit of large a.
double log_rising(double a, double k) {
    if (a < kStirlingFrom) {
        return std::lgamma(a + k) - std::lgamma(a) - k * std::log(a);
    }
    return (a + k - 0.5) * std::log1p(k / a) - k + stirling_rest(a + k) - stirling_rest(a);
}

/// Sum of pmf(j) / pmf(k) from j = k towards 0; q, p: shares of the two alleles, theta = 1 / (alpha
/// + beta). Past the mode the terms only fall, unless the distribution is a U.
double relative_tail(
    std::int64_t k, std::int64_t n, double p, double q, double theta, bool u_shaped) {
    constexpr double kNegligible = 1e-17;
    double sum = 1;
    double term = 1;
    const auto total = static_cast<double>(n);
    for (auto j = static_cast<double>(k); j >= 1; --j) {
        const double ratio =
            j / (total - j + 1) * (q + (total - j) * theta) / (p + (j - 1) * theta);
        term *= ratio;
        sum += term;
        if (!u_shaped && ratio < 1 && term < kNegligible * sum * (1 - ratio)) {
            break;
        }
    }
    return sum;
}

}  // namespace

double log_choose(std::int64_t n, std::int64_t k) {
    const auto all = static_cast<double>(n);
    const auto some = static_cast<double>(k);
    return std::lgamma(all + 1) - std::lgamma(some + 1) - std::lgamma(all - some + 1);
}

double BetaBinomial::log_kernel(std::int64_t k, std::int64_t n) const {
    VARHUSH_CHECK(k >= 0 && k <= n && mean > 0 && mean < 1 && rho >= 0 && rho < 1);
    const auto alt = static_cast<double>(k);
    const auto ref = static_cast<double>(n - k);
    const double binomial = alt * std::log(mean) + ref * std::log1p(-mean);
    if (rho == 0) {
        return binomial;
    }
    const double both = (1 - rho) / rho;
    return binomial + log_rising(mean * both, alt) + log_rising((1 - mean) * both, ref) -
           log_rising(both, alt + ref);
}

double BetaBinomial::log_pmf(std::int64_t k, std::int64_t n) const {
    return log_choose(n, k) + log_kernel(k, n);
}

BetaBinomial::Tails BetaBinomial::tails(std::int64_t k, std::int64_t n) const {
    const double theta = rho / (1 - rho);
    const bool u_shaped = mean < theta || 1 - mean < theta;  // alpha or beta below 1
    const double log_here = log_pmf(k, n);
    const double here = std::exp(log_here);
    // The tail that lies off the mean is summed, the other is what is left of 1.
    const auto tail = [&](std::int64_t at, double p, double q) {
        return std::exp(log_here + std::log(relative_tail(at, n, p, q, theta, u_shaped)));
    };
    if (static_cast<double>(k) <= mean * static_cast<double>(n)) {
        const double lower = std::min(1.0, tail(k, mean, 1 - mean));
        return {lower, std::clamp(1 - lower + here, 0.0, 1.0)};
    }
    const double upper = std::min(1.0, tail(n - k, 1 - mean, mean));
    return {std::clamp(1 - upper + here, 0.0, 1.0), upper};
}

double BetaBinomial::two_sided_p(std::int64_t k, std::int64_t n) const {
    const Tails both = tails(k, n);
    return std::clamp(2 * std::min(both.lower, both.upper), kSmallestP, 1.0);
}

}  // namespace varhush::concord
