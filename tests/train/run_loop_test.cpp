#include "run_loop.hpp"

#include "train_support.hpp"
#include "varhush/core/error.hpp"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>
#include <vector>

namespace varhush::train {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

/// One weight that is drawn towards noise round 3.
class OneWeight : public Trainee {
  public:
    double learn(std::int64_t step) override {
        if (step == bad_step) {
            return std::numeric_limits<double>::infinity();
        }
        const double target = 3 + static_cast<double>(random.below(1000)) / 10000;
        const at::Tensor loss = (weight - target).square().sum();
        loss.backward();
        return loss.item<double>();
    }
    std::vector<double> validate() override { return judged; }
    void finish(std::int64_t step) override { finished = step; }

    TrainOutcome run(const LoopPlan& plan, int stop_after = -1, const std::string& digest = "d") {
        return RunLoop(plan, learner, random, digest).run(*this, [&] { return stop_after-- == 0; });
    }
    [[nodiscard]] float value() const { return weight.item<float>(); }

    at::Tensor weight = at::zeros({1}).requires_grad_(true);
    Learner learner{{{"w", weight}}, {0.1, 2, 0, 10, 0.9}};
    Random random{7};
    std::vector<double> judged{0.25, std::nan("")};
    std::int64_t bad_step = -1;
    std::int64_t finished = -1;
};

class RunLoopTest : public testing::Test {
  protected:
    RunLoopTest() {
        plan_.output = folder_.file("m");
        plan_.log = folder_.file("log");
        plan_.steps = 8;
        plan_.report_steps = 3;
        plan_.validate_steps = 6;
        plan_.checkpoint_minutes = 60;
        plan_.columns = {"validation_loss", "pearson"};
        plan_.hint = "be slower";
    }
    /// The fields of the log's lines.
    [[nodiscard]] std::vector<std::vector<std::string>> log() const {
        std::vector<std::vector<std::string>> lines;
        std::ifstream in(plan_.log);
        for (std::string line; std::getline(in, line);) {
            std::istringstream fields(line);
            lines.emplace_back();
            for (std::string field; std::getline(fields, field, '\t');) {
                lines.back().push_back(field);
            }
        }
        return lines;
    }
    [[nodiscard]] bool has_checkpoint() const {
        return std::filesystem::exists(folder_.file("m.checkpoint"));
    }

