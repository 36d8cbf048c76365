#include "varhush/train/polya_training.hpp"

#include "polya_loss.hpp"
#include "polya_support.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/aparent_network.hpp"
#include "varhush/nn/safetensors.hpp"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <sstream>

namespace varhush::train {
namespace {

using testing::HasSubstr;

std::string text_of(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

// The number behind the name of a row.
double figure_of(const std::string& report, const std::string& row) {
    const auto found = report.find("\n" + row);
    return found == std::string::npos ? -2 : std::stod(report.substr(found + 1 + row.size()));
}

class PolyaTraining : public testing::Test {
  protected:
    [[nodiscard]] PolyaRun run_to(const std::string& name) const {
        PolyaRun run;
        run.output = toy_.file(name);
        return run;
    }
    static TrainOutcome train(const PolyaConfig& config, const PolyaRun& run, int stop_after = -1) {
        return train_polya(config, run, [&] { return stop_after-- == 0; });
    }
    template <class Action>
    static std::pair<ErrorKind, std::string> failure(const Action& action) {
        try {
            action();
        } catch (const Error& error) {
            return {error.kind(), error.what()};
        }
        return {ErrorKind::kInternal, "no error"};
    }

    const test::PolyaToy toy_;
};

// Three positions and "no cut"; the narrow range is the second one. Numbers by hand.
TEST(PolyaLoss, IsThatOfItsDefinition) {
    const double l2 = std::log(2.0);
    const double l3 = std::log(3.0);
    // Odds inside to outside of weights 1 2 1 1: 2 : 3; of a cut at all 4 : 1.
    const at::Tensor teacher = at::tensor({0.0, l2, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0}).view({2, 4});
    const at::Tensor student = at::tensor({0.0, 0.0, 0.0, 0.0, 0.0, l3, 0.0, 0.0}).view({2, 4});
    const CleavageOdds odds = cleavage_odds(teacher, {1, 2});
    EXPECT_NEAR(odds.narrow[0].item<double>(), std::log(2.0 / 3), 1e-6);
    EXPECT_NEAR(odds.narrow[1].item<double>(), std::log(1.0 / 3), 1e-6);
    EXPECT_NEAR(odds.wide[0].item<double>(), std::log(4.0), 1e-6);
    EXPECT_NEAR(odds.wide[1].item<double>(), std::log(3.0), 1e-6);

    const auto square = [](double x) { return x * x; };
    // Student: narrow 1:3 and 3:3, wide 3:1 and 5:1. Teacher: narrow 2:3 and 1:3, wide 4:1 and 3:1.
    const double narrow =
        (square(std::log(1.0 / 3) - std::log(2.0 / 3)) + square(0 - std::log(1.0 / 3))) / 2;
    const double wide = (square(std::log(3.0 / 4)) + square(std::log(5.0 / 3))) / 2;
    const double narrow_change = square(std::log(3.0) - std::log(0.5));
    const double wide_change = square(std::log(5.0 / 3) - std::log(3.0 / 4));
    const double first =
        0.6 * std::log(0.2 / 0.25) + 0.4 * std::log(0.4 / 0.25);  // teacher 1 2 1 1, student even
    const double second = 0.75 * std::log(0.25 * 6) + 0.25 * std::log(0.25 * 2);
    const double logits = (square(l2) + square(l3)) / 8;
    EXPECT_NEAR(
        polya_loss(student, teacher, {1, 2}).item<double>(),
        narrow + 0.5 * wide + 2 * narrow_change + wide_change + (first + second) / 2 + 0.1 * logits,
        1e-5);
    EXPECT_NEAR(polya_loss(teacher, teacher, {1, 2}).item<double>(), 0, 1e-6);
}

TEST(PolyaLoss, CutsThatAreNeverSeenAreAllTheSame) {
    const at::Tensor teacher = at::tensor({0.0, -30.0, 0.0, 0.0, -20.0, 0.0}).view({2, 3});
    const at::Tensor student = at::tensor({0.0, -20.0, 0.0, 0.0, -30.0, 0.0}).view({2, 3});
    // Only what depends on the range of these two positions is left when the range is another.
    const at::Tensor loss = polya_loss(student, teacher, {0, 1});
    EXPECT_NEAR(loss.item<double>(), 0, 1e-6);
}

TEST_F(PolyaTraining, ComesCloserToItsTeacher) {
    auto config = toy_.config();
    config.recipe.steps = 150;
    config.recipe.batch = 8;
    config.recipe.ema_decay = 0.9;
    config.recipe.report_steps = 150;
    config.recipe.validate_steps = 150;
    config.metadata = {{"varhush.terms", "a test"}};
    auto run = run_to("m.safetensors");
    run.log = toy_.file("log");
    run.report = toy_.file("report");
    EXPECT_EQ(train(config, run), TrainOutcome::kFinished);
    std::istringstream log(text_of(run.log));
    std::string line;
    std::getline(log, line);
    EXPECT_EQ(line,
              "step\tminutes\tlearning_rate\tgradient_norm\ttrain_loss\tvalidation_loss\t"
              "ends_pearson\tchange_pearson");
    std::getline(log, line);
    std::istringstream fields(line);
    std::vector<double> values(8);
    for (double& value : values) {
        ASSERT_TRUE(fields >> value) << line;
    }
    EXPECT_EQ(values[0], 150);
    EXPECT_LT(values[5], 1) << "3.5 at the start";
    EXPECT_FALSE(std::filesystem::exists(run.output + ".checkpoint"));

    const auto file = nn::SafeTensors::open(run.output);
    EXPECT_EQ(file.metadata().at("varhush.terms"), "a test");
    EXPECT_EQ(file.metadata().at("varhush.name"), "m");
    const models::AparentNetwork network(file);
    EXPECT_EQ(network.config().dilations, config.recipe.dilations);
    EXPECT_EQ(network.config().window_bp, test::PolyaToy::kWindow);

    const std::string report = text_of(run.report);
    EXPECT_THAT(report, HasSubstr("set\tmeasure\tvalue\tlow\thigh\tcount\nends\tpearson\t"));
    EXPECT_THAT(report, HasSubstr("\nsubstitutions\tspearman\t"));
    EXPECT_THAT(report, HasSubstr("\t160\n"));  // 4 ends, 40 substitutions each
    EXPECT_GT(figure_of(report, "hexamers_anywhere\tpearson\t"), 0.6);
    EXPECT_THAT(report, HasSubstr("\nends_without_hexamer\tcount\t0\t"));
    evaluate_polya(config, run.output, toy_.file("again"), 1);
    EXPECT_EQ(text_of(toy_.file("again")), report) << "the file alone says the same";

    evaluate_polya(config, config.teacher, toy_.file("itself"), 2);
    std::istringstream itself(text_of(toy_.file("itself")));
    std::getline(itself, line);
    int sure = 0;
    while (std::getline(itself, line)) {
        if (line.find("pearson") != std::string::npos ||
            line.find("spearman") != std::string::npos) {
            EXPECT_THAT(line, HasSubstr("\t1.0000\t1.0000\t1.0000\t"));
            ++sure;
        }
    }
    EXPECT_EQ(sure, 8);
}

TEST_F(PolyaTraining, ResumeIsBitExact) {
    const auto config = toy_.config();
    auto run = run_to("same.safetensors");
    EXPECT_EQ(train(config, run), TrainOutcome::kFinished);
    const std::string whole = text_of(run.output);
    std::filesystem::remove(run.output);
    EXPECT_EQ(train(config, run, 3), TrainOutcome::kStopped);
    EXPECT_FALSE(std::filesystem::exists(run.output));
    run.resume = true;
    EXPECT_EQ(train(config, run), TrainOutcome::kFinished);
    EXPECT_TRUE(text_of(run.output) == whole);
}

TEST_F(PolyaTraining, EndsBehindAStepAndGoesOnWithAnotherRate) {
    auto config = toy_.config();
    auto run = run_to("m.safetensors");
    EXPECT_EQ(train(config, run), TrainOutcome::kFinished);
    const std::string whole = text_of(run.output);
    std::filesystem::remove(run.output);
    run.until = 3;
    EXPECT_EQ(train(config, run), TrainOutcome::kStopped);
    EXPECT_FALSE(std::filesystem::exists(run.output));
    std::filesystem::copy(run.output + ".checkpoint", toy_.file("kept"));
    run.until = 0;
    run.resume = true;
    EXPECT_EQ(train(config, run), TrainOutcome::kFinished);
    EXPECT_TRUE(text_of(run.output) == whole);

    std::filesystem::copy(toy_.file("kept"), run.output + ".checkpoint");
    config.recipe.steps = 5;
    EXPECT_EQ(train(config, run), TrainOutcome::kFinished);
    EXPECT_EQ(nn::SafeTensors::open(run.output).metadata().at("varhush.steps"), "5");
    EXPECT_FALSE(text_of(run.output) == whole);
}

TEST_F(PolyaTraining, RefusesCheckpointsOfOtherSettings) {
    auto config = toy_.config();
    auto run = run_to("m");
    EXPECT_EQ(train(config, run, 2), TrainOutcome::kStopped);
    run.resume = true;
    for (const auto& change :
         std::vector<std::function<void(PolyaConfig&)>>{[](auto& c) { c.recipe.seed = 2; },
                                                        [](auto& c) { c.recipe.batch = 5; },
                                                        [](auto& c) { c.recipe.end_share = 0.5; },
                                                        [](auto& c) { c.test[0].end += 100; }}) {
        PolyaConfig other = config;
        change(other);
        const auto [kind, message] = failure([&] { train(other, run); });
        EXPECT_EQ(kind, ErrorKind::kResume);
        EXPECT_THAT(message, HasSubstr("made with other options"));
    }
    config.recipe.steps = 1;
    const auto [kind, message] = failure([&] { train(config, run); });
    EXPECT_EQ(kind, ErrorKind::kResume);
    EXPECT_THAT(message, HasSubstr("stands at step 2, beyond the 1 asked for"));
    EXPECT_FALSE(std::filesystem::exists(run.output));
}

TEST_F(PolyaTraining, AReportWithoutEndsIsRefusedBeforeTheFirstStep) {
    auto config = toy_.config();
    config.test = {{"c", 44'200, 44'900}};  // between two genes' ends
    auto run = run_to("m");
    run.report = toy_.file("r");
    const auto [kind, message] = failure([&] { train(config, run); });
    EXPECT_EQ(kind, ErrorKind::kInput);
    EXPECT_THAT(message, HasSubstr("nothing to report on"));
    EXPECT_FALSE(std::filesystem::exists(run.output));
    EXPECT_FALSE(std::filesystem::exists(run.report));
}

TEST_F(PolyaTraining, NamesWhatIsWrongInTheFile) {
    const auto message = [&](const std::string& text) {
        std::ofstream(toy_.file("c.json")) << text;
        const auto [kind, what] =
            failure([&] { static_cast<void>(read_polya_config(toy_.file("c.json"))); });
        EXPECT_EQ(kind, ErrorKind::kInput);
        return what;
    };
    const std::string good =
        R"("fasta": "c.fa", "genes": "genes.tsv", "teacher": "t.safetensors", "train": "c")";
    EXPECT_THAT(message("{" + good), HasSubstr("no JSON"));
    EXPECT_THAT(message("{" + good + R"(, "step": 3})"), HasSubstr("step"));
    EXPECT_THAT(message("{" + good + R"(, "training": {"batch": 0}})"),
                HasSubstr("training.batch"));
    EXPECT_THAT(message("{" + good + R"(, "training": {"end_share": 1.5}})"), HasSubstr("shares"));
    EXPECT_THAT(message("{" + good + R"(, "sites": "a", "exons": "b"})"), HasSubstr("give either"));
    EXPECT_THAT(message("{" + good + R"(, "test": "c:5-2"})"), HasSubstr("\"test\""));
    EXPECT_THAT(message(R"({"fasta": "c.fa", "genes": "g", "train": "c"})"), HasSubstr("teacher"));

    std::ofstream(toy_.file("c.json")) << "{" << good << "}";
    const auto config = read_polya_config(toy_.file("c.json"));
    EXPECT_EQ(config.fasta, toy_.file("c.fa"));
    EXPECT_EQ(config.teacher, toy_.file("t.safetensors"));
    EXPECT_EQ(config.train, (std::vector<seq::Region>{{"c", 0, seq::Region::kToContigEnd}}));
    std::ofstream(toy_.file("c.json"))
        << R"({"fasta": "c.fa", "genes": "g", "teacher": "some-model", "train": "c"})";
    EXPECT_EQ(read_polya_config(toy_.file("c.json"), "/else").teacher, "some-model");
    EXPECT_EQ(read_polya_config(toy_.file("c.json"), "/else").genes, "/else/g");
}

TEST_F(PolyaTraining, AWindowTooShortForTheScoreIsRefused) {
    const models::test::RandomAparent short_one(80, 40);
    short_one.save(toy_.file("short.safetensors"));
    auto config = toy_.config();
    config.teacher = toy_.file("short.safetensors");
    const auto [kind, message] = failure([&] { train(config, run_to("m")); });
    EXPECT_EQ(kind, ErrorKind::kModel);
    EXPECT_THAT(message, HasSubstr("50 bases"));

    short_one.save(toy_.file("other.safetensors"));
    config = toy_.config();
    const auto [other_kind, other] =
        failure([&] { evaluate_polya(config, toy_.file("other.safetensors"), toy_.file("r"), 1); });
    EXPECT_EQ(other_kind, ErrorKind::kModel);
    EXPECT_THAT(other, HasSubstr("another window"));
    EXPECT_FALSE(std::filesystem::exists(toy_.file("r")));
}

}  // namespace
}  // namespace varhush::train
