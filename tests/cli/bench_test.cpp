// `varhush bench parity` and `recipe` as processes.
#include "shell.hpp"
#include "test_paths.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <string>

namespace varhush::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::MatchesRegex;

const std::string kFixtures = std::string(VARHUSH_TEST_DATA) + "/alphagenome/";

/// A sandbox with the fixtures of the reduced model.
class BenchParity : public testing::Test {
  protected:
    void SetUp() override {
        for (const char* name : {"tiny_config.json",
                                 "tiny_weights.safetensors",
                                 "tiny_forward_d.safetensors",
                                 "modules.safetensors"}) {
            fs::copy_file(kFixtures + name, sandbox_.folder() / name);
        }
    }
    ShellResult parity(const std::string& options) {
        return run_shell("varhush bench parity . " + options, sandbox_.folder());
    }
    [[nodiscard]] fs::path file(const std::string& name) const { return sandbox_.folder() / name; }
    /// Changes the last value of a file: the fixture's last tensor by name order of its writer.
    void damage(const std::string& name) const {
        std::fstream stream(file(name), std::ios::in | std::ios::out | std::ios::binary);
        stream.seekp(-4, std::ios::end);
        stream.write("\x00\x00\x80\x44", 4);  // 1024
    }

    Sandbox sandbox_;
};

TEST_F(BenchParity, OneLineAFile) {
    const ShellResult got = parity("-q");
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(
        got.out,
        MatchesRegex("modules.safetensors: left out, the native engine .*\n"
                     "tiny_forward_d.safetensors: ok, 34 activations, [0-9]+ values, .*\n"));
}

TEST_F(BenchParity, AMissIsExitCode1AndNamesTheFirstLayer) {
    damage("tiny_forward_d.safetensors");
    const ShellResult got = parity("--json");
    EXPECT_EQ(got.exit_code, 1);
    EXPECT_THAT(got.err, HasSubstr("1 files compared, 1 differ"));
    const auto json = nlohmann::json::parse(got.out);
    EXPECT_EQ(json[1]["passed"], false);
    EXPECT_EQ(json[1]["misses"], 1);
    EXPECT_EQ(json[1]["first_miss"], "model_space.chip_histone.128");
    EXPECT_THAT(json[1]["found"].get<std::string>(), HasSubstr("expected 1024"));
}

TEST_F(BenchParity, OtherWeightsMiss) {
    const ShellResult got = run_shell(
        "varhush bench recipe tiny_weights.safetensors --config tiny_config.json\n"
        "varhush bench parity .",
        sandbox_.folder());
    EXPECT_EQ(got.exit_code, 1);
    EXPECT_THAT(got.out, HasSubstr("tiny_forward_d.safetensors: MISS, first "));
}

TEST_F(BenchParity, ACutFixtureIsAnError) {
    fs::resize_file(file("tiny_forward_d.safetensors"), 100'000);
    const ShellResult got = parity("");
    EXPECT_EQ(got.exit_code, 5);
    EXPECT_THAT(got.err, HasSubstr("tiny_forward_d.safetensors: tensor"));
}

TEST_F(BenchParity, NothingToCompareIsAnError) {
    fs::remove(file("tiny_forward_d.safetensors"));
    EXPECT_EQ(parity("").exit_code, 3);
    fs::remove(file("modules.safetensors"));
    const ShellResult got = parity("");
    EXPECT_EQ(got.exit_code, 3);
    EXPECT_THAT(got.err, HasSubstr("holds no parity fixtures"));
    EXPECT_EQ(run_shell("varhush bench parity nowhere", sandbox_.folder()).exit_code, 3);
}

TEST_F(BenchParity, TheTorchEngineComparesModulesToo) {
    if (!VARHUSH_WITH_TORCH) {
        GTEST_SKIP() << "needs LibTorch";
    }
    const ShellResult got = parity("--engine torch");
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.out, HasSubstr("modules.safetensors: ok, 71 activations"));
    EXPECT_THAT(got.out, HasSubstr("tiny_forward_d.safetensors: ok, 34 activations"));
    EXPECT_THAT(got.err, HasSubstr("torch engine: 2 files compared, 0 differ"));
}

TEST_F(BenchParity, TheNativeEngineHasNoCard) {
    const ShellResult got = parity("--device cuda");
    EXPECT_EQ(got.exit_code, 2);
    EXPECT_THAT(got.err, HasSubstr("add --engine torch"));
}

const std::string kMeasured = std::string(VARHUSH_TEST_DATA) + "/sirna/efficacy.tsv";
const std::string kBenchModel =
    std::string(VARHUSH_TEST_DATA) + "/../../models/sirna-huesken/weights.safetensors";

