#include "varhush/scoring/rank_grid.hpp"

#include "varhush/core/error.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace varhush::scoring {
namespace {

// By hand: of 0 0 0 1 3 the mid-ranks are 1.5/5 (three equal ones), 3.5/5 and 4.5/5.
TEST(RankGrid, TiesGetTheMiddleOfTheirRanks) {
    const auto grid = RankGrid::of({3, 0, 1, 0, 0}, 0);
    EXPECT_DOUBLE_EQ(grid.rank(0), 0.3);
    EXPECT_DOUBLE_EQ(grid.rank(1), 0.7);
    EXPECT_DOUBLE_EQ(grid.rank(3), 0.9);
    EXPECT_EQ(grid.size(), 5U);
}

TEST(RankGrid, LinesLieBetweenKnots) {
    const auto grid = RankGrid::of({3, 0, 1, 0, 0}, 0);
    EXPECT_DOUBLE_EQ(grid.rank(0.5), 0.5);
    EXPECT_DOUBLE_EQ(grid.rank(1.5), 0.75);
    EXPECT_DOUBLE_EQ(grid.rank(2), 0.8);
}

TEST(RankGrid, NothingIsKnownBeyondTheBackground) {
    const auto grid = RankGrid::of({3, 0, 1, 0, 0}, 0);
    EXPECT_DOUBLE_EQ(grid.rank(-0.001F), 0.1);
    EXPECT_DOUBLE_EQ(grid.rank(-1e30F), grid.lowest());
    EXPECT_DOUBLE_EQ(grid.rank(3.001F), 0.9);
    EXPECT_DOUBLE_EQ(grid.rank(INFINITY), grid.highest());
    // A tie at the top leaves room above it, one at the bottom below it.
    const auto ties = RankGrid::of({2, 2, 2, 2}, 0);
    EXPECT_DOUBLE_EQ(ties.rank(2), 0.5);
    EXPECT_DOUBLE_EQ(ties.rank(1), 0.125);
    EXPECT_DOUBLE_EQ(ties.rank(3), 0.875);
}

TEST(RankGrid, OneValueIsABackgroundToo) {
    const auto grid = RankGrid::of({-1}, 0.01);
    EXPECT_DOUBLE_EQ(grid.rank(-2), 0.5);
    EXPECT_DOUBLE_EQ(grid.rank(-1), 0.5);
    EXPECT_DOUBLE_EQ(grid.rank(0), 0.5);
}

std::vector<float> heavy_tailed(std::size_t count) {
    std::mt19937 engine(5);
    std::normal_distribution<float> normal;
    std::vector<float> values(count);
    for (float& value : values) {
        const float x = normal(engine);
        value = std::fabs(x) < 0.5F ? 0.0F : x * x * x;  // a big tie at zero
    }
    return values;
}

TEST(RankGrid, ThinningMovesNoRankByMoreThanItsTolerance) {
    const auto values = heavy_tailed(20'000);
    const auto exact = RankGrid::of(values, 0);
    const auto thin = RankGrid::of(values, 0.02);
    EXPECT_LT(thin.knots().size(), 1500U);
    EXPECT_GT(exact.knots().size(), 10'000U);
    for (float x = -40; x < 40; x += 0.0371F) {
        const double rank = exact.rank(x);
        EXPECT_NEAR(thin.rank(x), rank, 0.02 * std::min(rank, 1 - rank) + 1e-12) << x;
    }
    EXPECT_EQ(thin.rank(0), exact.rank(0));
    EXPECT_EQ(thin.rank(1e6F), exact.rank(1e6F));
}

TEST(RankGrid, NeverFallsAsTheValueRises) {
    const auto grid = RankGrid::of(heavy_tailed(3000), 0.05);
    double last = 0;
    for (float x = -60; x < 60; x += 0.01F) {
        const double rank = grid.rank(x);
        EXPECT_GE(rank, last) << x;
        last = rank;
    }
    EXPECT_EQ(last, grid.highest());
}

TEST(RankGrid, TheBackgroundItselfHasUniformRanks) {
    const auto values = heavy_tailed(4000);
    const auto grid = RankGrid::of(values, 0);
    double sum = 0;
    for (const float value : values) {
        sum += grid.rank(value);
    }
    EXPECT_NEAR(sum / 4000, 0.5, 1e-9);  // mid-ranks, whatever the ties
}

TEST(RankGrid, RefusesKnotsThatAreNone) {
    EXPECT_THROW(RankGrid({}, 3), Error);
    EXPECT_THROW(RankGrid({{1, 1}, {1, 3}}, 3), Error);  // equal values
    EXPECT_THROW(RankGrid({{1, 3}, {2, 3}}, 3), Error);  // equal ranks
    EXPECT_THROW(RankGrid({{1, 0}}, 3), Error);          // below everything
    EXPECT_THROW(RankGrid({{1, 6}}, 3), Error);          // above everything
    EXPECT_THROW(RankGrid({{NAN, 3}}, 3), Error);        // no number
    EXPECT_THROW(RankGrid({{1, 3}, {INFINITY, 5}}, 3), Error);
    EXPECT_NO_THROW(RankGrid({{1, 1}, {2, 3}, {3, 5}}, 3));
}

}  // namespace
}  // namespace varhush::scoring
