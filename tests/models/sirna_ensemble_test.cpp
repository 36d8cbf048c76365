#include "varhush/models/sirna_ensemble.hpp"

#include "sirna_test_ensemble.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/model_store.hpp"
#include "varhush/models/sirna_mix.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace varhush::models {
namespace {

using test::RandomEnsemble;
using testing::AllOf;
using testing::HasSubstr;

std::string refusal(RandomEnsemble& random) {
    try {
        const SirnaEnsemble ensemble(random.open());
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kModel);
        return error.what();
    }
    return "no error";
}

TEST(SirnaEnsembleConfig, SurvivesJson) {
    const RandomEnsemble random;
    EXPECT_EQ(SirnaEnsembleConfig::from_json(random.config.to_json(), "x"), random.config);
}

TEST(SirnaEnsembleConfig, RefusesWhatIsNoNetwork) {
    const auto refused = [](const std::function<void(SirnaEnsembleConfig&)>& spoil) {
        RandomEnsemble random;
        spoil(random.config);
        return refusal(random);
    };
    EXPECT_THAT(refused([](auto& c) { c.parts[0].dense[0] = 16; }), HasSubstr("dense"));
    EXPECT_THAT(refused([](auto& c) { c.parts[0].sequence.pop_back(); }),
                HasSubstr("four columns"));
    EXPECT_THAT(refused([](auto& c) { c.parts[1].widths = {2}; }), HasSubstr("odd"));
    EXPECT_THAT(refused([](auto& c) { c.parts[2].heads = 3; }), HasSubstr("multiple of heads"));
    EXPECT_THAT(refused([](auto& c) { c.parts[1].kind = "forest"; }), HasSubstr("unknown kind"));
    EXPECT_THAT(refused([](auto& c) { c.parts[1].name = "spline"; }), HasSubstr("two parts"));
    EXPECT_THAT(refused([](auto& c) { c.parts[1].weights.pop_back(); }), HasSubstr("one weight"));
    EXPECT_THAT(refused([](auto& c) { c.members[0].part = 9; }), HasSubstr("not there"));
    EXPECT_THAT(refused([](auto& c) { c.members[0].fold = 2; }), HasSubstr("fold -1"));
    EXPECT_THAT(refused([](auto& c) { c.states[1].needs = {0}; }), HasSubstr("last state"));
    EXPECT_THAT(refused([](auto& c) { c.states[0].calibration.p_slope = -1; }), HasSubstr("rise"));
    EXPECT_THAT(refused([](auto& c) { c.states[0].calibration.spread_at_1 = 0; }),
                HasSubstr("spread"));
}

TEST(SirnaEnsemble, NamesMissingMisshapenAndLeftOverTensors) {
    RandomEnsemble missing;
    missing.tensors.pop_back();
    EXPECT_THAT(refusal(missing), HasSubstr("support.kernel.dense"));
    RandomEnsemble misshapen;
    misshapen.config.parts[0].hidden = 4;
    EXPECT_THAT(refusal(misshapen), HasSubstr("member.0.first.weight"));
    RandomEnsemble left_over;
    left_over.add("member.9.alpha", {3}, 1);
    EXPECT_THAT(refusal(left_over), HasSubstr("member.9.alpha"));
    RandomEnsemble other;
    other.metadata["varhush.architecture"] = "splice-resnet";
    EXPECT_THAT(refusal(other), HasSubstr("not a model of siRNA efficacy"));
}

TEST(SirnaEnsemble, RefusesValuesThatAreNotFinite) {
    for (const char* name :
         {"features.mean", "features.scale", "member.1.out.weight", "support.kernel.dense"}) {
        RandomEnsemble damaged;
        for (auto& tensor : damaged.tensors) {
            if (tensor.name == name) {
                tensor.values.back() = std::numeric_limits<float>::quiet_NaN();
            }
        }
        EXPECT_THAT(refusal(damaged), AllOf(HasSubstr(name), HasSubstr("not finite")));
    }
    RandomEnsemble huge;  // finite, but their products are not
    for (auto& tensor : huge.tensors) {
        if (tensor.name == "member.0.first.weight") {
            std::fill(tensor.values.begin(), tensor.values.end(), 3e38F);
        }
    }
    const SirnaEnsemble ensemble(huge.open());
    EXPECT_THROW(static_cast<void>(ensemble.scores(huge.rows(3), nullptr)), Error);
}

