#pragma once

#include <cstdint>

namespace varhush::concord {

/// A number with its interval.
struct Interval {
    double low = 0;
    double high = 1;
};

/// Regularised incomplete beta function I_x(a, b), a, b > 0. Relative error about 1e-12. Source:
/// continued fraction of Press et al. 1992 (Numerical Recipes, section 6.4).
[[nodiscard]] double incomplete_beta(double a, double b, double x);

/// x with I_x(a, b) = p, to about 1e-14 in x.
[[nodiscard]] double beta_quantile(double a, double b, double p);

/// t with P(T <= t) = p for Student's distribution.
[[nodiscard]] double student_quantile(double degrees, double p);

/// Wilson's score interval of a share, 95 %: `k` of `n`, n > 0. Source: Wilson 1927 (JASA 22:209).
[[nodiscard]] Interval wilson_interval(std::int64_t k, std::int64_t n);

/// Clopper and Pearson's exact interval of a share, 95 %; `k` and `n` may be fractions (an
/// effective size), 0 <= k <= n, n > 0. Source: Clopper & Pearson 1934 (Biometrika 26:404).
[[nodiscard]] Interval exact_interval(double k, double n);

}  // namespace varhush::concord
