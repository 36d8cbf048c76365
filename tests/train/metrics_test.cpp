#include "varhush/train/metrics.hpp"

#include "varhush/core/correlation.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace varhush::train {
namespace {

TEST(AveragePrecision, OfHandWorkedLists) {
    EXPECT_DOUBLE_EQ(average_precision({{0.9F, true}, {0.8F, false}, {0.7F, true}}),
                     (1.0 + 2.0 / 3.0) / 2);
    EXPECT_DOUBLE_EQ(average_precision({{0.5F, true}, {0.5F, false}}), 0.5);
    EXPECT_DOUBLE_EQ(average_precision({{0.1F, false}}), 0.0);
    EXPECT_DOUBLE_EQ(average_precision({}), 0.0);
}

TEST(AveragePrecision, HiddenZeroNegativesCountAsListed) {
    std::vector<Scored> items{{0.9F, true}, {0.0F, true}, {0.4F, false}};
    auto listed = items;
    listed.insert(listed.end(), 7, Scored{0.0F, false});
    EXPECT_DOUBLE_EQ(average_precision(items, 7), average_precision(listed));
    EXPECT_DOUBLE_EQ(top_k_accuracy({{0.0F, true}}, 3), 0.25);
}

TEST(TopK, CountsTrueSitesAmongTheKBest) {
    EXPECT_DOUBLE_EQ(top_k_accuracy({{0.9F, true}, {0.8F, false}, {0.7F, true}, {0.1F, false}}),
                     0.5);
    EXPECT_DOUBLE_EQ(top_k_accuracy({{0.5F, true}, {0.5F, false}}), 0.5);
    EXPECT_DOUBLE_EQ(top_k_accuracy({}), 0.0);
}

TEST(Correlation, OfKnownPairs) {
    const std::vector<double> x{1, 2, 3, 4};
    const std::vector<double> y{2, 4, 6, 80};
    EXPECT_NEAR(core::pearson_correlation(x, x), 1.0, 1e-12);
    EXPECT_NEAR(core::spearman_correlation(x, y), 1.0, 1e-12);
    EXPECT_LT(core::pearson_correlation(x, y), 0.9);
    EXPECT_DOUBLE_EQ(core::pearson_correlation(x, std::vector<double>{5, 5, 5, 5}), 0.0);
    // Ties share their mean rank: 1, 2.5, 2.5, 4 against 1, 2, 3, 4.
    EXPECT_NEAR(core::spearman_correlation(x, std::vector<double>{1, 7, 7, 9}),
                4.5 / std::sqrt(5.0 * 4.5),
                1e-12);
}

TEST(Bootstrap, CoversTheMeanAndRepeatsItself) {
    std::vector<double> values;
    for (int i = 0; i < 100; ++i) {
        values.push_back(i);
    }
    const auto mean = [&](std::span<const std::size_t> drawn) {
        double sum = 0;
        for (const auto i : drawn) {
            sum += values[i];
        }
        return sum / static_cast<double>(drawn.size());
    };
    const auto interval = bootstrap(values.size(), 1000, 1, mean);
    EXPECT_NEAR(interval.low, 49.5 - 1.96 * 2.89, 1.0);
    EXPECT_NEAR(interval.high, 49.5 + 1.96 * 2.89, 1.0);
    EXPECT_EQ(bootstrap(values.size(), 1000, 1, mean).low, interval.low);
}

TEST(AreaUnderRoc, CountsPairsAndHalvesTies) {
    // Positives 0.9 0.4, negatives 0.4 0.1: pairs 1, 1, 1/2, 1 of 4.
    EXPECT_DOUBLE_EQ(area_under_roc({{0.9F, true}, {0.4F, true}, {0.4F, false}, {0.1F, false}}),
                     3.5 / 4);
    EXPECT_DOUBLE_EQ(area_under_roc({{0.1F, true}, {0.9F, false}}), 0);
    EXPECT_DOUBLE_EQ(area_under_roc({{0.1F, true}}), 0.5);
}

}  // namespace
}  // namespace varhush::train
