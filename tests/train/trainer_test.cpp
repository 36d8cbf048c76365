#include "varhush/train/trainer.hpp"

#include "optimizer.hpp"
#include "train_support.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/splice_network.hpp"
#include "varhush/nn/safetensors.hpp"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace varhush::train {
namespace {

using testing::HasSubstr;

class Trainer : public testing::Test {
  protected:
    Trainer() {
        TilePlan plan;
        plan.tile_bp = 2'000;
        plan.validation = {{"c", 30'000, 40'000}};
        plan.antisense_share = 0;
        for (const auto& spec : plan_tiles(toy_.annotation, toy_.reference, plan)) {
            tiles_.push_back(annotated_tile(toy_.reference, toy_.annotation, spec));
        }
    }

    TrainOutcome run(const TrainOptions& options, int stop_after = -1) {
        return train_member(tiles_, options, [&] { return stop_after-- == 0; });
    }

    test::ToyGenome toy_;
    test::TemporaryFolder folder_;
    std::vector<Tile> tiles_;
};

/// Columns of the last line of a log.
std::vector<double> last_line(const std::string& path) {
    std::ifstream in(path);
    std::string line;
    for (std::string next; std::getline(in, next);) {
        line = next;
    }
    std::istringstream fields(line);
    std::vector<double> values;
    for (double value = 0; fields >> value;) {
        values.push_back(value);
    }
    return values;
}

TEST_F(Trainer, LearnsToySitesItHasNotSeen) {
    auto options = test::tiny_options(folder_.file("m"));
    options.log = folder_.file("log");
    options.steps = 240;
    options.validate_steps = 240;
    EXPECT_EQ(run(options), TrainOutcome::kFinished);
    const auto last = last_line(options.log);
    ASSERT_GE(last.size(), 10U);
    EXPECT_LT(last[4], 10.0);  // training loss; 1099 for a network that knows nothing
    EXPECT_GT(last[6], 0.9);   // acceptor AUPRC on held-back tiles
    EXPECT_GT(last[7], 0.9);   // donor AUPRC
    EXPECT_FALSE(std::filesystem::exists(folder_.file("m.checkpoint")));
    const auto file = nn::SafeTensors::open(folder_.file("m"));
    EXPECT_EQ(file.metadata().at("varhush.architecture"), "splice-resnet");
    EXPECT_EQ(file.metadata().at("varhush.seed"), "1");
}

TEST_F(Trainer, ResumeIsBitExact) {
    auto options = test::tiny_options(folder_.file("whole"));
    options.steps = 12;
    EXPECT_EQ(run(options), TrainOutcome::kFinished);
    options.output = folder_.file("parts");
    EXPECT_EQ(run(options, 5), TrainOutcome::kStopped);
    EXPECT_FALSE(std::filesystem::exists(options.output));
    EXPECT_TRUE(std::filesystem::exists(options.output + ".checkpoint"));
    options.resume = true;
    EXPECT_EQ(run(options), TrainOutcome::kFinished);
    EXPECT_EQ(nn::SafeTensors::open(folder_.file("whole")).sha256(),
              nn::SafeTensors::open(folder_.file("parts")).sha256());
}

TEST_F(Trainer, OtherSeedsGiveOtherWeights) {
    auto options = test::tiny_options(folder_.file("a"));
    options.steps = 3;
    run(options);
    options.output = folder_.file("b");
    run(options);
    options.output = folder_.file("c");
    options.seed = 2;
    run(options);
    const auto hash = [&](const char* name) {
        return nn::SafeTensors::open(folder_.file(name)).sha256();
    };
    EXPECT_EQ(hash("a"), hash("b"));
    EXPECT_NE(hash("a"), hash("c"));
}

TEST_F(Trainer, RefusesACheckpointOfOtherOptions) {
    auto options = test::tiny_options(folder_.file("m"));
    run(options, 2);
    options.resume = true;
    const auto refuse = [&](auto change, const char* named) {
        auto other = options;
        change(other);
        try {
            run(other);
            ADD_FAILURE() << "went on with another " << named;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::kResume) << error.what();
            EXPECT_THAT(error.what(), HasSubstr(named));
        }
    };
    refuse([](TrainOptions& o) { o.batch = 5; }, "batch 4");
    refuse([](TrainOptions& o) { o.window_bp = 301; }, "window 300");
    refuse([](TrainOptions& o) { o.seed = 2; }, "seed 1");
    refuse([](TrainOptions& o) { o.learning_rate = 5.0000001e-3; }, "learning rate");
    refuse([](TrainOptions& o) { o.warmup_steps = 6; }, "warm-up 5");
    refuse([](TrainOptions& o) { o.weight_decay = 0; }, "decay");
    refuse([](TrainOptions& o) { o.clip_norm = 4; }, "clip 5");
    refuse([](TrainOptions& o) { o.ema_decay = 0.5; }, "averaging");
    refuse([](TrainOptions& o) { o.hard_weight = 0.5; }, "hard 0");
    refuse([](TrainOptions& o) { o.annotation_share = 0.5; }, "annotation 0.25");
    refuse([](TrainOptions& o) { o.near_site_share = 0.5; }, "near 0.75");
    refuse([](TrainOptions& o) { o.held_out = {{"d", 5, 9}}; }, "d:5-9");
    refuse([](TrainOptions& o) { o.steps = 1; }, "beyond the 1 asked for");
    tiles_[0].acceptor[7] += 0.25F;
    refuse([](TrainOptions&) {}, "labels ");
    EXPECT_FALSE(std::filesystem::exists(options.output));
}

