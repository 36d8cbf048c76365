#include "track_loss.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

// Every loss against numbers worked out by hand from its definition.
namespace varhush::train {
namespace {

at::Tensor row(std::vector<float> values) {
    return at::tensor(at::ArrayRef<float>(values)).view({1, -1, 1});
}

double value(const at::Tensor& tensor) {
    return tensor.item<double>();
}

TEST(TargetTransform, DividesByMeanAndResolutionAndClipsSoftly) {
    const at::Tensor means = at::tensor({2.0F});
    // 512 / (2 * 128) = 2; 10240 / 256 = 40 -> 2 sqrt(400) - 10 = 30; 2560 / 256 = 10 stays 10.
    const at::Tensor t = target_transform(row({512, 10240, 2560, 0}), means, 128, false);
    EXPECT_FLOAT_EQ(t[0][0][0].item<float>(), 2);
    EXPECT_FLOAT_EQ(t[0][1][0].item<float>(), 30);
    EXPECT_FLOAT_EQ(t[0][2][0].item<float>(), 10);
    EXPECT_FLOAT_EQ(t[0][3][0].item<float>(), 0);
}

TEST(TargetTransform, SquashesRnaBeforeTheClip) {
    // 16 ^ 0.75 = 8; 81 ^ 0.75 = 27 -> 2 sqrt(270) - 10.
    const at::Tensor t = target_transform(row({16, 81}), at::tensor({1.0F}), 1, true);
    EXPECT_NEAR(t[0][0][0].item<float>(), 8, 1e-5);
    EXPECT_NEAR(t[0][1][0].item<float>(), 2 * std::sqrt(270.0) - 10, 1e-4);
}

TEST(CountLoss, IsPoissonOfTheSumAndMultinomialOfTheShape) {
    // p = 1 3, t = 2 2: P = K = 4, so the Poisson part is 0; the shape costs
    // -(2 ln 1/4 + 2 ln 3/4) = 3.347952867; over two bins, times 5.
    const at::Tensor ones = row({1, 1});
    const double shape = -(2 * std::log(0.25) + 2 * std::log(0.75));
    EXPECT_NEAR(value(count_loss(row({1, 3}), row({2, 2}), ones, 5)), 5 * shape / 2, 1e-5);
    // p = 1 1, t = 2 2: P = 2, K = 4: 2 - 4 ln 2 - (4 - 4 ln 4) = 0.772588722; shape 4 ln 2.
    const double poisson = 2 - 4 * std::log(2.0) - (4 - 4 * std::log(4.0));
    EXPECT_NEAR(value(count_loss(row({1, 1}), row({2, 2}), ones, 1)),
                (poisson + 4 * std::log(2.0)) / 2,
                1e-5);
}

TEST(CountLoss, BinsWithoutWeightChangeNothing) {
    const double known = value(count_loss(row({1, 3}), row({2, 2}), row({1, 1}), 5));
    const double masked = value(count_loss(row({1, 3, 700}), row({2, 2, 50}), row({1, 1, 0}), 5));
    EXPECT_NEAR(masked, known, 1e-6);
    EXPECT_EQ(value(count_loss(row({1, 3}), row({2, 2}), row({0, 0}), 5)), 0);
}

TEST(CountLoss, IsSmallestForTheTruth) {
    const at::Tensor t = row({0, 3, 1, 0});
    const at::Tensor w = row({1, 1, 1, 1});
    const double best = value(count_loss(t, t, w, 5));
    for (const auto& other : {row({1, 3, 1, 0}), row({0, 1, 3, 0}), row({0, 6, 2, 0})}) {
        EXPECT_GT(value(count_loss(other, t, w, 5)), best + 1e-3);
    }
}

TEST(PeakLoss, IsCrossEntropyOfOneMinusExpOfMinusTheRate) {
    // Rates ln 2 and ln 4 are probabilities 1/2 and 3/4.
    const float half = std::log(2.0F);
    const float most = std::log(4.0F);
    const double expected = -(std::log(0.5) + std::log(0.25)) / 2;
    EXPECT_NEAR(value(peak_loss(row({half, most}), row({1, 0}), row({1, 1}))), expected, 1e-6);
    // A weight of 3 counts three times.
    const double weighted = -(3 * std::log(0.5) + std::log(0.25)) / 4;
    EXPECT_NEAR(value(peak_loss(row({half, most}), row({1, 0}), row({3, 1}))), weighted, 1e-6);
}

TEST(PeakLoss, StaysFiniteAtRatesOfZeroAndMany) {
    const double loss = value(peak_loss(row({0, 200}), row({1, 1}), row({1, 1})));
    EXPECT_TRUE(std::isfinite(loss));
    EXPECT_NEAR(loss, -std::log(1e-7) / 2, 1e-3);
}

TEST(SpliceLoss, IsCrossEntropyWhereThereIsWeight) {
    at::Tensor logits = at::zeros({1, 2, 5});
    logits[0][0][3] = 1;
    const at::Tensor classes = at::tensor({std::int64_t{3}, std::int64_t{0}}).view({1, 2});
    const double first = -std::log(std::exp(1.0) / (std::exp(1.0) + 4));
    const double second = std::log(5.0);
    EXPECT_NEAR(value(splice_loss(logits, classes, at::ones({1, 2}))), (first + second) / 2, 1e-6);
    EXPECT_NEAR(
        value(splice_loss(logits, classes, at::tensor({1.0F, 0.0F}).view({1, 2}))), first, 1e-6);
}

TEST(EffectLoss, IsTheSquaredErrorInUnitsOfTheElement) {
    // Errors 1 and -2, scale 2: (1 + 4) / 2 / 4.
    EXPECT_NEAR(
        value(effect_loss(at::tensor({1.0F, 0.0F}), at::tensor({0.0F, 2.0F}), 2)), 0.625, 1e-6);
}

}  // namespace
}  // namespace varhush::train
