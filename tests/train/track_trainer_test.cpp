#include "varhush/train/track_trainer.hpp"

#include "track_support.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/alphagenome_file.hpp"
#include "varhush/nn/sha256.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <sstream>

namespace varhush::train {
namespace {

using testing::HasSubstr;

std::string bytes_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

class TrackTrainer : public testing::Test {
  protected:
    TrainOutcome run(const std::string& output, bool resume = false, int stop_after = -1) {
        TrackRun options;
        options.output = folder_.file(output);
        options.log = folder_.file(output + ".tsv");
        options.resume = resume;
        return train_tracks(config_, options, [&] { return stop_after-- == 0; });
    }

    /// Columns of the last line of the log.
    [[nodiscard]] std::vector<std::string> last_row() const {
        std::istringstream log(bytes_of(folder_.file("m.safetensors.tsv")));
        std::string line;
        for (std::string next; std::getline(log, next);) {
            line = next;
        }
        std::istringstream fields(line);
        std::vector<std::string> columns;
        for (std::string field; fields >> field;) {
            columns.push_back(field);
        }
        return columns;
    }

    test::TrackFolder folder_;
    TrackConfig config_ = folder_.read();
};

TEST_F(TrackTrainer, StoppedAndResumedIsTheSameToTheByte) {
    EXPECT_EQ(run("m.safetensors"), TrainOutcome::kFinished);
    const std::string whole = bytes_of(folder_.file("m.safetensors"));
    ASSERT_GT(whole.size(), 1000U);
    std::filesystem::remove(folder_.file("m.safetensors"));
    EXPECT_EQ(run("m.safetensors", false, 3), TrainOutcome::kStopped);
    EXPECT_FALSE(std::filesystem::exists(folder_.file("m.safetensors")));
    EXPECT_EQ(run("m.safetensors", true), TrainOutcome::kFinished);
    EXPECT_TRUE(bytes_of(folder_.file("m.safetensors")) == whole);
    EXPECT_FALSE(std::filesystem::exists(folder_.file("m.safetensors.checkpoint")));
}

TEST_F(TrackTrainer, AnotherSeedGivesOtherWeights) {
    run("m.safetensors");
    const std::string first = bytes_of(folder_.file("m.safetensors"));
    config_.fit.seed = 2;
    run("m.safetensors");
    EXPECT_FALSE(bytes_of(folder_.file("m.safetensors")) == first);
}

TEST_F(TrackTrainer, ACheckpointOfOtherOptionsIsRefused) {
    run("m.safetensors", false, 2);
    config_.fit.learning_rate *= 2;
    try {
        run("m.safetensors", true);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kResume);
        EXPECT_THAT(error.what(), HasSubstr("other options or labels"));
    }
}

TEST_F(TrackTrainer, ACheckpointBeyondTheStepsIsRefused) {
    EXPECT_EQ(run("m.safetensors", false, 4), TrainOutcome::kStopped);
    config_.fit.steps = 3;
    try {
        run("m.safetensors", true);
        FAIL() << "wrote a model of more steps than were asked for";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kResume);
        EXPECT_THAT(error.what(), HasSubstr("stands at step 4, beyond the 3 asked for"));
    }
    EXPECT_FALSE(std::filesystem::exists(folder_.file("m.safetensors")));
    EXPECT_TRUE(std::filesystem::exists(folder_.file("m.safetensors.checkpoint")));
}

TEST_F(TrackTrainer, EndsBehindAStepAndGoesOn) {
    EXPECT_EQ(run("m.safetensors"), TrainOutcome::kFinished);
    const std::string whole = bytes_of(folder_.file("m.safetensors"));
    std::filesystem::remove(folder_.file("m.safetensors"));
    TrackRun options;
    options.output = folder_.file("m.safetensors");
    options.until = 4;
    EXPECT_EQ(train_tracks(config_, options, [] { return false; }), TrainOutcome::kStopped);
    EXPECT_FALSE(std::filesystem::exists(folder_.file("m.safetensors")));
    options.until = 0;
    options.resume = true;
    EXPECT_EQ(train_tracks(config_, options, [] { return false; }), TrainOutcome::kFinished);
    EXPECT_TRUE(bytes_of(folder_.file("m.safetensors")) == whole);
}

TEST_F(TrackTrainer, ACheckpointOfOtherLabelsIsRefused) {
    run("m.safetensors", false, 2);
    std::ofstream(folder_.file("peaks.bed"), std::ios::app) << "c\t39000\t39100\tm\t0\t+\n";
    EXPECT_THROW(run("m.safetensors", true), Error);
}

