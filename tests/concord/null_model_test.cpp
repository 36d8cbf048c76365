#include "simulated_counts.hpp"
#include "varhush/concord/beta_binomial.hpp"
#include "varhush/concord/dispersion.hpp"
#include "varhush/concord/multiple_testing.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <vector>

// Tables of counts with known over-dispersion, reference bias and hits: what is found again, and
// whether the false discovery rate is kept.
namespace varhush::concord {
namespace {

struct World {
    double mean = 0.48;
    double rho = 0.02;
    double share_of_hits = 0.1;
    double effect_log2 = 1.5;
    std::int64_t least_depth = 20;
    std::int64_t most_depth = 200;
    std::size_t sites = 3000;
};

struct Site {
    SharedCounts counts;
    bool hit;
};

std::vector<Site> simulate(const World& world, std::uint64_t seed) {
    test::CountSimulator random(seed);
    std::vector<Site> sites;
    for (std::size_t i = 0; i < world.sites; ++i) {
        const bool hit = random.uniform() < world.share_of_hits;
        const double effect = random.uniform() < 0.5 ? world.effect_log2 : -world.effect_log2;
        const double odds = world.mean / (1 - world.mean) * (hit ? std::exp2(effect) : 1);
        const std::int64_t depth = random.between(world.least_depth, world.most_depth);
        sites.push_back({{random.count(odds / (1 + odds), world.rho, depth), depth}, hit});
    }
    return sites;
}

std::vector<SharedCounts> counts_of(const std::vector<Site>& sites) {
    std::vector<SharedCounts> counts;
    counts.reserve(sites.size());
    for (const Site& site : sites) {
        counts.push_back(site.counts);
    }
    return counts;
}

struct Outcome {
    double found = 0;
    double false_hits = 0;
    double hits = 0;
    [[nodiscard]] double false_share() const { return found > 0 ? false_hits / found : 0; }
    [[nodiscard]] double power() const { return hits > 0 ? (found - false_hits) / hits : 0; }
};

Outcome judge(const std::vector<Site>& sites, const BetaBinomial& null, double rate) {
    std::vector<double> p;
    p.reserve(sites.size());
    for (const Site& site : sites) {
        p.push_back(null.two_sided_p(site.counts.alt, site.counts.total));
    }
    const std::vector<double> q = benjamini_hochberg(p);
    Outcome outcome;
    for (std::size_t i = 0; i < sites.size(); ++i) {
        outcome.hits += sites[i].hit ? 1 : 0;
        outcome.found += q[i] <= rate ? 1 : 0;
        outcome.false_hits += q[i] <= rate && !sites[i].hit ? 1 : 0;
    }
    return outcome;
}

TEST(NullModel, FindsOverDispersionAndBiasOfBalancedSites) {
    for (const double rho : {0.0, 0.002, 0.02, 0.1}) {
        const auto sites = simulate({.rho = rho, .share_of_hits = 0}, 11);
        const NullModel model = fit_null_model(counts_of(sites), {});
        EXPECT_NEAR(model.mean, 0.48, 0.01) << rho;
        EXPECT_NEAR(model.rho_likeliest, rho, 0.15 * rho + 0.0008) << rho;
        EXPECT_GE(model.rho, model.rho_likeliest) << rho;
        EXPECT_LE(model.rho, 1.15 * model.rho_likeliest + 0.0008) << rho;
        EXPECT_LE(model.rho_interval.low, rho) << rho;
        EXPECT_GE(model.rho_interval.high, rho) << rho;
        EXPECT_LT(model.share_of_hits, 0.01) << rho;
        EXPECT_EQ(model.sites, 3000U);
    }
}

TEST(NullModel, HitsAreNotTakenForOverDispersion) {
    const auto sites = simulate({.rho = 0.01, .share_of_hits = 0.15, .effect_log2 = 2}, 5);
    const NullModel robust = fit_null_model(counts_of(sites), {});
    EXPECT_GT(robust.rho_plain, 0.03);
    EXPECT_LT(robust.rho, 0.016);
    EXPECT_GT(robust.rho, 0.009);
    EXPECT_NEAR(robust.share_of_hits, 0.15, 0.05);
    const NullModel plain = fit_null_model(counts_of(sites), {.robust = false});
    EXPECT_NEAR(plain.rho, robust.rho_plain, 0.002);
    EXPECT_EQ(plain.share_of_hits, 0);
}

TEST(NullModel, TakesWhatIsGiven) {
    const auto sites = counts_of(simulate({}, 3));
    const NullModel rho_given = fit_null_model(sites, {.rho = 0.05});
    EXPECT_EQ(rho_given.rho, 0.05);
    EXPECT_TRUE(rho_given.rho_given);
    EXPECT_NEAR(rho_given.mean, 0.48, 0.01);
    const NullModel mean_given = fit_null_model(sites, {.mean = 0.5});
    EXPECT_EQ(mean_given.mean, 0.5);
    EXPECT_GT(mean_given.rho, 0.015);
    const NullModel empty = fit_null_model({}, {});
    EXPECT_EQ(empty.mean, 0.5);
    EXPECT_EQ(empty.rho_interval.high, 1);
}

struct Mean {
    double rho = 0;
    double false5 = 0;
    double false10 = 0;
    double power = 0;
    double known_power = 0;  // of a test that knows the null
};

Mean mean_over_worlds(const World& world, std::uint64_t seed, int rounds) {
    Mean mean;
    for (int round = 0; round < rounds; ++round) {
        const auto sites = simulate(world, seed + static_cast<std::uint64_t>(round));
        const NullModel model = fit_null_model(counts_of(sites), {});
        const BetaBinomial null{.mean = model.mean, .rho = model.rho};
        const Outcome at5 = judge(sites, null, 0.05);
        mean.rho += model.rho / rounds;
        mean.false5 += at5.false_share() / rounds;
        mean.false10 += judge(sites, null, 0.1).false_share() / rounds;
        mean.power += at5.power() / rounds;
        mean.known_power +=
            judge(sites, {.mean = world.mean, .rho = world.rho}, 0.05).power() / rounds;
    }
    return mean;
}

TEST(NullModel, FalseDiscoveryRateIsKept) {
    struct Case {
        World world;
        double most_rho;
        double power_kept;  // of that of a test that knows the null
    };
    const std::vector<Case> cases{
        {{}, 0.025, 0.6},
        {{.rho = 0}, 0.0008, 0.9},
        {{.rho = 0.05, .share_of_hits = 0.2, .effect_log2 = 2.5}, 0.06, 0.8},
        {{.rho = 0.005, .share_of_hits = 0.3}, 0.007, 0.9},
        {{.rho = 0.005, .effect_log2 = 2, .least_depth = 20, .most_depth = 60}, 0.012, 0.7},
        // Effects too weak to be told from the null: on the safe side.
        {{.rho = 0.001, .share_of_hits = 0.2, .effect_log2 = 0.7}, 0.005, 0.15},
    };
    constexpr int kRounds = 4;
    for (std::size_t i = 0; i < cases.size(); ++i) {
        const Mean mean = mean_over_worlds(cases[i].world, 100 * i + 1, kRounds);
        EXPECT_GE(mean.rho, 0.85 * cases[i].world.rho) << i;
        EXPECT_LE(mean.rho, cases[i].most_rho) << i;
        EXPECT_LE(mean.false5, 0.05) << i;
        EXPECT_LE(mean.false10, 0.1) << i;
        EXPECT_GT(mean.known_power, 0.15) << i;
        EXPECT_GE(mean.power, cases[i].power_kept * mean.known_power) << i;
        std::printf(
            "world %zu: rho %.4f of %.4f; false hits %.3f at 5 %%, %.3f at 10 %%; power "
            "%.2f of %.2f\n",
            i,
            mean.rho,
            cases[i].world.rho,
            mean.false5,
            mean.false10,
            mean.power,
            mean.known_power);
    }
}

// Without any effect each hit is false: few worlds have one.
TEST(NullModel, NullWorldsHaveHardlyAHit) {
    int with_hits = 0;
    constexpr int kRounds = 20;
    for (int round = 0; round < kRounds; ++round) {
        const auto sites =
            simulate({.share_of_hits = 0, .sites = 1000}, static_cast<std::uint64_t>(round) + 1000);
        const NullModel model = fit_null_model(counts_of(sites), {});
        with_hits += judge(sites, {.mean = model.mean, .rho = model.rho}, 0.05).found > 0 ? 1 : 0;
    }
    EXPECT_LE(with_hits, 3);  // of 20, at a rate of 5 %: P(> 3) is below 2 %
}

// A hundred sites tell little of rho: one that comes out too small by chance must not make hits.
TEST(NullModel, FewSitesKeepTheRateToo) {
    constexpr int kRounds = 60;
    double last_caution = 1;
    for (const std::size_t sites : {100, 200, 400}) {
        World world{.mean = 0.5,
                    .share_of_hits = 0,
                    .effect_log2 = 2,
                    .least_depth = 70,
                    .most_depth = 130,
                    .sites = sites};
        int with_hits = 0;
        double caution = 0;
        for (int round = 0; round < kRounds; ++round) {
            const auto drawn = simulate(world, 10 * sites + static_cast<std::uint64_t>(round));
            const NullModel model = fit_null_model(counts_of(drawn), {});
            const BetaBinomial null{.mean = model.mean, .rho = model.rho};
            with_hits += judge(drawn, null, 0.05).found > 0 ? 1 : 0;
            caution += (model.rho - model.rho_likeliest) / kRounds;
        }
        EXPECT_LE(with_hits, 5) << sites;
        EXPECT_LT(caution, last_caution) << sites;
        EXPECT_GT(caution, 0.001) << sites;
        last_caution = caution;
        world.share_of_hits = 0.1;
        const Mean mean = mean_over_worlds(world, sites, 12);
        EXPECT_LE(mean.false5, 0.05) << sites;
        EXPECT_GE(mean.power, 0.4 * mean.known_power) << sites;
        std::printf(
            "%zu sites: %d of %d null sets with a hit; rho + %.4f; false hits %.3f, power %.2f of "
            "%.2f\n",
            sites,
            with_hits,
            kRounds,
            caution,
            mean.false5,
            mean.power,
            mean.known_power);
    }
}

}  // namespace
}  // namespace varhush::concord