TEST_F(Trainer, RefusesACheckpointWithoutASensibleStep) {
    auto options = test::tiny_options(folder_.file("m"));
    run(options, 2);
    options.resume = true;
    const std::string path = options.output + ".checkpoint";
    std::string bytes;
    {
        std::ifstream in(path, std::ios::binary);
        bytes.assign(std::istreambuf_iterator<char>(in), {});
    }
    const auto at = bytes.find("\"step\":\"2\"");
    ASSERT_NE(at, std::string::npos);
    for (const char bad : {'x', '-', ' '}) {
        bytes[at + 8] = bad;
        std::ofstream(path, std::ios::binary) << bytes;
        try {
            run(options);
            ADD_FAILURE() << "went on from step " << bad;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::kResume);
            EXPECT_THAT(error.what(), HasSubstr("the step is no number"));
        }
    }
}

TEST_F(Trainer, ATileThatSeesAHeldOutBaseIsAnError) {
    auto options = test::tiny_options(folder_.file("m"));
    options.held_out = {{"c", 10'000, 10'100}};
    try {
        run(options);
        FAIL() << "trained on held-out sequence";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kUsage);
        EXPECT_THAT(error.what(), HasSubstr("reaches into the held-out region c:10001-10100"));
    }
    EXPECT_FALSE(std::filesystem::exists(options.output));
}

TEST_F(Trainer, RefusesOptionsThatMakeNoSense) {
    const auto refuse = [&](auto change) {
        auto options = test::tiny_options(folder_.file("m"));
        change(options);
        EXPECT_THROW(options.validate(), Error);
    };
    refuse([](TrainOptions& o) { o.output.clear(); });
    refuse([](TrainOptions& o) { o.steps = 0; });
    refuse([](TrainOptions& o) { o.learning_rate = -1; });
    refuse([](TrainOptions& o) { o.ema_decay = 1; });
    refuse([](TrainOptions& o) { o.annotation_share = 1.5; });
    refuse([](TrainOptions& o) { o.shape.dilations.pop_back(); });
    refuse([](TrainOptions& o) { o.shape.dilations = {1, 1, 1, 200}; });
}

TEST_F(Trainer, JoinedMembersKeepTheirOrderAndSeeds) {
    auto options = test::tiny_options(folder_.file("a"));
    options.steps = 2;
    run(options);
    options.output = folder_.file("b");
    options.seed = 2;
    run(options);
    join_members({folder_.file("a"), folder_.file("b")}, folder_.file("ab"));
    const auto both = nn::SafeTensors::open(folder_.file("ab"));
    EXPECT_EQ(both.metadata().at("ensemble_size"), "2");
    EXPECT_EQ(both.metadata().at("varhush.seed"), "1,2");
    const auto second = nn::SafeTensors::open(folder_.file("b"));
    EXPECT_EQ(both.read_f32("model.1.head.weight", {3, 32, 1}),
              second.read_f32("model.0.head.weight", {3, 32, 1}));
    options.output = folder_.file("other");
    options.shape.dilations[0] = 2;
    run(options);
    EXPECT_THROW(join_members({folder_.file("a"), folder_.file("other")}, folder_.file("x")),
                 Error);
    EXPECT_FALSE(std::filesystem::exists(folder_.file("x")));
}

TEST(LearningRate, RisesThenFallsToOnePercent) {
    EXPECT_DOUBLE_EQ(learning_rate_at(1.0, 5, 10, 100), 0.5);
    EXPECT_DOUBLE_EQ(learning_rate_at(1.0, 10, 10, 100), 1.0);
    EXPECT_NEAR(learning_rate_at(1.0, 55, 10, 100), 0.505, 1e-12);
    EXPECT_NEAR(learning_rate_at(1.0, 100, 10, 100), 0.01, 1e-12);
}

TEST(AdamW, FirstStepIsTheLearningRateInEachDirection) {
    const at::Tensor weight = at::ones({1, 2, 1}).requires_grad_(true);
    AdamW optimizer({{"w", weight}}, 0.1);
    (weight * at::tensor({3.0F, -4.0F}).view({1, 2, 1})).sum().backward();
    EXPECT_NEAR(optimizer.step(0.01, 1e9, 1), 5.0, 1e-6);  // norm of the gradient
    EXPECT_NEAR(weight[0][0][0].item<float>(), 1.0 - 0.001 - 0.01, 1e-6);
    EXPECT_NEAR(weight[0][1][0].item<float>(), 1.0 - 0.001 + 0.01, 1e-6);
}

}  // namespace
}  // namespace varhush::train