TEST_F(TrackTrainer, ALeakEndsTheRunBeforeAnythingIsWritten) {
    config_.validation = {{"c", 30'700, 40'960}};
    EXPECT_THROW(run("m.safetensors"), Error);
    EXPECT_FALSE(std::filesystem::exists(folder_.file("m.safetensors")));
    EXPECT_FALSE(std::filesystem::exists(folder_.file("m.safetensors.tsv")));
}

TEST_F(TrackTrainer, WritesAModelWithTracksThatItsReaderAccepts) {
    run("m.safetensors");
    const auto model = models::load_alphagenome(folder_.file("m.safetensors"));
    ASSERT_EQ(model.tracks[0].all().size(), 2U);
    EXPECT_TRUE(model.notice.empty());
    const auto cage = model.tracks[0].tracks(models::OutputType::kCage);
    ASSERT_EQ(cage.size(), 1U);
    EXPECT_EQ(cage[0].name, "s");
    EXPECT_GT(cage[0].nonzero_mean, 1);
    EXPECT_LT(cage[0].nonzero_mean, 3);
}

TEST_F(TrackTrainer, LearnsAMotifItCanSee) {
    config_.tracks.pop_back();
    config_.fit.steps = 150;
    config_.fit.batch = 4;
    config_.fit.learning_rate = 3e-3;
    config_.fit.warmup_steps = 10;
    config_.fit.ema_decay = 0.9;
    config_.fit.report_steps = 150;
    config_.fit.validate_steps = 150;
    run("m.safetensors");
    const std::vector<std::string> columns = last_row();
    ASSERT_EQ(columns.size(), 11U);
    EXPECT_GT(std::stod(columns[7]), 0.9);  // AUROC of windows it never saw
}

TEST_F(TrackTrainer, LearnsFromATableOfSequencesAlone) {
    std::ofstream rows(folder_.file("library.tsv"));
    rows << "sequence\tvalue\tfold\n";
    for (unsigned i = 0; i < 160; ++i) {
        std::string bases = test::random_bases(200, 100 + i);
        if (i % 2 == 0) {
            bases.replace(90, 12, "CCACCAGGGGGC");
        }
        rows << bases << '\t' << (i % 2 == 0 ? 4 : 0.2) << '\t' << (i < 120 ? "train" : "valid")
             << '\n';
    }
    rows.close();
    std::string text = folder_.config(
        R"("shift_bp": 0, "train": [])",
        R"({"output": "chip_histone", "data": "sequences", "table": "library", "name": "a"})");
    text.replace(text.find(R"("fasta": ["g.fa"])"),
                 std::string(R"("fasta": ["g.fa"])").size(),
                 R"("sequences": [{"name": "library", "file": "library.tsv",
                    "where": {"fold": "train"}, "validate_where": {"fold": "valid"}}])");
    text.replace(text.find(R"(, "shift_bp": 64)"), 16, "");
    folder_.write_config(text);
    config_ = folder_.read();
    config_.fit.steps = 150;
    config_.fit.batch = 6;
    config_.fit.learning_rate = 5e-3;
    config_.fit.warmup_steps = 10;
    config_.fit.ema_decay = 0.9;
    config_.fit.validate_steps = 150;
    run("m.safetensors");
    EXPECT_GT(std::stod(last_row().at(8)), 0.5);  // Pearson over sequences it never saw
}

TEST_F(TrackTrainer, AnAuxiliaryTrackIsLearntButNotShown) {
    const std::string helper =
        R"({"output": "chip_tf", "data": "peaks", "name": "x", "summit_half_width": 20, "file": "peaks.bed")";
    const auto train = [&](const std::string& more, const std::string& output) {
        folder_.write_config(folder_.config(R"("train": ["c:1-30720"], "test": ["c:32769-40960"])",
                                            helper + more + "}, " + folder_.peaks_and_signal()));
        config_ = folder_.read();
        run(output);
    };
    train(R"(, "auxiliary": true)", "shown.safetensors");
    const auto shown = models::load_alphagenome(folder_.file("shown.safetensors"));
    EXPECT_EQ(shown.tracks.at(0).tracks(models::OutputType::kChipTf).size(), 1U);
    EXPECT_EQ(shown.tracks.at(0).tracks(models::OutputType::kChipTf)[0].name, "m");
    // The same training with the other track behind "m": what is shown is its first channel.
    folder_.write_config(folder_.config(
        R"("train": ["c:1-30720"], "test": ["c:32769-40960"])",
        R"({"output": "chip_tf", "data": "peaks", "name": "m", "file": "peaks.bed"},)" + helper +
            R"(}, {"output": "cage", "data": "signal", "name": "s", "file": "signal.bedgraph"})"));
    config_ = folder_.read();
    run("whole.safetensors");
    const auto whole = nn::SafeTensors::open(folder_.file("whole.safetensors"));
    int cut = 0;
    for (const auto& [name, entry] : shown.file.entries()) {
        const auto values = shown.file.read_f32(name, entry.shape);
        auto wanted = whole.read_f32(name, whole.entries().at(name).shape);
        if (wanted.size() != values.size()) {
            EXPECT_EQ(wanted.size(), 2 * values.size()) << name;
            wanted.resize(values.size());
            ++cut;
        }
        EXPECT_TRUE(values == wanted) << name;
    }
    EXPECT_EQ(cut, 4);  // means, weights, biases and scales of the head
    // What is left can be judged by the configuration that it comes from.
    TrackRun judging;
    judging.report = folder_.file("again.tsv");
    train(R"(, "auxiliary": true)", "shown.safetensors");
    evaluate_tracks(config_, folder_.file("shown.safetensors"), judging);
    const std::string report = bytes_of(judging.report);
    EXPECT_THAT(report, HasSubstr("\tm\t.\tauroc"));
    EXPECT_THAT(report, testing::Not(HasSubstr("\tx\t")));
}

