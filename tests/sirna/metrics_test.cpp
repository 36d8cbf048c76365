#include "varhush/sirna/metrics.hpp"

#include "varhush/core/correlation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

namespace varhush::sirna {
namespace {

TEST(RocAuc, CountsPairsInOrderAndTiesAsHalf) {
    EXPECT_DOUBLE_EQ(roc_auc(std::vector<double>{1, 2, 3, 4}, std::vector<int>{0, 0, 1, 1}), 1);
    EXPECT_DOUBLE_EQ(roc_auc(std::vector<double>{4, 3, 2, 1}, std::vector<int>{0, 0, 1, 1}), 0);
    // pairs: (2 > 1), (2 = 2), (3 > 1), (3 > 2)
    EXPECT_DOUBLE_EQ(roc_auc(std::vector<double>{1, 2, 2, 3}, std::vector<int>{0, 0, 1, 1}),
                     3.5 / 4);
    EXPECT_TRUE(std::isnan(roc_auc(std::vector<double>{1, 2}, std::vector<int>{1, 1})));
}

TEST(Correlation, OfLinesAndRanks) {
    const std::vector<double> x{1, 2, 3, 4};
    EXPECT_DOUBLE_EQ(core::pearson_correlation(x, std::vector<double>{2, 4, 6, 8}), 1);
    EXPECT_DOUBLE_EQ(core::spearman_correlation(x, std::vector<double>{1, 10, 100, 99}), 0.8);
    EXPECT_DOUBLE_EQ(core::pearson_correlation(x, std::vector<double>{5, 5, 5, 5}), 0);
}

TEST(F1, AtAThresholdAndAtTheBest) {
    const std::vector<double> scores{0.1, 0.4, 0.6, 0.9};
    const std::vector<int> positive{0, 1, 0, 1};
    EXPECT_DOUBLE_EQ(f1_at(scores, positive, 0.5), 0.5);
    EXPECT_DOUBLE_EQ(f1_at(scores, positive, 0.95), 0);
    EXPECT_DOUBLE_EQ(best_f1_threshold(scores, positive), 0.4);
    EXPECT_DOUBLE_EQ(f1_at(scores, positive, best_f1_threshold(scores, positive)), 0.8);
}

TEST(CalibrationError, IsTheMeanGapOfBins) {
    const std::vector<double> said{0.85, 0.85, 0.15, 0.15};
    EXPECT_NEAR(calibration_error(said, std::vector<int>{1, 1, 0, 0}), 0.15, 1e-12);
    EXPECT_NEAR(calibration_error(said, std::vector<int>{0, 0, 1, 1}), 0.85, 1e-12);
}

TEST(ResampleClusters, KeepsClustersWholeAndIsRepeatable) {
    const std::vector<std::int64_t> clusters{7, 7, 7, 1, 1, 9};
    std::set<std::size_t> sizes;
    for (int round = 0; round < 50; ++round) {
        const auto rows = resample_clusters(clusters, 3, round);
        EXPECT_EQ(rows, resample_clusters(clusters, 3, round));
        const auto times = [&](std::size_t row) {
            return std::count(rows.begin(), rows.end(), row);
        };
        EXPECT_EQ(times(0), times(2));
        EXPECT_EQ(times(3), times(4));
        EXPECT_EQ(times(0) + times(3) + times(5), 3);
        sizes.insert(rows.size());
    }
    EXPECT_GT(sizes.size(), 2U);
}

}  // namespace
}  // namespace varhush::sirna