    test::TemporaryFolder folder_;
    LoopPlan plan_;
};

TEST_F(RunLoopTest, ReportsEverySoOftenAndAtTheEnd) {
    OneWeight one;
    EXPECT_EQ(one.run(plan_), TrainOutcome::kFinished);
    EXPECT_EQ(one.finished, 8);
    const auto lines = log();
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_THAT(lines[0],
                ElementsAre("step",
                            "minutes",
                            "learning_rate",
                            "gradient_norm",
                            "train_loss",
                            "validation_loss",
                            "pearson"));
    EXPECT_EQ(lines[1][0], "3");
    EXPECT_EQ(lines[1][5], ".") << "only steps 6 and 8 validate";
    EXPECT_EQ(lines[2][0], "6");
    EXPECT_EQ(lines[2][5], "0.25");
    EXPECT_EQ(lines[2][6], ".") << "what cannot be told";
    EXPECT_EQ(lines[3][0], "8");
    EXPECT_EQ(lines[3][5], "0.25");
    EXPECT_EQ(lines[3][2], "0.001") << "1 % of the peak at the end";
    EXPECT_LT(std::stod(lines[3][4]), std::stod(lines[1][4]));
}

TEST_F(RunLoopTest, LossesAndNormsAreMeansSinceTheLastReport) {
    plan_.report_steps = 2;
    plan_.steps = 2;
    OneWeight one;
    one.run(plan_);
    Random random(7);
    const auto target = [&] { return 3 + static_cast<double>(random.below(1000)) / 10000; };
    const double first = target();
    // The first step of Adam is the learning rate: half of 0.1 while it rises.
    const double second = target() - 0.05;
    const auto lines = log();
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_NEAR(std::stod(lines[1][3]), first + second, 1e-3);  // gradients of 2 (w - target)
    EXPECT_NEAR(std::stod(lines[1][4]), (first * first + second * second) / 2, 1e-3);
}

TEST_F(RunLoopTest, SpeedHasAColumnWhereStepsHaveWindows) {
    plan_.windows_a_step = 4;
    OneWeight one;
    one.judged.clear();
    one.run(plan_);
    const auto lines = log();
    EXPECT_EQ(lines[0][2], "windows_per_second");
    EXPECT_GT(std::stod(lines[1][2]), 0);
    EXPECT_EQ(lines[3][6], ".") << "nothing to validate by";
}

TEST_F(RunLoopTest, StoppedAndResumedIsTheSameToTheBit) {
    OneWeight whole;
    whole.run(plan_);
    OneWeight begun;
    EXPECT_EQ(begun.run(plan_, 5), TrainOutcome::kStopped);
    EXPECT_EQ(begun.finished, -1);
    EXPECT_TRUE(has_checkpoint());
    plan_.resume = true;
    OneWeight resumed;
    EXPECT_EQ(resumed.run(plan_), TrainOutcome::kFinished);
    EXPECT_EQ(resumed.value(), whole.value());
    EXPECT_FALSE(has_checkpoint());
    const auto lines = log();
    ASSERT_EQ(lines.size(), 4U) << "the log goes on";
    EXPECT_EQ(lines[1][0], "3");
    EXPECT_EQ(lines[2][0], "6");
}

TEST_F(RunLoopTest, UntilLeavesACheckpointBehindThatStep) {
    plan_.until = 4;
    OneWeight one;
    EXPECT_EQ(one.run(plan_), TrainOutcome::kStopped);
    EXPECT_TRUE(has_checkpoint());
    plan_.until = 8;
    plan_.resume = true;
    OneWeight two;
    EXPECT_EQ(two.run(plan_), TrainOutcome::kFinished) << "the last step is the end";
    EXPECT_EQ(two.finished, 8);
}

TEST_F(RunLoopTest, TimeEndsItAsIfTheLastStepWereReached) {
    plan_.minutes = 1e-9;
    OneWeight one;
    EXPECT_EQ(one.run(plan_), TrainOutcome::kFinished);
    EXPECT_EQ(one.finished, 0);
    EXPECT_FALSE(has_checkpoint());
}

TEST_F(RunLoopTest, CheckpointsWithoutAnIntervalComeAfterEveryStep) {
    plan_.checkpoint_minutes = 0;
    OneWeight one;
    one.bad_step = 6;
    try {
        static_cast<void>(one.run(plan_));
        FAIL() << "went on after an infinite loss";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kInternal);
        EXPECT_THAT(error.what(), HasSubstr("not finite after step 6"));
        EXPECT_EQ(error.hint(), "be slower");
    }
    plan_.resume = true;
    plan_.steps = 5;
    OneWeight two;
    EXPECT_EQ(two.run(plan_), TrainOutcome::kFinished);
    EXPECT_EQ(two.finished, 5) << "the checkpoint is that of step 5, not of the bad one";
}

TEST_F(RunLoopTest, ACheckpointBeyondTheStepsOrOfOtherOptionsIsRefused) {
    OneWeight one;
    static_cast<void>(one.run(plan_, 5));
    std::filesystem::remove(plan_.log);
    plan_.resume = true;
    const auto refuse = [&](const std::string& digest, const char* what) {
        OneWeight again;
        try {
            static_cast<void>(again.run(plan_, -1, digest));
            ADD_FAILURE() << "went on";
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::kResume);
            EXPECT_THAT(error.what(), HasSubstr(what));
        }
        EXPECT_EQ(again.finished, -1);
        EXPECT_TRUE(has_checkpoint());
        EXPECT_FALSE(std::filesystem::exists(plan_.log));
    };
    refuse("another", "other options");
    plan_.steps = 4;
    refuse("d", "stands at step 5, beyond the 4 asked for");
}

}  // namespace
}  // namespace varhush::train