TEST_F(TrackTrainer, EveryTrackAuxiliaryIsRefused) {
    folder_.write_config(folder_.config(
        R"("train": ["c:1-30720"])",
        R"({"output": "cage", "data": "peaks", "name": "p", "file": "peaks.bed", "auxiliary": true})"));
    EXPECT_THROW(static_cast<void>(folder_.read()), Error);
}

TEST_F(TrackTrainer, MixedPrecisionLearnsTheSameFromRoundedProducts) {
    run("m.safetensors");
    const double exact = std::stod(last_row().at(5));
    const std::string weights = bytes_of(folder_.file("m.safetensors"));
    run("m.safetensors", false, 3);
    config_.fit.bfloat16 = true;
    EXPECT_THROW(run("m.safetensors", true), Error) << "a checkpoint of the other precision";
    run("m.safetensors");
    EXPECT_NEAR(std::stod(last_row().at(5)), exact, 0.02 * exact);
    EXPECT_FALSE(bytes_of(folder_.file("m.safetensors")) == weights);
}

TEST_F(TrackTrainer, HeadsOnlyKeepsEverythingInFrontOfThem) {
    run("first.safetensors");
    config_.tracks[0].track.name = "another";
    TrackRun options;
    options.output = folder_.file("second.safetensors");
    options.start = folder_.file("first.safetensors");
    options.heads_only = true;
    EXPECT_EQ(train_tracks(config_, options, [] { return false; }), TrainOutcome::kFinished);
    const auto first = nn::SafeTensors::open(folder_.file("first.safetensors"));
    const auto second = nn::SafeTensors::open(options.output);
    int heads = 0;
    for (const auto& [name, entry] : first.entries()) {
        const bool same = first.read_f32(name, entry.shape) == second.read_f32(name, entry.shape);
        const bool head = name.starts_with("heads.");
        heads += head && !same ? 1 : 0;
        EXPECT_TRUE(head || same) << name;
    }
    // Weights and biases of the renamed ChIP head and of both resolutions of CAGE.
    EXPECT_GE(heads, 6);
}

TEST_F(TrackTrainer, AStartTakesOverHeadsOfTheSameTracks) {
    run("first.safetensors");
    config_.fit.learning_rate = 1e-30;
    config_.fit.weight_decay = 0;
    TrackRun options;
    options.output = folder_.file("second.safetensors");
    options.start = folder_.file("first.safetensors");
    options.heads_only = true;
    train_tracks(config_, options, [] { return false; });
    const auto first = nn::SafeTensors::open(options.start);
    const auto second = nn::SafeTensors::open(options.output);
    for (const auto& [name, entry] : first.entries()) {
        EXPECT_TRUE(first.read_f32(name, entry.shape) == second.read_f32(name, entry.shape))
            << name;
    }
}

TEST_F(TrackTrainer, OnlyTheTracksOfAModelAreJudged) {
    run("m.safetensors");
    config_.test = {{"c", 32'768, 40'960}};
    config_.validation.clear();
    TrackRun options;
    options.report = folder_.file("r.tsv");
    evaluate_tracks(config_, folder_.file("m.safetensors"), options);
    EXPECT_THAT(bytes_of(options.report), HasSubstr("CHIP_TF\t128\tm\t.\tauroc\t"));
    config_.tracks[0].track.name = "another";
    options.report = folder_.file("other.tsv");
    EXPECT_THROW(evaluate_tracks(config_, folder_.file("m.safetensors"), options), Error);
    EXPECT_FALSE(std::filesystem::exists(options.report));
}

}  // namespace
}  // namespace varhush::train
