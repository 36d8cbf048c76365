#include "varhush/sirna/design_rank.hpp"

#include "varhush/core/error.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace varhush::sirna {
namespace {

ScoreParts parts(double efficacy, double specificity, double accessibility = kUnknown) {
    ScoreParts made;
    made.efficacy = efficacy;
    made.specificity = specificity;
    made.accessibility = accessibility;
    return made;
}

TEST(Score, IsTheWeightedMeanOfWhatIsKnown) {
    ScoreWeights weights;
    weights.change("efficacy=3,specificity=1,accessibility=1");
    EXPECT_DOUBLE_EQ(score_of(parts(0.8, 0.4), weights), (3 * 0.8 + 0.4) / 4);
    EXPECT_DOUBLE_EQ(score_of(parts(0.8, 0.4, 0.5), weights), (3 * 0.8 + 0.4 + 0.5) / 5);
    EXPECT_TRUE(std::isnan(score_of({}, weights)));
}

TEST(Score, RefusesStrangeWeights) {
    for (const char* text : {"efficacy",
                             "efficacy=",
                             "efficacy=x",
                             "efficacy=-1",
                             "taste=1",
                             "efficacy=nan",
                             "efficacy=1x",
                             "=1"}) {
        ScoreWeights weights;
        EXPECT_THROW(weights.change(text), Error) << text;
    }
    ScoreWeights weights;
    EXPECT_THROW(weights.change("efficacy=0,specificity=0,accessibility=0,population=0,isoforms=0,"
                                "discrimination=0"),
                 Error);
    ScoreWeights again;
    again.change("efficacy=0.5");
    EXPECT_EQ(
        again.to_text(),
        "efficacy=0.5,specificity=3,accessibility=1,population=2,isoforms=1,discrimination=4");
}

double eighths(std::mt19937& random) {
    return static_cast<double>(random() % 8) / 8;
}

bool dominates(const ScoreParts& a, const ScoreParts& b) {
    return a.efficacy >= b.efficacy && a.specificity >= b.specificity &&
           a.accessibility >= b.accessibility &&
           (a.efficacy > b.efficacy || a.specificity > b.specificity ||
            a.accessibility > b.accessibility);
}

// Peeling by definition: front k is what nobody of those left over beats.
TEST(Pareto, FrontsAreThoseOfPeeling) {
    std::mt19937 random(3);
    std::vector<ScoreParts> all;
    for (int i = 0; i < 200; ++i) {  // few values, so that ties are common
        all.push_back(parts(eighths(random), eighths(random), eighths(random)));
    }
    const std::vector<std::size_t> fronts = pareto_fronts(all);
    std::vector<std::size_t> wanted(all.size(), 0);
    for (std::size_t front = 1;; ++front) {
        std::vector<std::size_t> members;
        for (std::size_t i = 0; i < all.size(); ++i) {
            bool beaten = wanted[i] != 0;
            for (std::size_t j = 0; j < all.size() && !beaten; ++j) {
                beaten = wanted[j] == 0 && dominates(all[j], all[i]);
            }
            if (!beaten) {
                members.push_back(i);
            }
        }
        if (members.empty()) {
            break;
        }
        for (const std::size_t i : members) {
            wanted[i] = front;
        }
    }
    EXPECT_EQ(fronts, wanted);
}

// All six parts, some not known, enough for a tree of several levels.
TEST(Pareto, EveryPartCounts) {
    std::mt19937 random(4);
    const auto draw = [&] {
        const auto value = static_cast<double>(random() % 5);
        return value == 4 ? kUnknown : value / 4;
    };
    std::vector<ScoreParts> all;
    for (int i = 0; i < 1500; ++i) {
        all.push_back({draw(), draw(), draw(), draw(), draw(), draw()});
    }
    const auto values = [](const ScoreParts& one) {
        std::vector<double> parts{one.efficacy,
                                  one.specificity,
                                  one.accessibility,
                                  one.population,
                                  one.isoforms,
                                  one.discrimination};
        for (double& part : parts) {
            part = std::isnan(part) ? -1 : part;
        }
        return parts;
    };
    const std::vector<std::size_t> fronts = pareto_fronts(all);
    // A front is one more than the highest of those that beat it.
    for (std::size_t i = 0; i < all.size(); ++i) {
        const auto mine = values(all[i]);
        std::size_t highest = 0;
        for (std::size_t j = 0; j < all.size(); ++j) {
            const auto other = values(all[j]);
            const bool reaches = std::equal(
                mine.begin(), mine.end(), other.begin(), [](double a, double b) { return a <= b; });
            if (reaches && mine != other) {
                highest = std::max(highest, fronts[j]);
            }
        }
        ASSERT_EQ(fronts[i], highest + 1) << i;
    }
}

TEST(Pareto, WhatIsNotKnownIsWorse) {
    EXPECT_EQ(pareto_fronts(std::vector<ScoreParts>{parts(0.5, 0.5), parts(0.5, 0.5, 0)}),
              (std::vector<std::size_t>{2, 1}));
    EXPECT_TRUE(pareto_fronts({}).empty());
}

TEST(Ranking, GoesByFrontThenScoreThenPlace) {
    const std::vector<std::size_t> fronts{2, 1, 1, 2, 1};
    const std::vector<double> scores{0.9, 0.5, 0.7, 0.9, 0.7};
    EXPECT_EQ(ranking(fronts, scores, false), (std::vector<std::size_t>{2, 4, 1, 0, 3}));
    EXPECT_EQ(ranking(fronts, scores, true), (std::vector<std::size_t>{0, 3, 2, 4, 1}));
}

}  // namespace
}  // namespace varhush::sirna
