#include "varhush/concord/intervals.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <cmath>

namespace varhush::concord {

namespace {

constexpr double kTail = 0.025;                // to either side of a 95 % interval
constexpr double kNormal = 1.959963984540054;  // 97.5 % quantile of the normal distribution

/// Lentz's evaluation of the continued fraction; converges in O(sqrt(max(a, b))) steps.
double beta_fraction(double a, double b, double x) {
    constexpr double kTiny = 1e-300;
    constexpr double kEnough = 1e-15;
    constexpr int kMostSteps = 200'000;
    const auto away = [](double value) { return std::fabs(value) < kTiny ? kTiny : value; };
    double c = 1;
    double d = 1 / away(1 - (a + b) * x / (a + 1));
    double result = d;
    for (int i = 1; i < kMostSteps; ++i) {
        const double m = i;
        const double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 / away(1 + even * d);
        c = away(1 + even / c);
        result *= d * c;
        const double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / away(1 + odd * d);
        c = away(1 + odd / c);
        const double step = d * c;
        result *= step;
        if (std::fabs(step - 1) < kEnough) {
            break;
        }
    }
    return result;
}

}  // namespace

double incomplete_beta(double a, double b, double x) {
    VARHUSH_CHECK(a > 0 && b > 0);
    if (x <= 0 || x >= 1) {
        return x <= 0 ? 0 : 1;
    }
    const double front = std::exp(std::lgamma(a + b) - std::lgamma(a) - std::lgamma(b) +
                                  a * std::log(x) + b * std::log1p(-x));
    return x < (a + 1) / (a + b + 2) ? front * beta_fraction(a, b, x) / a
                                     : 1 - front * beta_fraction(b, a, 1 - x) / b;
}

double beta_quantile(double a, double b, double p) {
    if (p <= 0 || p >= 1) {
        return p <= 0 ? 0 : 1;
    }
    constexpr int kHalvings = 60;
    double low = 0;
    double high = 1;
    for (int i = 0; i < kHalvings && high - low > 1e-15 * high; ++i) {
        const double middle = (low + high) / 2;
        (incomplete_beta(a, b, middle) < p ? low : high) = middle;
    }
    return (low + high) / 2;
}

double student_quantile(double degrees, double p) {
    VARHUSH_CHECK(degrees > 0 && p > 0 && p < 1);
    if (p == 0.5) {
        return 0;
    }
    // P(|T| > t) = I_x(degrees / 2, 1 / 2) at x = degrees / (degrees + t^2).
    const double x = beta_quantile(degrees / 2, 0.5, 2 * std::min(p, 1 - p));
    const double size = std::sqrt(degrees * (1 - x) / x);
    return p < 0.5 ? -size : size;
}

Interval wilson_interval(std::int64_t k, std::int64_t n) {
    VARHUSH_CHECK(n > 0 && k >= 0 && k <= n);
    const auto total = static_cast<double>(n);
    const double share = static_cast<double>(k) / total;
    const double square = kNormal * kNormal;
    const double middle = (share + square / (2 * total)) / (1 + square / total);
    const double half = kNormal *
                        std::sqrt(share * (1 - share) / total + square / (4 * total * total)) /
                        (1 + square / total);
    return {k == 0 ? 0 : middle - half, k == n ? 1 : middle + half};
}

Interval exact_interval(double k, double n) {
    VARHUSH_CHECK(n > 0 && k >= 0 && k <= n);
    return {k == 0 ? 0 : beta_quantile(k, n - k + 1, kTail),
            k == n ? 1 : beta_quantile(k + 1, n - k, 1 - kTail)};
}

}  // namespace varhush::concord