TEST(SirnaEnsemble, MixesMeansOfMembersByState) {
    RandomEnsemble random;
    const SirnaEnsemble ensemble(random.open());
    auto rows = random.rows(3);
    rows[16 + 12] = std::numeric_limits<float>::quiet_NaN();
    const std::vector<std::size_t> all{0, 1, 2, 3, 4, 5};
    const auto each = ensemble.predict(rows, all);
    const auto scores = ensemble.scores(rows);
    for (std::size_t i = 0; i < 3; ++i) {
        const float* m = each.data() + 6 * i;  // members 1 and 4 are CNNs, 5 is of a fold
        const double known = 0.1 + 0.25 * (m[0] + (m[1] + m[4]) / 2.0 + m[2] + m[3]);
        const double guide = 0.2 + 0.5 * (m[0] + (m[1] + m[4]) / 2.0 + m[2]);
        EXPECT_NEAR(scores[i], i == 1 ? guide : known, 1e-5) << i;
    }
    const auto judged = ensemble.judge(rows, true);
    for (std::size_t i = 0; i < 3; ++i) {
        EXPECT_EQ(judged[i].expected, std::clamp(scores[i], 0.0, 1.0));
    }
}

TEST(SirnaEnsemble, SameBitsForAnyThreadsAndNeighbours) {
    RandomEnsemble random;
    const SirnaEnsemble ensemble(random.open());
    const auto rows = random.rows(301);
    core::WorkerPool pool(3);
    const auto scores = ensemble.scores(rows);
    EXPECT_EQ(ensemble.scores(rows, &pool), scores);
    for (const std::size_t i : {0U, 47U, 48U, 300U}) {
        EXPECT_EQ(ensemble.scores(std::span(rows).subspan(16 * i, 16))[0], scores[i]) << i;
    }
}

TEST(SirnaEnsemble, KernelIsTheSumOverItsPoints) {
    RandomEnsemble random;
    const SirnaEnsemble ensemble(random.open());
    const auto row = random.rows(1);
    std::vector<float> standard(16);
    ensemble.standardise(row, standard);
    const auto values = [&](const std::string& name) { return random.tensor(name).values; };
    double expected = values("member.3.bias")[0];
    for (std::size_t i = 0; i < 12; ++i) {
        expected += row[i] * values("member.3.linear")[i];
    }
    for (const auto& term : random.config.parts[3].terms) {
        const auto support = values("support.kernel." + term.name);
        const auto scale = values("member.3.scale." + term.name);
        for (std::size_t s = 0; s < 7; ++s) {
            double distance = 0;
            for (std::size_t c = 0; c < term.columns.size(); ++c) {
                const auto column = static_cast<std::size_t>(term.columns[c]);
                const double x = term.raw ? row[column] : standard[column];
                distance += std::pow((x - support[s * term.columns.size() + c]) * scale[c], 2);
            }
            expected += values("member.3.alpha")[s] * values("member.3.amplitude." + term.name)[0] *
                        std::exp(-distance / 2);
        }
    }
    const std::vector<std::size_t> kernel{3};
    EXPECT_NEAR(ensemble.predict(row, kernel)[0], expected, 1e-4);
}

TEST(JudgeScore, StaysInsideZeroAndOneAndWidensForNewLaboratories) {
    SirnaCalibration c;
    c.new_laboratory = 1.5;
    for (const double score : {-3.0, 0.0, 0.3, 0.99, 1.0, 7.0}) {
        const auto near = judge_score(c, score, true);
        const auto far = judge_score(c, score, false);
        for (const double value : {near.expected, near.low, near.high, near.p_effective}) {
            EXPECT_GE(value, 0);
            EXPECT_LE(value, 1);
        }
        EXPECT_LE(near.low, near.expected);
        EXPECT_GE(near.high, near.expected);
        EXPECT_LE(far.low, near.low);
        EXPECT_GE(far.high, near.high);
    }
    EXPECT_GT(judge_score(c, 0.3, true).low - judge_score(c, 0.3, false).low, -1e-12);
}

