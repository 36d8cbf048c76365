#pragma once

#include <cstdint>

namespace varhush::concord {

/// Fragments of one of two alleles among `n`: beta-binomial with mean share `mean` and intra-class
/// correlation `rho`, the over-dispersion (variance n mean (1 - mean) (1 + (n - 1) rho)). In the
/// usual letters alpha = mean (1 - rho) / rho, beta = (1 - mean) (1 - rho) / rho; rho 0 is the
/// binomial. Source of its use for allelic imbalance: Skelly et al. 2011 (Genome Research
/// 21:1728), Sun 2012 (Biometrics 68:1), van de Geijn et al. 2015 (Nature Methods 12:1061).
///
/// Numbers hold for depths up to 1e6 and every rho in [0, 1): rising factorials are evaluated
/// against their limit, so nothing cancels as rho goes to 0 (relative error below 1e-7 at a depth
/// of 1e6, 1e-11 at 1000; the tests compare with scipy).
struct BetaBinomial {
    double mean = 0.5;  ///< in (0, 1)
    double rho = 0;     ///< in [0, 1)

    /// Natural logarithm of the probability of `k` of `n`; 0 <= k <= n. Cost O(1).
    [[nodiscard]] double log_pmf(std::int64_t k, std::int64_t n) const;

    /// log_pmf() without the binomial coefficient, which depends on no parameter.
    [[nodiscard]] double log_kernel(std::int64_t k, std::int64_t n) const;

    /// P(K <= k) and P(K >= k). Cost: the terms of the tail that count.
    struct Tails {
        double lower = 1;
        double upper = 1;
    };
    [[nodiscard]] Tails tails(std::int64_t k, std::int64_t n) const;

    /// Exact two-sided p: twice the smaller tail, at most 1, so it is valid for every shape, the
    /// U of a large rho too. At least 1e-300.
    [[nodiscard]] double two_sided_p(std::int64_t k, std::int64_t n) const;
};

/// log(n! / (k! (n - k)!)).
[[nodiscard]] double log_choose(std::int64_t n, std::int64_t k);

}  // namespace varhush::concord
