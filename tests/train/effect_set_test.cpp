#include "effect_set.hpp"

#include "initial_weights.hpp"
#include "reference_set.hpp"
#include "track_support.hpp"
#include "varhush/core/error.hpp"
#include "varhush/train/track_trainer.hpp"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <sstream>

namespace varhush::train {
namespace {

using testing::HasSubstr;

/// Six elements with a motif in the middle, on either side of which changes do nothing.
class Effects : public testing::Test {
  protected:
    Effects() {
        std::ofstream fasta(folder_.file("e.fa"));
        std::ofstream table(folder_.file("e.tsv"));
        table << "element\toffset\tref\talt\teffect\tsplit\n";
        for (int i = 0; i < 6; ++i) {
            std::string bases = test::random_bases(200, 100 + static_cast<std::uint64_t>(i));
            bases.replace(90, 12, "CCACCAGGGGGC");
            fasta << ">e" << i << '\n' << bases << '\n';
            for (std::size_t at = 40; at < 160; at += 3) {
                const bool inside = at >= 90 && at < 102;
                table << 'e' << i << '\t' << at + 1 << '\t' << bases[at] << '\t'
                      << (bases[at] == 'T' ? 'A' : 'T') << '\t' << (inside ? -1.0 : 0.02) << '\t'
                      << (i < 4   ? "train"
                          : i < 5 ? "valid"
                                  : "test")
                      << '\n';
            }
        }
        source_.fasta = folder_.file("e.fa");
        source_.file = folder_.file("e.tsv");
        source_.where = {{"split", "train"}};
        source_.validate_where = {{"split", "valid"}};
        source_.test_where = {{"split", "test"}};
        source_.track = "activity";
        source_.output = models::OutputType::kChipTf;
    }

    std::string refusal(const std::string& row) {
        std::ofstream(folder_.file("e.tsv"), std::ios::app) << row;
        try {
            static_cast<void>(read_effects(source_, 2048));
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::kInput);
            return error.what();
        }
        return "";
    }

    [[nodiscard]] TrackConfig with_effects() const {
        folder_.write_config(folder_.config(
            R"("train": ["c:1-30720"], "validation": ["c:32769-40960"])",
            R"({"output": "chip_tf", "data": "peaks", "name": "m", "file": "peaks.bed"},
               {"output": "chip_tf", "data": "effects", "name": "activity"})"));
        TrackConfig config = folder_.read();
        config.effects = {source_};
        return config;
    }

    test::TrackFolder folder_;
    EffectSource source_;
};

TEST_F(Effects, ElementsAreSplitAndScaled) {
    const EffectSet set = read_effects(source_, 2048);
    ASSERT_EQ(set.train.size(), 4U);
    ASSERT_EQ(set.validation.size(), 1U);
    ASSERT_EQ(set.test.size(), 1U);
    EXPECT_EQ(set.test[0].name, "e5");
    EXPECT_EQ(set.train[0].effects.size(), 40U);
    // Four of forty are -1, the others 0.02.
    EXPECT_NEAR(set.train[0].scale, std::sqrt((4 + 36 * 0.0004) / 40), 1e-9);
}

TEST_F(Effects, RefusesLeaksAndForeignBases) {
    EXPECT_THAT(refusal("e5\t91\tC\tT\t0\ttrain\n"), HasSubstr("is trained on and reported"));
}

TEST_F(Effects, RefusesElementsThatAreWatchedAndReported) {
    EXPECT_THAT(refusal("e5\t91\tC\tT\t0\tvalid\n"), HasSubstr("is watched and reported"));
}

TEST_F(Effects, RefusesWhatTheElementDoesNotHave) {
    EXPECT_THAT(refusal("e0\t91\tG\tT\t0\ttrain\n"), HasSubstr("does not have G at 91"));
}

TEST_F(Effects, RefusesUnknownElements) {
    EXPECT_THAT(refusal("q\t91\tG\tT\t0\ttrain\n"), HasSubstr("no element q"));
}

TEST(EffectWindow, AllelesKeepTheStartOfTheElement) {
    MeasuredEffect effect;
    effect.offset = 1;
    effect.ref = "C";
    effect.alt = "";
    EXPECT_EQ(changed("ACGT", effect), "AGT");
    EXPECT_EQ(in_window("AGT", 4, 10), "NNNAGTNNNN");
    effect.alt = "CCC";
    EXPECT_EQ(in_window(changed("ACGT", effect), 4, 10), "NNNACCCGTN");
}

TEST_F(Effects, EqualAllelesDoNotDiffer) {
    const TrackConfig config = with_effects();
    const ReferenceSet reference({folder_.file("g.fa")});
    TrackLabels labels = read_track_labels(config, reference);
    set_track_means(labels, {{"c", 0, 30'720}});
    const auto model = with_heads(config.model, labels);
    const BatchMaker maker(config, labels, reference);
    const TrackNetwork network(
        initial_weights(model, labels, {{"c", 0, 30'720}}, 1), model, labels, maker.heads(), "cpu");
    const EffectJudge judge(source_, labels, config);
    const EffectElement& element = judge.set().train[0];
    MeasuredEffect same = element.effects[0];
    same.alt = same.ref;
    const at::Tensor found =
        judge.differences(network, element, {&same, &element.effects[17]}, false);
    EXPECT_NEAR(found[0].item<double>(), 0, 1e-6);
    EXPECT_NE(found[1].item<double>(), 0);
}

TEST_F(Effects, TheDifferenceLossTeachesTheDirectionOnElementsItHasNotSeen) {
    TrackConfig config = with_effects();
    config.fit.steps = 160;
    config.fit.batch = 4;
    config.fit.learning_rate = 3e-3;
    config.fit.warmup_steps = 10;
    config.fit.ema_decay = 0.9;
    config.fit.report_steps = 160;
    config.fit.validate_steps = 160;
    config.effects[0].every = 2;
    TrackRun run;
    run.output = folder_.file("m.safetensors");
    run.log = folder_.file("m.tsv");
    run.report = folder_.file("report.tsv");
    EXPECT_EQ(train_tracks(config, run, [] { return false; }), TrainOutcome::kFinished);
    std::ifstream in(run.log);
    std::string line;
    for (std::string next; std::getline(in, next);) {
        line = next;
    }
    const double pearson = std::stod(line.substr(line.rfind('\t') + 1));
    EXPECT_GT(pearson, 0.5) << line;
    std::ostringstream report;
    report << std::ifstream(run.report).rdbuf();
    EXPECT_THAT(report.str(), HasSubstr("CHIP_TF\t128\te5\t.\teffect_pearson\t0."));
    // A finished model is judged the same.
    TrackRun again;
    again.report = folder_.file("again.tsv");
    evaluate_tracks(config, run.output, again);
    std::ostringstream second;
    second << std::ifstream(again.report).rdbuf();
    EXPECT_EQ(second.str(), report.str());
}

TEST_F(Effects, ATrackThatNothingTeachesIsRefused) {
    TrackConfig config = with_effects();
    config.effects.clear();
    TrackRun run;
    run.output = folder_.file("m.safetensors");
    EXPECT_THROW(train_tracks(config, run, [] { return false; }), Error);
}

}  // namespace
}  // namespace varhush::train