/// `varhush bench sirna` on a few guides, with a model that has five networks of each kind and two
/// of each fold.
class BenchSirna : public testing::Test {
  protected:
    [[nodiscard]] nlohmann::json bench(const std::string& table,
                                       const std::string& model = kBenchModel) const {
        const ShellResult got = run_shell(
            "varhush bench sirna -q -m " + model + " --data " + table + " --rounds 20 --json",
            sandbox_.folder());
        EXPECT_EQ(got.exit_code, 0) << got.err;
        return got.exit_code == 0 ? nlohmann::json::parse(got.out) : nlohmann::json();
    }
    Sandbox sandbox_;
};

void expect_finite_tests(const nlohmann::json& report) {
    ASSERT_EQ(report["no_test_selection"].size(), 10U);
    for (const auto& test : report["no_test_selection"]) {
        for (const char* metric : {"AUC", "PCC", "SPCC", "F1"}) {
            EXPECT_TRUE(test[metric]["value"].is_number()) << test << metric;
        }
    }
}

// Labels of one fold say nothing of its own threshold, but something of the others'.
TEST_F(BenchSirna, EveryFoldIsJudgedByAThresholdFromTheOthers) {
    ASSERT_EQ(
        run_shell("awk -F'\\t' -v OFS='\\t' 'NR > 1 && $2 == \"huesken\" && $16 == 0 {$12 = 1 - "
                  "$12} {print}' " +
                      kMeasured + " > turned.tsv",
                  sandbox_.folder())
            .exit_code,
        0);
    const nlohmann::json plain = bench(kMeasured);
    const nlohmann::json turned = bench("turned.tsv");
    expect_finite_tests(plain);
    const auto& before = plain["f1_thresholds"]["P2a_by_fold"];
    const auto& after = turned["f1_thresholds"]["P2a_by_fold"];
    ASSERT_EQ(before.size(), 5U);
    EXPECT_EQ(before["0"], after["0"]);
    EXPECT_NE(before, after);
    EXPECT_NE(plain["no_test_selection"][0]["F1"]["value"],
              turned["no_test_selection"][0]["F1"]["value"]);
}

TEST_F(BenchSirna, JudgesAModelWithFewerNetworksAFoldThanInAll) {
    if (!VARHUSH_WITH_TORCH) {
        GTEST_SKIP() << "needs LibTorch";
    }
    // Made-up transcripts with the measured sites at their places, to be folded.
    const std::string transcripts =
        "awk -F'\\t' 'function pad(n, s) {s = \"\"; while (length(s) < n) s = s \"GATTACAGCC\"; "
        "return "
        "substr(s, 1, n)} NR > 1 && $2 == \"huesken\" && $7 !~ /X/ && $6 > 19 && !($5 in seen) "
        "{seen[$5] "
        "= 1; print \">\" $5 \"\\n\" pad($6 - 19) $7 pad(150)}' " +
        kMeasured + " > t.fa";
    const ShellResult got = run_shell(
        transcripts + " && varhush train sirna --data " + kMeasured +
            " --targets t.fa --train-on huesken --seeds 2 --fold-seeds 1 --keep-folds --set "
            "cnn.epochs=2 --set spline.epochs=2 --without transformer -o small.safetensors",
        sandbox_.folder());
    ASSERT_EQ(got.exit_code, 0) << got.err;
    const ShellResult info = run_shell("varhush model info small.safetensors", sandbox_.folder());
    EXPECT_THAT(info.out, HasSubstr("transcript")) << info.out;
    expect_finite_tests(bench(kMeasured, "small.safetensors"));
}

TEST(BenchRecipe, WritesAModelThatIsWhole) {
    const Sandbox sandbox;
    const ShellResult got =
        run_shell("varhush bench recipe small.safetensors --config " + kFixtures +
                      "tiny_config.json && "
                      "varhush model verify small.safetensors",
                  sandbox.folder());
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.err, HasSubstr("677 tensors, 472691 parameters"));
}

TEST(BenchRecipe, BadConfigsLeaveNothing) {
    const Sandbox sandbox;
    const ShellResult got = run_shell(
        "echo '{\"base_chanels\": 3}' > c.json; varhush bench recipe m.safetensors --config c.json",
        sandbox.folder());
    EXPECT_EQ(got.exit_code, 5);
    EXPECT_THAT(got.err, HasSubstr("base_chanels"));
    EXPECT_FALSE(fs::exists(sandbox.folder() / "m.safetensors"));
    EXPECT_EQ(run_shell("varhush bench recipe m.safetensors --config none.json", sandbox.folder())
                  .exit_code,
              3);
    EXPECT_EQ(run_shell("varhush bench recipe no/such/m.safetensors --config " + kFixtures +
                            "tiny_config.json",
                        sandbox.folder())
                  .exit_code,
              6);
}

}  // namespace
}  // namespace varhush::test
