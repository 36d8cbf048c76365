#include "varhush/scoring/sign_curve.hpp"

#include "varhush/core/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace varhush::scoring {
namespace {

using ::testing::HasSubstr;

// `right` and `wrong` scores of one size, in turn of two groups.
void add(std::vector<MeasuredScore>& to, double size, int right, int wrong) {
    for (int i = 0; i < right + wrong; ++i) {
        const double sign = i % 3 == 0 ? -1 : 1;
        to.push_back({i % 2 == 0 ? "A" : "B", sign * size, (i < right ? sign : -sign) * 0.7});
    }
}

TEST(SignCurve, PoolsViolatorsByHand) {
    std::vector<MeasuredScore> measured;
    add(measured, 0.1, 12, 8);  // 0.60, violated by the next: pooled to 21 of 40
    add(measured, 0.2, 9, 11);  // 0.45
    add(measured, 0.4, 15, 5);  // 0.75
    add(measured, 0.8, 18, 0);  // 1.00
    const auto curve = SignCurve::of(measured);
    ASSERT_EQ(curve.knots().size(), 3U);
    EXPECT_FLOAT_EQ(curve.knots()[0].size, 0.15F);
    EXPECT_FLOAT_EQ(curve.knots()[0].probability, 22.0F / 42);
    EXPECT_FLOAT_EQ(curve.knots()[1].size, 0.4F);
    EXPECT_FLOAT_EQ(curve.knots()[1].probability, 16.0F / 22);
    EXPECT_FLOAT_EQ(curve.knots()[2].size, 0.8F);
    EXPECT_FLOAT_EQ(curve.knots()[2].probability, 19.0F / 20);
}

TEST(SignCurve, InterpolatesBetweenAndIsConstantOutside) {
    const SignCurve curve({{0.1F, 0.5F}, {0.3F, 0.9F}});
    EXPECT_NEAR(curve.probability(0), 0.5, 1e-7);
    EXPECT_NEAR(curve.probability(0.2), 0.7, 1e-6);
    EXPECT_NEAR(curve.probability(-0.2), 0.7, 1e-6) << "by size";
    EXPECT_NEAR(curve.probability(0.3), 0.9, 1e-7);
    EXPECT_NEAR(curve.probability(50), 0.9, 1e-7);
}

TEST(SignCurve, MoreOftenWrongThanRightSaysNothing) {
    std::vector<MeasuredScore> measured;
    add(measured, 0.1, 5, 45);
    add(measured, 0.2, 10, 10);
    const auto curve = SignCurve::of(measured);
    EXPECT_EQ(curve.probability(0.1), 0.5);
    EXPECT_EQ(curve.probability(9), 0.5);
}

TEST(SignCurve, ZerosHaveNoSign) {
    std::vector<MeasuredScore> measured;
    add(measured, 0.1, 40, 10);
    const auto before = SignCurve::of(measured);
    measured.push_back({"A", 0, 1});
    measured.push_back({"A", 1, 0});
    EXPECT_EQ(SignCurve::of(measured).knots(), before.knots());
    EXPECT_FALSE(sign_is_right({"A", 0, 0}));
    EXPECT_TRUE(sign_is_right({"A", -1, -2}));
}

TEST(SignCurve, RefusesTooLittle) {
    std::vector<MeasuredScore> measured;
    add(measured, 0.1, 49, 0);
    const auto message = [&] {
        try {
            static_cast<void>(SignCurve::of(measured));
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::kInput);
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_THAT(message(), HasSubstr("49 measured effects of 2 groups are too few"));
    add(measured, 0.1, 1, 0);
    EXPECT_EQ(message(), "");
    for (auto& one : measured) {
        one.group = "A";
    }
    EXPECT_THAT(message(), HasSubstr("50 measured effects of 1 groups are too few"));
}

TEST(SignCurve, RefusesKnotsThatAreNone) {
    EXPECT_THROW(SignCurve({}), Error);
    EXPECT_THROW(SignCurve({{0.1F, 0.4F}}), Error);
    EXPECT_THROW(SignCurve({{0.1F, 1.1F}}), Error);
    EXPECT_THROW(SignCurve({{-0.1F, 0.6F}}), Error);
    EXPECT_THROW(SignCurve({{0.1F, 0.6F}, {0.1F, 0.7F}}), Error);
    EXPECT_THROW(SignCurve({{0.1F, 0.6F}, {0.2F, 0.5F}}), Error);
}

TEST(SignCurve, GroupsAreJudgedByTheOthers) {
    std::vector<MeasuredScore> measured;
    for (int i = 0; i < 60; ++i) {
        measured.push_back({"good", 1, 1});
        measured.push_back({"bad", 1, i < 30 ? 1.0 : -1.0});
        measured.push_back({"third", 1, 1});
    }
    const auto told = left_out_probabilities(measured);
    EXPECT_NEAR(told[0], 91.0 / 122, 1e-6) << "of bad and third";
    EXPECT_NEAR(told[1], 121.0 / 122, 1e-6) << "of good and third";
}

TEST(CalibrationError, ByHand) {
    const std::vector<double> told{0.9, 0.6, 0.6, 0.9};
    // Bins of two: 0.6 where one of two is right, 0.9 where both are.
    EXPECT_NEAR(expected_calibration_error(told, {true, true, false, true}, 2), 0.1, 1e-12);
    EXPECT_NEAR(expected_calibration_error(told, {true, true, false, true}, 1), 0, 1e-12);
    EXPECT_NEAR(expected_calibration_error(told, {false, true, false, true}, 2), 0.25, 1e-12);
    // Ten bins: four of one item each, but equal probabilities share what is right.
    EXPECT_NEAR(expected_calibration_error(told, {true, true, false, true}, 10), 0.1, 1e-12);
    const auto bins = reliability_bins(told, {true, true, false, true}, 10);
    ASSERT_EQ(bins.size(), 4U);
    EXPECT_EQ(bins[0].count, 1U);
    EXPECT_DOUBLE_EQ(bins[0].told, 0.6);
    EXPECT_DOUBLE_EQ(bins[0].right, 0.5);
    EXPECT_DOUBLE_EQ(bins[3].right, 1);
}

}  // namespace
}  // namespace varhush::scoring