/// Two parts that each see half of the truth, and one of noise.
SirnaHeldOut synthetic() {
    std::mt19937 random(3);
    std::normal_distribution<double> normal;
    SirnaHeldOut rows;
    rows.parts.resize(3);
    for (int i = 0; i < 3000; ++i) {
        const double a = normal(random);
        const double b = normal(random);
        rows.parts[0].push_back(a);
        rows.parts[1].push_back(b);
        rows.parts[2].push_back(normal(random));
        rows.target.push_back(0.5 + 0.1 * a + 0.05 * b + 0.08 * normal(random));
        rows.efficacy.push_back(std::clamp(rows.target.back(), 0.0, 1.0));
        rows.study.push_back(i % 2);
        rows.gene.push_back(i / 100);
        rows.fold.push_back(i / 100 % 5);
    }
    return rows;
}

TEST(StackParts, FindsTheWeights) {
    const auto mix = stack_parts(synthetic(), {true, true, true});
    EXPECT_NEAR(mix.weights[0], 0.1, 0.01);
    EXPECT_NEAR(mix.weights[1], 0.05, 0.01);
    EXPECT_NEAR(mix.weights[2], 0, 0.01);
    EXPECT_NEAR(mix.offset, 0.5, 0.01);
    EXPECT_EQ(stack_parts(synthetic(), {true, false, true}).weights[1], 0);
}

TEST(StackParts, NeverWeighsBelowZeroNorBelievesStudies) {
    auto rows = synthetic();
    for (double& value : rows.parts[1]) {
        value = -value;
    }
    for (std::size_t i = 0; i < rows.size(); ++i) {  // part 2 knows only which study it is
        rows.parts[2][i] = rows.study[i];
        rows.target[i] += 0.3 * rows.study[i];
    }
    const auto mix = stack_parts(rows, {true, true, true});
    EXPECT_EQ(mix.weights[1], 0);
    EXPECT_NEAR(mix.weights[2], 0, 1e-6);
}

TEST(CrossFit, CoversNineInTenAndSaysHonestProbabilities) {
    const auto fit = cross_fit(synthetic(), {true, true, true});
    EXPECT_NEAR(fit.coverage, 0.9, 0.03);
    double p = 0;
    double share = 0;
    const auto rows = synthetic();
    for (std::size_t i = 0; i < rows.size(); ++i) {
        p += fit.probabilities[i];
        share += rows.efficacy[i] >= 0.7 ? 1 : 0;
    }
    EXPECT_NEAR(p / share, 1, 0.1);
}

TEST(LaboratoryFactor, GrowsUntilStrangersAreCovered) {
    auto rows = synthetic();
    const auto mix = stack_parts(rows, {true, true, true});
    const auto scores = mix.scores(rows.parts);
    const auto calibration = calibrate_scores(rows, scores);
    EXPECT_LT(laboratory_factor(calibration, rows, scores), 1.1);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows.efficacy[i] =
            std::clamp(rows.efficacy[i] + (rows.study[i] == 0 ? 0.15 : -0.15), 0.0, 1.0);
    }
    auto wider = calibration;
    wider.new_laboratory = laboratory_factor(calibration, rows, scores);
    EXPECT_GT(wider.new_laboratory, 1.3);
    EXPECT_NEAR(interval_coverage(wider, rows, scores, false), 0.9, 0.02);
}

TEST(EmbeddedEfficacyModel, IsWhole) {
    const auto file = open_model(default_efficacy_model_name());
    const SirnaEnsemble ensemble(file);
    EXPECT_EQ(ensemble.config().states.size(), 3U);
    EXPECT_TRUE(open_embedded("sirna-ensemble").has_value());
    EXPECT_FALSE(open_embedded("another").has_value());
}

}  // namespace
}  // namespace varhush::models
