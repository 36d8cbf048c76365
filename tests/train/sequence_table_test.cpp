#include "sequence_table.hpp"

#include "reference_set.hpp"
#include "track_labels.hpp"
#include "track_support.hpp"
#include "varhush/core/error.hpp"
#include "window_plan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace varhush::train {
namespace {

using testing::HasSubstr;

constexpr const char* kRows =
    "id\tseq\tlog2\tfold\n"
    "a\tACGTACGTAC\t1\ttrain\n"
    "b\tggggccccaa\t-2\ttest\n"
    "c\tAAAACCCC\t0\ttrain\n"
    "d\tTTTTTTTTTTTT\t3\tother\n";

class SequenceTables : public testing::Test {
  protected:
    void write(const std::string& rows) const {
        std::ofstream(folder_.file("library.tsv")) << rows;
    }
    [[nodiscard]] SequenceTable table(std::int64_t shift_bp = 64) const {
        return {source(), 2048, shift_bp};
    }
    [[nodiscard]] SequenceSource source() const {
        return {"library",
                folder_.file("library.tsv"),
                "seq",
                {{"fold", "train"}},
                {{"fold", "valid"}},
                {{"fold", "test"}}};
    }
    [[nodiscard]] std::string message(std::int64_t shift_bp = 64) const {
        try {
            static_cast<void>(table(shift_bp));
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::kInput);
            return error.what();
        }
        return "";
    }
    [[nodiscard]] TrackConfig config(const std::string& tracks) const {
        std::string text = folder_.config(R"("train": ["c:1-30720"])", tracks);
        text.replace(
            0, 1, R"({"sequences": [{"name": "library", "file": "library.tsv", "column": "seq",
            "where": {"fold": "train"}, "test_where": {"fold": "test"}}], )");
        folder_.write_config(text);
        return folder_.read();
    }

    test::TrackFolder folder_;
};

TEST_F(SequenceTables, StandInTheMiddleOfTheirWindows) {
    write(kRows);
    const SequenceTable one = table();
    EXPECT_EQ(one.length_bp(Split::kTrain), 2 * 2048);
    EXPECT_EQ(one.length_bp(Split::kValidation), 0);
    EXPECT_EQ(one.length_bp(Split::kTest), 2048);
    EXPECT_EQ(one.contig(Split::kTest), "library.test");
    const std::string all = one.fetch(Split::kTrain, -5, 2 * 2048 + 5);
    EXPECT_EQ(all.size(), 2 * 2048 + 10U);
    EXPECT_EQ(all.substr(5 + 1019, 10), "ACGTACGTAC");
    EXPECT_EQ(all.substr(5 + 2048 + 1020, 8), "AAAACCCC");
    EXPECT_EQ(std::count(all.begin(), all.end(), 'N'), 2 * 2048 + 10 - 18);
    EXPECT_EQ(one.fetch(Split::kTrain, 1021, 1024), "GTA");
    EXPECT_EQ(one.fetch(Split::kTest, 1019, 1029), "GGGGCCCCAA");
}

TEST_F(SequenceTables, ValuesLieOnTheSequencesAndOtherLabelsDoNot) {
    write(kRows);
    const TrackConfig found = config(
        R"({"output": "chip_histone", "data": "sequences", "table": "library", "name": "activity",
            "columns": {"value": "log2"}, "log2_values": true},
           {"output": "chip_tf", "data": "peaks", "name": "m", "file": "peaks.bed"})");
    const auto tables = read_sequence_tables(found);
    const ReferenceSet reference(found.fastas, tables);
    const TrackLabels labels = read_track_labels(found, reference, tables);
    const auto named = [&](const std::string& name) -> const LabelTrack& {
        return *std::find_if(labels.tracks.begin(), labels.tracks.end(), [&](const auto& track) {
            return track.track.name == name;
        });
    };
    const LabelTrack& activity = named("activity");
    std::vector<float> values(2);
    std::vector<float> weights(2, 1);
    fill_labels(activity, "library", 1019, 2, 5, 1, values.data(), weights.data());
    EXPECT_EQ(values, (std::vector<float>{10, 10}));  // 2^1 a base
    values = {0};
    fill_labels(activity, "library.test", 1019, 1, 10, 1, values.data(), weights.data());
    EXPECT_EQ(values, (std::vector<float>{2.5}));  // 2^-2
    EXPECT_TRUE(activity.known_on("library"));
    EXPECT_FALSE(activity.known_on("c"));
    EXPECT_TRUE(named("m").known_on("c"));
    EXPECT_FALSE(named("m").known_on("library"));
    EXPECT_FALSE(named("m").known_on("library.test"));
    const WindowPlan plan = plan_windows(found, labels, reference, tables);
    EXPECT_EQ(plan.train.size(), 15U + 2U);
    EXPECT_EQ(plan.train.back().contig, "library");
    EXPECT_EQ(plan.train.back().start, 2048);
    ASSERT_EQ(plan.test.size(), 1U);
    EXPECT_EQ(plan.test.front().contig, "library.test");
}

TEST_F(SequenceTables, OneSequenceInTwoSplitsIsALeakOnEitherStrand) {
    write(std::string(kRows) + "e\tTTGGGGCCCC\t0\ttrain\n");  // b, read backwards
    EXPECT_THAT(message(), HasSubstr("leak: this sequence"));
    write(std::string(kRows) + "e\tACGTACGTAC\t0\ttrain\n");  // twice in one split is fine
    EXPECT_EQ(message(), "");
}

TEST_F(SequenceTables, RefuseWhatCannotBeLearntFrom) {
    write(kRows);
    EXPECT_THAT(message(1020), HasSubstr("does not stay in a window of 2048"));
    EXPECT_EQ(message(1019), "");
    write("id\tseq\tlog2\tfold\na\tACGU\t1\ttrain\n");
    EXPECT_THAT(message(), HasSubstr("found 'ACGU'"));
    write("id\tseq\tlog2\tfold\na\tACGT\t1\ttest\n");
    EXPECT_THAT(message(), HasSubstr("no sequence to train on"));
    write("id\tseq\tlog2\tfold\na\tACGT\t1\ttrain");
    EXPECT_THAT(message(), HasSubstr("cut"));
    write("id\tseq\tlog2\tfold\na\tACGT\tNA\ttrain\n");
    EXPECT_THROW(table().each_value("log2", [](auto&&...) {}), Error);
}

TEST_F(SequenceTables, ATableThatIsNotThereIsRefused) {
    write(kRows);
    const TrackConfig found = config(
        R"({"output": "chip_histone", "data": "sequences", "table": "libary", "name": "a"})");
    const auto tables = read_sequence_tables(found);
    const ReferenceSet reference(found.fastas, tables);
    EXPECT_THROW(static_cast<void>(read_track_labels(found, reference, tables)), Error);
}

}  // namespace
}  // namespace varhush::train
