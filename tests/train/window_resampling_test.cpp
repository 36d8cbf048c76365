#include "window_resampling.hpp"

#include "varhush/core/correlation.hpp"
#include "varhush/train/random.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

namespace varhush::train {
namespace {

// Bins of seven windows, with ties among the scores.
struct Bins {
    struct One {
        float score;
        bool positive;
        std::size_t window;
    };
    std::vector<One> all;

    explicit Bins(std::uint64_t seed) {
        Random random(seed);
        for (int i = 0; i < 400; ++i) {
            const auto score = static_cast<float>(random.below(40)) / 40;
            all.push_back({score,
                           random.chance(0.1 + 0.3 * static_cast<double>(score)),
                           static_cast<std::size_t>(i) % 7});
        }
    }
    [[nodiscard]] RankedBins ranked() const {
        RankedBins out;
        for (const One& one : all) {
            out.add(one.score, one.window, one.positive);
        }
        out.sort();
        return out;
    }
    /// Every bin as often as its window was drawn.
    [[nodiscard]] std::vector<Scored> drawn(std::span<const std::uint16_t> counts) const {
        std::vector<Scored> out;
        for (const One& one : all) {
            for (int i = 0; i < counts[one.window]; ++i) {
                out.push_back({one.score, one.positive});
            }
        }
        return out;
    }
};

TEST(RankedBins, FiguresAreThoseOfTheDrawnBins) {
    const Bins bins(3);
    const RankedBins ranked = bins.ranked();
    const WindowResampling resampling(7, 20, 5);
    for (std::size_t round = 0; round <= resampling.rounds(); ++round) {
        const auto counts = resampling.counts(round);
        const auto drawn = bins.drawn(counts);
        EXPECT_NEAR(ranked.auroc(counts), area_under_roc(drawn), 1e-12);
        EXPECT_NEAR(ranked.average_precision(counts), average_precision(drawn), 1e-12);
    }
}

TEST(RankedBins, HiddenBinsAreNegativesBelowAllOthers) {
    RankedBins ranked;
    ranked.add(0.9F, 0, true);
    ranked.add(0.5F, 0, false);
    ranked.add(0.4F, 1, true);
    ranked.hide(1);
    ranked.hide(1);
    ranked.sort();
    const std::vector<std::uint16_t> once{1, 1};
    EXPECT_EQ(ranked.size(), 5);
    EXPECT_EQ(ranked.positives(), 2);
    // Six pairs, one of them wrong: 0.4 stands below 0.5.
    EXPECT_DOUBLE_EQ(ranked.auroc(once), 5.0 / 6);
    EXPECT_DOUBLE_EQ(ranked.average_precision(once), (1.0 + 2.0 / 3) / 2);
}

TEST(RankedBins, WhatCannotBeToldIsNotANumber) {
    const RankedBins none = Bins(1).ranked();
    const std::vector<std::uint16_t> nothing(7, 0);
    EXPECT_TRUE(std::isnan(none.auroc(nothing)));
    EXPECT_TRUE(std::isnan(none.average_precision(nothing)));
    RankedBins only;
    only.add(1, 0, true);
    only.sort();
    EXPECT_TRUE(std::isnan(only.auroc(std::vector<std::uint16_t>{1})));
}

TEST(PairedBins, IsPearsonOfTheDrawnBins) {
    Random random(8);
    PairedBins paired;
    std::vector<double> x;
    std::vector<double> y;
    const std::vector<std::uint16_t> counts{2, 0, 1};
    for (int i = 0; i < 90; ++i) {
        const auto window = static_cast<std::size_t>(i) % 3;
        const double a = 3 + random.uniform();
        const double b = 0.5 * a + random.uniform();
        paired.add(a, b, window);
        for (int n = 0; n < counts[window]; ++n) {
            x.push_back(a);
            y.push_back(b);
        }
    }
    EXPECT_NEAR(paired.pearson(counts), core::pearson_correlation(x, y), 1e-9);
    PairedBins flat;
    for (int i = 0; i < 9; ++i) {
        flat.add(0.1, i, 0);
    }
    EXPECT_TRUE(std::isnan(flat.pearson(std::vector<std::uint16_t>{1})));
}

TEST(WindowResampling, DrawsAsManyWindowsAsThereAre) {
    const WindowResampling resampling(50, 30, 1);
    bool repeats = false;
    for (std::size_t round = 1; round <= 30; ++round) {
        const auto counts = resampling.counts(round);
        EXPECT_EQ(std::accumulate(counts.begin(), counts.end(), 0), 50);
        repeats = repeats || counts[0] > 1;
    }
    EXPECT_TRUE(repeats);
    EXPECT_THAT(resampling.counts(0), testing::Each(1));
    const WindowResampling again(50, 30, 1);
    EXPECT_TRUE(std::equal(
        resampling.counts(30).begin(), resampling.counts(30).end(), again.counts(30).begin()));
}

TEST(PercentileInterval, LeavesOutWhatCouldNotBeTold) {
    std::vector<double> values(200);
    std::iota(values.begin(), values.end(), 0);
    values.push_back(std::nan(""));
    const Interval some = percentile_interval(values);
    EXPECT_EQ(some.low, 5);
    EXPECT_EQ(some.high, 194);
    EXPECT_TRUE(std::isnan(percentile_interval({1, std::nan(""), std::nan("")}).low));
    EXPECT_TRUE(std::isnan(percentile_interval({}).high));
}

}  // namespace
}  // namespace varhush::train
