#include "varhush/train/sirna_trainer.hpp"

#include "train_support.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/sirna_ensemble.hpp"
#include "varhush/nn/safetensors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cmath>
#include <fstream>
#include <iterator>

namespace varhush::train {
namespace {

using testing::HasSubstr;

/// 200 guides of 20 genes in 5 folds; the first letter and a dense column tell the efficacy, the
/// gene shifts it.
SirnaTrainingData toy_data() {
    SirnaTrainingData data;
    for (int p = 1; p <= 3; ++p) {
        for (const char letter : {'A', 'C', 'G', 'U'}) {
            data.features.push_back("base_" + std::to_string(p) + "_" + letter);
            data.blocks.emplace_back("base");
        }
    }
    for (int d = 0; d < 3; ++d) {
        data.features.push_back("dg_" + std::to_string(d));
        data.blocks.emplace_back("step");
    }
    Random random(4);
    SirnaStateData state{"guide", {}, {}, 1};
    for (int i = 0; i < 200; ++i) {
        double value = 0.5 + 0.04 * (i / 10 % 3 - 1);
        for (int p = 0; p < 3; ++p) {
            const auto letter = random.below(4);
            for (int l = 0; l < 4; ++l) {
                state.rows.push_back(l == letter ? 1 : 0);
            }
            value += p == 0 && letter == 0 ? 0.25 : 0;
        }
        for (int d = 0; d < 3; ++d) {
            const double number = 2 * random.uniform() - 1;
            state.rows.push_back(static_cast<float>(number));
            value += d == 1 ? 0.15 * number : 0;
        }
        value += 0.05 * (random.uniform() - 0.5);
        data.target.push_back(value);
        data.efficacy.push_back(std::clamp(value, 0.0, 1.0));
        data.study.push_back(0);
        data.gene.push_back(i / 10);
        data.in_training.push_back(1);
    }
    data.states = {state};
    for (int fold = 0; fold < 5; ++fold) {
        SirnaSplit split{"fold", false, {}, {}};
        for (int i = 0; i < 200; ++i) {
            split.held_out.push_back(i / 10 % 5 == fold ? 1 : 0);
        }
        split.excluded = split.held_out;
        data.splits.push_back(split);
    }
    return data;
}

std::vector<SirnaPartRecipe> toy_recipe() {
    SirnaPartRecipe cnn;
    for (int c = 0; c < 12; ++c) {
        cnn.part.sequence.push_back(c);
    }
    cnn.part.dense = {12, 13, 14};
    cnn.part.hidden = 8;
    cnn.part.name = cnn.part.kind = "cnn";
    cnn.part.channels = 4;
    cnn.part.widths = {1, 3};
    cnn.epochs = 20;
    cnn.learning_rate = 0.01;
    SirnaPartRecipe spline = cnn;
    spline.part.name = spline.part.kind = "spline";
    spline.part.knots = 6;
    spline.curvature_weight = 0.1;
    spline.rank_weight = 0.2;
    SirnaPartRecipe kernel;
    kernel.part.name = kernel.part.kind = "kernel";
    kernel.part.sequence = cnn.part.sequence;
    kernel.part.terms = {{"letters", cnn.part.sequence, true}, {"dense", cnn.part.dense, false}};
    return {cnn, spline, kernel};
}

SirnaTrainOptions toy_options(const std::string& output) {
    SirnaTrainOptions options;
    options.output = output;
    options.recipe = toy_recipe();
    options.seeds = 2;
    options.split_seeds = 1;
    return options;
}

bool never() {
    return false;
}

std::string bytes_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

TEST(SirnaTrainer, LearnsWhatTheDataSay) {
    const test::TemporaryFolder folder;
    const auto data = toy_data();
    auto options = toy_options(folder.file("model.safetensors"));
    options.report = folder.file("report.tsv");
    ASSERT_EQ(train_sirna(data, options, never), SirnaTrainOutcome::kFinished);
    const models::SirnaEnsemble ensemble(nn::SafeTensors::open(options.output));
    EXPECT_EQ(ensemble.config().members.size(), 5U);  // two seeds of two networks, one kernel
    const auto scores = ensemble.scores(data.states[0].rows);
    double error = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        error += std::abs(scores[i] - data.target[i]) / static_cast<double>(scores.size());
    }
    EXPECT_LT(error, 0.05);  // the target's own mean deviation is 0.12
    const auto& calibration = ensemble.config().states[0].calibration;
    EXPECT_GT(calibration.p_slope, 0);
    EXPECT_THAT(bytes_of(options.report), HasSubstr("mix without cnn"));
    EXPECT_FALSE(std::filesystem::exists(options.output + ".checkpoint"));
}

TEST(SirnaTrainer, SameBytesForAnyThreadsAndAfterResuming) {
    const test::TemporaryFolder folder;
    const auto data = toy_data();
    auto options = toy_options(folder.file("one.safetensors"));
    options.recipe.erase(options.recipe.begin() + 1);
    options.recipe[0].epochs = 4;
    ASSERT_EQ(train_sirna(data, options, never), SirnaTrainOutcome::kFinished);
    const std::string expected = bytes_of(options.output);

    options.output = folder.file("two.safetensors");
    options.threads = 2;
    ASSERT_EQ(train_sirna(data, options, never), SirnaTrainOutcome::kFinished);
    EXPECT_EQ(bytes_of(options.output), expected);

    options.output = folder.file("three.safetensors");
    options.threads = 1;
    std::atomic<int> asked{0};
    const auto soon = [&] { return ++asked > 20; };
    ASSERT_EQ(train_sirna(data, options, soon), SirnaTrainOutcome::kStopped);
    EXPECT_FALSE(std::filesystem::exists(options.output));
    EXPECT_TRUE(std::filesystem::exists(options.output + ".checkpoint"));
    options.resume = true;
    ASSERT_EQ(train_sirna(data, options, never), SirnaTrainOutcome::kFinished);
    EXPECT_EQ(bytes_of(options.output), expected);
}

TEST(SirnaTrainer, CheckpointOfOtherOptionsIsRefused) {
    const test::TemporaryFolder folder;
    const auto data = toy_data();
    auto options = toy_options(folder.file("model.safetensors"));
    options.recipe.resize(1);
    options.recipe[0].epochs = 2;
    std::atomic<int> asked{0};
    ASSERT_EQ(train_sirna(data, options, [&] { return ++asked > 12; }),
              SirnaTrainOutcome::kStopped);
    options.resume = true;
    options.recipe[0].learning_rate = 0.02;
    try {
        train_sirna(data, options, never);
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kResume);
        EXPECT_THAT(error.what(), HasSubstr("other data or options"));
    }
}

