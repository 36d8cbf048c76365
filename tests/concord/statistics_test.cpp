#include "varhush/concord/agreement.hpp"
#include "varhush/concord/beta_binomial.hpp"
#include "varhush/concord/intervals.hpp"
#include "varhush/concord/multiple_testing.hpp"
#include "varhush/concord/power.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <vector>

namespace varhush::concord {
namespace {

struct Recorded {
    std::int64_t k;
    std::int64_t n;
    double mean;
    double rho;
    double log_pmf;
    double lower;  // P(K <= k)
    double upper;  // P(K >= k)
};

// scipy 1.10.1: betabinom(n, mean (1 - rho) / rho, (1 - mean) (1 - rho) / rho) and, with rho 0,
// binom(n, mean): logpmf(k), cdf(k), sf(k - 1).
constexpr std::array kRecorded{
    Recorded{3, 10, 0.5, 0.1, -2.0844589908646665, 0.26107025146484397, 0.8633041381835938},
    Recorded{0, 20, 0.48, 0.02, -10.46561950897626, 2.8499628411254595e-05, 1.0},
    Recorded{37, 50, 0.45, 0.005, -9.142509283075668, 0.9999444675154758, 0.00016255093724082403},
    Recorded{5, 5, 0.5, 0.6, -1.2192402764567236, 1.0, 0.29545454545454497},
    Recorded{120, 1000, 0.5, 0.05, -12.795682800730804, 4.2357748667963413e-05, 0.9999604149684744},
    Recorded{0, 30, 0.5, 0.7, -1.452282867206309, 0.2340354060401776, 1.0},
    Recorded{3, 10, 0.5, 0, -2.143980062817406, 0.171875, 0.9453125},
    Recorded{40, 100, 0.5, 0, -4.524155638860108, 0.02844396682049044, 0.9823998998911476},
    Recorded{10, 1000, 0.48, 0, -600.7988974455118, 1.2053758612544453e-261, 1.0},
    Recorded{499000, 1000000, 0.5, 0, -9.133546215482056, 0.022804149932694757, 0.9773038320453266},
};

TEST(BetaBinomial, AgreesWithScipy) {
    for (const Recorded& one : kRecorded) {
        const BetaBinomial law{.mean = one.mean, .rho = one.rho};
        const double relative = one.n > 1000 ? 1e-8 : 1e-11;
        EXPECT_NEAR(law.log_pmf(one.k, one.n), one.log_pmf, relative * std::fabs(one.log_pmf))
            << one.k << " of " << one.n;
        const auto tails = law.tails(one.k, one.n);
        EXPECT_NEAR(tails.lower / one.lower, 1, 1e-7) << one.k << " of " << one.n;
        EXPECT_NEAR(tails.upper / one.upper, 1, 1e-7) << one.k << " of " << one.n;
    }
}

TEST(BetaBinomial, StaysExactAsTheOverDispersionGoesToNothing) {
    struct Deep {
        std::int64_t k;
        std::int64_t n;
        double mean;
        double rho;
        double log_pmf;  // mpmath, 60 digits
    };
    constexpr std::array kDeep{
        Deep{500, 1000, 0.5, 1e-9, -3.67991949209388009},
        Deep{499000, 1000000, 0.5, 1e-6, -8.48011901357186214},
        Deep{499000, 1000000, 0.5, 1e-12, -9.13354471496141448},
        Deep{600000, 1000000, 0.5, 0.01, -13.7259833845858548},
        Deep{10, 30, 0.47, 1e-15, -3.02958397649853519},
    };
    for (const Deep& one : kDeep) {
        const BetaBinomial law{.mean = one.mean, .rho = one.rho};
        EXPECT_NEAR(law.log_pmf(one.k, one.n), one.log_pmf, 2e-8) << one.rho;
    }
    const BetaBinomial binomial{.mean = 0.47, .rho = 0};
    const BetaBinomial nearly{.mean = 0.47, .rho = 1e-13};
    for (std::int64_t k = 0; k <= 30; ++k) {
        EXPECT_NEAR(nearly.two_sided_p(k, 30) / binomial.two_sided_p(k, 30), 1, 1e-9);
    }
}

TEST(BetaBinomial, SumsToOne) {
    for (const double rho : {0.0, 1e-8, 0.003, 0.2, 0.8}) {
        const BetaBinomial law{.mean = 0.3, .rho = rho};
        double sum = 0;
        for (std::int64_t k = 0; k <= 200; ++k) {
            const double here = std::exp(law.log_pmf(k, 200));
            sum += here;
            const auto tails = law.tails(k, 200);
            EXPECT_NEAR(tails.lower, sum, 1e-9) << rho << " " << k;
            EXPECT_NEAR(tails.lower + tails.upper, 1 + here, 1e-9) << rho << " " << k;
        }
        EXPECT_NEAR(sum, 1, 1e-10);
    }
}

TEST(BetaBinomial, TwoSidedPIsSymmetricAndValid) {
    for (const double rho : {0.0, 0.05, 0.7}) {  // the last is a U
        const BetaBinomial law{.mean = 0.5, .rho = rho};
        std::array<double, 41> p{};
        for (std::int64_t k = 0; k <= 40; ++k) {
            p[static_cast<std::size_t>(k)] = law.two_sided_p(k, 40);
            EXPECT_NEAR(law.two_sided_p(40 - k, 40), law.two_sided_p(k, 40), 1e-12);
        }
        for (const double level : {0.01, 0.05, 0.2}) {  // P(p <= level) <= level
            double share = 0;
            for (std::int64_t k = 0; k <= 40; ++k) {
                share += p[static_cast<std::size_t>(k)] <= level ? std::exp(law.log_pmf(k, 40)) : 0;
            }
            EXPECT_LE(share, level + 1e-12);
        }
        EXPECT_EQ(law.two_sided_p(20, 40), 1);
    }
    // 0 of 10 fair coins: 2 / 2^10.
    EXPECT_NEAR((BetaBinomial{}).two_sided_p(0, 10), 2.0 / 1024, 1e-15);
    EXPECT_EQ((BetaBinomial{}).two_sided_p(0, 1'000'000), 1e-300);
    EXPECT_EQ((BetaBinomial{}).two_sided_p(0, 0), 1);
}

TEST(Intervals, AgreeWithScipy) {
    // scipy 1.10.1: betainc, beta.ppf, t.ppf.
    EXPECT_NEAR(incomplete_beta(2.5, 3.5, 0.3), 0.2967529892956661, 1e-13);
    EXPECT_NEAR(beta_quantile(3, 8, 0.025), 0.06673951117773447, 1e-13);
    EXPECT_NEAR(beta_quantile(2.5, 1e5, 0.025) / 4.1560182610654695e-06, 1, 1e-8);
    EXPECT_NEAR(student_quantile(9, 0.975), 2.2621571627409915, 1e-9);
    EXPECT_NEAR(student_quantile(2.5, 0.025), -3.574654842011878, 1e-9);
    EXPECT_NEAR(student_quantile(1000, 0.9), 1.2823987214609247, 1e-9);
    const Interval exact = exact_interval(3, 10);  // beta.ppf(0.025, 3, 8), beta.ppf(0.975, 4, 7)
    EXPECT_NEAR(exact.low, 0.06673951117773447, 1e-12);
    EXPECT_NEAR(exact.high, 0.6524528500599973, 1e-12);
    // Newcombe 1998 (Statistics in Medicine 17:857), table I: Wilson's interval of 81 of 263.
    const Interval wilson = wilson_interval(81, 263);
    EXPECT_NEAR(wilson.low, 0.2553, 5e-5);
    EXPECT_NEAR(wilson.high, 0.3662, 5e-5);
    EXPECT_EQ(wilson_interval(0, 20).low, 0);
    EXPECT_NEAR(wilson_interval(0, 20).high, 0.1611, 5e-5);  // the same table
    EXPECT_EQ(exact_interval(20, 20).high, 1);
}

TEST(MultipleTesting, AdjustsAsBenjaminiAndHochbergDid) {
    // The fifteen p-values of Benjamini & Hochberg 1995, section 4.1: four are hits at 0.05.
    const std::vector<double> p{0.0001,
                                0.0004,
                                0.0019,
                                0.0095,
                                0.0201,
                                0.0278,
                                0.0298,
                                0.0344,
                                0.0459,
                                0.3240,
                                0.4262,
                                0.5719,
                                0.6528,
                                0.7590,
                                1.0000};
    const std::vector<double> q = benjamini_hochberg(p);
    EXPECT_LE(q[3], 0.05);
    EXPECT_GT(q[4], 0.05);
    EXPECT_NEAR(q[3], 0.0095 * 15 / 4, 1e-12);
    EXPECT_NEAR(q[4], 0.0201 * 15 / 5, 1e-12);
    EXPECT_NEAR(q[5], 0.0298 * 15 / 7, 1e-12);  // not above that of the next
    EXPECT_EQ(q[14], 1);
    EXPECT_EQ(benjamini_hochberg({}).size(), 0U);
    const std::vector<double> turned =
        benjamini_hochberg(std::vector<double>(p.rbegin(), p.rend()));
    for (std::size_t i = 0; i < q.size(); ++i) {
        EXPECT_EQ(turned[q.size() - 1 - i], q[i]);
    }
}

TEST(Power, IsThatOfTheExactTest) {
    // 10 fair fragments: p <= 0.05 at 0, 1, 9 and 10 (2 * 11 / 1024). At a share of 0.8 of ALT:
    // 10 0.8^9 0.2 + 0.8^10 + 10 0.2^9 0.8 + 0.2^10.
    EXPECT_NEAR(detection_power({}, {.effect_log2 = 2}, 10), 0.3758138368, 1e-10);
    const auto least = least_depth({}, {.effect_log2 = 2});
    ASSERT_TRUE(least);
    for (std::int64_t next = 0; next <= 10; ++next) {
        EXPECT_GE(detection_power({}, {.effect_log2 = 2}, *least + next), 0.8);
    }
    EXPECT_LT(detection_power({}, {.effect_log2 = 2}, *least - 1), 0.8);
    // A small effect: beyond the depths that are looked at one by one. For large depths
    // n = ((1.960 sqrt(p q) + 0.8416 sqrt(p' q')) / (p' - p))^2 with p = 1/2.
    const double share = std::exp2(0.2) / (1 + std::exp2(0.2));
    const double n =
        std::pow((1.95996 * 0.5 + 0.84162 * std::sqrt(share * (1 - share))) / (share - 0.5), 2);
    const auto deep = least_depth({}, {.effect_log2 = 0.2});
    ASSERT_TRUE(deep);
    EXPECT_NEAR(static_cast<double>(*deep) / n, 1, 0.03);
    // With a large over-dispersion no depth is enough.
    EXPECT_FALSE(least_depth({.mean = 0.5, .rho = 0.2}, {.effect_log2 = 1}));
    EXPECT_GT(*least_depth({.mean = 0.5, .rho = 0.02}, {.effect_log2 = 2}), *least);
}

// A variant in 20 samples is one trial for a score, not 20.
TEST(Agreement, AVariantHasOneVote) {
    std::vector<ScoredSite> sites;
    for (int sample = 0; sample < 20; ++sample) {
        sites.push_back({.score = 1, .effect_log2 = 0.5, .significant = true, .variant = 7});
    }
    sites.push_back({.score = 1, .effect_log2 = -0.5, .significant = false, .variant = 8});
    sites.push_back({.score = -1, .effect_log2 = 0.5, .significant = false, .variant = 9});
    // The stronger effect outvotes two weak ones, a tie votes for nothing.
    sites.push_back({.score = -1, .effect_log2 = 2, .significant = false, .variant = 10});
    sites.push_back({.score = -1, .effect_log2 = -0.5, .significant = false, .variant = 10});
    sites.push_back({.score = -1, .effect_log2 = -0.5, .significant = false, .variant = 10});
    sites.push_back({.score = 0, .effect_log2 = 3, .significant = false, .variant = 11});
    const SignCounts signs = measure_agreement(sites, {}).signs;
    EXPECT_EQ(signs.sites, 25);
    EXPECT_EQ(signs.agree, 22);
    EXPECT_EQ(signs.ties, 1);
    EXPECT_EQ(signs.variants, 4);
    EXPECT_EQ(signs.variants_agree, 1);
    EXPECT_FALSE(signs.single_sites());
    EXPECT_NEAR(signs.p, 0.625, 1e-12);  // 2 (1 + 4) / 16
    EXPECT_LT(signs.wilson.low, 0.06);
    EXPECT_NEAR(signs.exact.high, 0.8058796, 1e-6);  // 1 of 4: beta.ppf(0.975, 2, 3)
    const SignCounts significant = measure_agreement(sites, {}).significant_signs;
    EXPECT_EQ(significant.sites, 20);
    EXPECT_EQ(significant.variants, 1);
    EXPECT_EQ(significant.p, 1);
    sites.erase(sites.begin() + 1, sites.begin() + 20);
    sites.resize(3);
    EXPECT_TRUE(measure_agreement(sites, {}).signs.single_sites());
}

}  // namespace
}  // namespace varhush::concord
