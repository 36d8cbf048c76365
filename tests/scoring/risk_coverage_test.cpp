#include "varhush/scoring/risk_coverage.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace varhush::scoring {
namespace {

TEST(RiskCoverage, ByHand) {
    const std::vector<double> confidence{0.1, 0.9, 0.5, 0.7};
    const std::vector<double> error{1, 0, 1, 0};
    const auto curve = risk_coverage(confidence, error);
    ASSERT_EQ(curve.risk.size(), 4U);
    EXPECT_DOUBLE_EQ(curve.risk[0], 0);
    EXPECT_DOUBLE_EQ(curve.risk[1], 0);
    EXPECT_DOUBLE_EQ(curve.risk[2], 1.0 / 3);
    EXPECT_DOUBLE_EQ(curve.risk[3], 0.5);
    EXPECT_DOUBLE_EQ(curve.area(), (1.0 / 3 + 0.5) / 4);
    EXPECT_DOUBLE_EQ(curve.at(1), 0.5);
    EXPECT_DOUBLE_EQ(curve.at(0.5), 0);
    EXPECT_DOUBLE_EQ(curve.at(0), 0) << "at least one item";
}

TEST(RiskCoverage, EqualConfidenceSaysNothing) {
    const auto curve = risk_coverage(std::vector<double>(4, 7), std::vector<double>{1, 0, 0, 0});
    for (const double risk : curve.risk) {
        EXPECT_DOUBLE_EQ(risk, 0.25);
    }
    EXPECT_DOUBLE_EQ(curve.area(), 0.25);
}

TEST(RiskCoverage, TiesShareTheirErrorWhateverTheOrder) {
    const auto first = risk_coverage(std::vector<double>{2, 1, 1}, std::vector<double>{0, 1, 0});
    const auto other = risk_coverage(std::vector<double>{1, 1, 2}, std::vector<double>{0, 1, 0});
    EXPECT_EQ(first.risk, other.risk);
    EXPECT_DOUBLE_EQ(first.risk[1], 0.25);
}

TEST(ErrorAuroc, ByHand) {
    // Pairs of an error and none: 0.1 < 0.9, 0.1 < 0.5, 0.5 = 0.5 counts half, 0.5 < 0.9.
    EXPECT_DOUBLE_EQ(
        error_auroc(std::vector<double>{0.1, 0.9, 0.5, 0.5}, {true, false, true, false}), 3.5 / 4);
    EXPECT_DOUBLE_EQ(error_auroc(std::vector<double>{1, 2}, {false, true}), 0);
    EXPECT_TRUE(std::isnan(error_auroc(std::vector<double>{1, 2}, {true, true})));
    EXPECT_TRUE(std::isnan(error_auroc(std::vector<double>{1, 2}, {false, false})));
}

}  // namespace
}  // namespace varhush::scoring