TEST(SirnaTrainer, OffsetsOfGenesAreNotPartOfThePrediction) {
    const test::TemporaryFolder folder;
    auto data = toy_data();
    for (std::size_t i = 0; i < data.size(); ++i) {
        data.target[i] += data.gene[i] % 2 == 0 ? 0.1 : -0.1;
    }
    auto options = toy_options(folder.file("model.safetensors"));
    ASSERT_EQ(train_sirna(data, options, never), SirnaTrainOutcome::kFinished);
    const models::SirnaEnsemble ensemble(nn::SafeTensors::open(options.output));
    const auto& rows = data.states[0].rows;
    const std::size_t width = data.features.size();
    // What the dense column is worth inside a gene, and nothing of the genes' own level.
    const auto scores = ensemble.scores(rows);
    double mean_x = 0;
    double mean_score = 0;
    std::array<double, 2> by_gene{};
    for (std::size_t i = 0; i < scores.size(); ++i) {
        mean_x += rows[i * width + 13] / 200;
        mean_score += scores[i] / 200;
        by_gene[static_cast<std::size_t>(data.gene[i] % 2)] += scores[i] / 100;
    }
    double top = 0;
    double bottom = 0;
    for (std::size_t i = 0; i < scores.size(); ++i) {
        const double x = rows[i * width + 13] - mean_x;
        top += x * (scores[i] - mean_score);
        bottom += x * x;
    }
    EXPECT_NEAR(top / bottom, 0.15, 0.05);
    EXPECT_NEAR(by_gene[0] - by_gene[1], 0, 0.08);  // measured: 0.2
}

TEST(SirnaTrainer, RefusesTooLittle) {
    auto data = toy_data();
    std::fill(data.in_training.begin() + 30, data.in_training.end(), 0);
    EXPECT_THROW(train_sirna(data, toy_options("/nonexistent/x"), never), Error);
    data = toy_data();
    data.splits.clear();
    EXPECT_THROW(train_sirna(data, toy_options("/nonexistent/x"), never), Error);
}

TEST(SirnaRecipe, ChangesNumbersByName) {
    auto recipe = toy_recipe();
    change_sirna_recipe(recipe, "cnn.epochs=7");
    change_sirna_recipe(recipe, "spline.rank_weight=0.5");
    EXPECT_EQ(recipe[0].epochs, 7);
    EXPECT_EQ(recipe[1].rank_weight, 0.5);
    for (const char* wrong :
         {"cnn", "cnn.epochs", "forest.epochs=3", "cnn.depth=3", "cnn.epochs=many"}) {
        EXPECT_THROW(change_sirna_recipe(recipe, wrong), Error) << wrong;
    }
}

}  // namespace
}  // namespace varhush::train
