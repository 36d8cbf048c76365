#include "varhush/count/bias.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace varhush::count {
namespace {

// p values of scipy.stats.fisher_exact, two-sided.
TEST(Bias, FisherAgreesWithScipy) {
    EXPECT_NEAR(fisher_phred(3, 1, 1, 3), 3.13619, 1e-4);     // p 0.4857143
    EXPECT_NEAR(fisher_phred(10, 2, 3, 15), 32.70249, 1e-4);  // p 0.0005367241
    EXPECT_NEAR(fisher_phred(1, 9, 11, 3), 25.59176, 1e-4);
    EXPECT_NEAR(fisher_phred(12, 30, 25, 9), 37.49634, 1e-4);
    EXPECT_NEAR(fisher_phred(0, 0, 5, 5), 0, 1e-9);
    EXPECT_NEAR(fisher_phred(20, 20, 20, 20), 0, 1e-6);
    EXPECT_NEAR(fisher_phred(8, 0, 0, 8), 38.08549, 1e-4);  // p 0.0001554002
}

TEST(Bias, RankSumIsSignedAndCorrectedForTies) {
    const std::vector<int> low{1, 2, 3};
    const std::vector<int> high{4, 5, 6};
    // U 0 of 9, mean 4.5, variance 3 * 3 * 7 / 12.
    EXPECT_NEAR(*rank_sum_z(low, high), -4.5 / 2.29128785, 1e-6);
    EXPECT_NEAR(*rank_sum_z(high, low), 4.5 / 2.29128785, 1e-6);
    const std::vector<int> tied{2, 2, 3};
    EXPECT_NEAR(*rank_sum_z(tied, tied), 0, 1e-12);
    EXPECT_FALSE(rank_sum_z(low, {}).has_value());
    EXPECT_FALSE(rank_sum_z(std::vector<int>{1, 1}, std::vector<int>{1}).has_value());
}

}  // namespace
}  // namespace varhush::count
