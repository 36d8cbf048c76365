#include "track_labels.hpp"

#include "reference_set.hpp"
#include "track_batch.hpp"
#include "track_support.hpp"
#include "varhush/core/error.hpp"
#include "window_plan.hpp"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace varhush::train {
namespace {

using testing::HasSubstr;

LabelTrack peaks(std::vector<LabelSpan> labels, const std::vector<LabelSpan>& touched = {}) {
    LabelTrack track;
    track.resolutions = {1, 128};
    for (const LabelSpan& one : labels) {
        track.labels.add("c", one);
        track.touched.add("c", one);
    }
    for (const LabelSpan& one : touched) {
        track.touched.add("c", one);
    }
    track.labels.merge();
    track.touched.merge();
    return track;
}

struct Bins {
    std::vector<float> values, weights;
};

Bins bins_of(const LabelTrack& track, std::int64_t start, std::size_t count, int resolution) {
    Bins out{std::vector<float>(count, 0), std::vector<float>(count, 1)};
    fill_labels(track,
                "c",
                start,
                static_cast<std::int64_t>(count),
                resolution,
                1,
                out.values.data(),
                out.weights.data());
    return out;
}

TEST(FillLabels, ABinIsAPeakWhenHalfOfItOrOfThePeakIsCovered) {
    // 100-200: 28 of bin 0, 72 of bin 1; 384-400 is shorter than half a bin but wholly in bin 3.
    const Bins bins = bins_of(peaks({{100, 200}, {384, 400}}), 0, 5, 128);
    EXPECT_THAT(bins.values, testing::ElementsAre(0, 1, 0, 1, 0));
    EXPECT_THAT(bins.weights, testing::ElementsAre(0, 1, 1, 1, 1));  // bin 0: touched, not hit
}

TEST(FillLabels, PeaksReachFromOutsideTheWindow) {
    const Bins bins = bins_of(peaks({{0, 300}}), 128, 3, 128);
    EXPECT_THAT(bins.values, testing::ElementsAre(1, 0, 0));
    EXPECT_THAT(bins.weights, testing::ElementsAre(1, 0, 1));
}

TEST(FillLabels, SignalsAreSummedOverBases) {
    LabelTrack track;
    track.kind = LabelKind::kSignal;
    track.labels.add("c", {120, 140, 2});
    track.labels.add("c", {140, 141, 5});
    track.labels.sort();
    EXPECT_THAT(bins_of(track, 0, 2, 128).values, testing::ElementsAre(16, 29));
    EXPECT_THAT(bins_of(track, 138, 4, 1).values, testing::ElementsAre(2, 2, 5, 0));
}

TEST(TrackLabels, OneFileBecomesATrackForEachCombination) {
    const test::TrackFolder folder;
    std::ofstream(folder.file("many.tsv")) << "chrom\tstart\tend\tsummit\tcell\ttf\n"
                                              "chrc\t100\t500\t200\tK562\tCTCF\n"
                                              "c\t700\t900\t800\tHepG2\tCTCF\n"
                                              "other\t1\t2\t1\tK562\tCTCF\n";
    folder.write_config(folder.config(
        R"("train": ["c"])",
        R"({"output": "chip_tf", "data": "peaks", "file": "many.tsv", "split_by": ["cell", "tf"],
            "columns": {"chrom": "chrom", "start": "start", "end": "end", "summit": "summit"},
            "fields": {"biosample": "cell"}, "summit_half_width": 50})"));
    const TrackConfig config = folder.read();
    seq::StringReference reference;
    reference.add("c", test::random_bases(1000, 1));
    const TrackLabels labels = read_track_labels(config, reference);
    ASSERT_EQ(labels.tracks.size(), 2U);
    EXPECT_EQ(labels.tracks[0].track.name, "HepG2 CTCF");
    EXPECT_EQ(labels.tracks[1].track.biosample_name, "K562");
    const auto& spans = labels.tracks[1].labels.contigs().at("c");
    EXPECT_EQ(spans[0].start, 150);
    EXPECT_EQ(spans[0].end, 250);
    EXPECT_EQ(labels.tracks[1].touched.contigs().at("c")[0].end, 500);
}

TEST(TrackLabels, SignalsAreAveragedOverBinsAndTakenAsPowersOfTwo) {
    const test::TrackFolder folder;
    // Bin 0 of 100: 40 bases of 2^1 and 60 of 2^3; bin 1: its first 50 bases alone, 2^0.
    std::ofstream(folder.file("log.bg")) << "c\t0\t40\t1\nc\t40\t100\t3\nc\t100\t150\t0\n"
                                            "c\t290\t300\t2\n";
    folder.write_config(folder.config(R"("train": ["c"])",
                                      R"({"output": "chip_tf", "data": "signal", "name": "x",
            "file": "log.bg", "bin_bp": 100, "log2_values": true})"));
    seq::StringReference reference;
    reference.add("c", test::random_bases(1000, 1));
    const TrackLabels labels = read_track_labels(folder.read(), reference);
    const auto& spans = labels.tracks.at(0).labels.contigs().at("c");
    ASSERT_EQ(spans.size(), 3U);
    EXPECT_EQ(spans[0].length(), 100);
    EXPECT_FLOAT_EQ(spans[0].value, 5.6F);  // 0.4 * 2 + 0.6 * 8
    EXPECT_EQ(spans[1].end, 150);
    EXPECT_FLOAT_EQ(spans[1].value, 1);
    // What the file leaves out counts 0: ten bases of 4 in a bin of a hundred.
    EXPECT_EQ(spans[2].start, 200);
    EXPECT_FLOAT_EQ(spans[2].value, 0.4F);
}

TEST(TrackLabels, TracksAreUnknownOnContigsThatAreNotTheirs) {
    const test::TrackFolder folder;
    std::ofstream(folder.file("two.bed")) << "c\t0\t128\nd\t0\t128\n";
    const auto entry = [](const std::string& name, const std::string& contigs) {
        return R"({"output": "chip_tf", "data": "peaks", "file": "two.bed", "name": ")" + name +
               R"(")" + contigs + "}";
    };
    folder.write_config(
        folder.config(R"("train": ["c", "d"])",
                      entry("everywhere", "") + ", " + entry("of c", R"(, "contigs": ["c"])")));
    const TrackConfig config = folder.read();
    seq::StringReference reference;
    reference.add("c", test::random_bases(2048, 1));
    reference.add("d", test::random_bases(2048, 2));
    TrackLabels labels = read_track_labels(config, reference);
    const BatchMaker maker(config, labels, reference);
    const Window window{"d", 0, true};
    const TrackBatch batch = maker.make({{&window, 0, false}});
    const HeadLabels& head = batch.heads.at({models::OutputType::kChipTf, 128});
    EXPECT_EQ(head.weights.select(2, 0).sum().item<float>(), 16);
    EXPECT_EQ(head.values.select(2, 0).sum().item<float>(), 1);
    EXPECT_EQ(head.weights.select(2, 1).sum().item<float>(), 0);

    folder.write_config(
        folder.config(R"("train": ["c"])", entry("x", R"(, "contigs": ["elsewhere"])")));
    EXPECT_THROW(static_cast<void>(read_track_labels(folder.read(), reference)), Error);
}

// Two exons on each strand: + 100-200 and 400-500, - 600-700 and 900-950 (0-based).
constexpr const char* kGtf =
    "c\tx\ttranscript\t101\t500\t.\t+\t.\tgene_id \"a\"; transcript_id \"a1\";\n"
    "c\tx\texon\t101\t200\t.\t+\t.\tgene_id \"a\"; transcript_id \"a1\";\n"
    "c\tx\texon\t401\t500\t.\t+\t.\tgene_id \"a\"; transcript_id \"a1\";\n"
    "c\tx\ttranscript\t601\t950\t.\t-\t.\tgene_id \"b\"; transcript_id \"b1\";\n"
    "c\tx\texon\t601\t700\t.\t-\t.\tgene_id \"b\"; transcript_id \"b1\";\n"
    "c\tx\texon\t901\t950\t.\t-\t.\tgene_id \"b\"; transcript_id \"b1\";\n";

TrackLabels labels_of_gtf(const std::string& entries) {
    const test::TrackFolder folder;
    std::ofstream(folder.file("genes.gtf")) << kGtf;
    folder.write_config(folder.config(R"("train": ["c"])", entries));
    seq::StringReference reference;
    reference.add("c", test::random_bases(1000, 1));
    return read_track_labels(folder.read(), reference);
}

TEST(TrackLabels, GeneModelsGiveExonsAndTranscriptEndsByStrand) {
    const auto entry = [](const std::string& feature, const std::string& more) {
        return R"({"output": "cage", "data": "gtf", "file": "genes.gtf", "name": ")" + feature +
               R"(", "feature": ")" + feature + "\"" + more + "}";
    };
    const TrackLabels labels =
        labels_of_gtf(entry("exon", R"(, "strand": "-")") + "," +
                      entry("transcript_start", R"(, "half_width": 10, "strand": "-")") + "," +
                      entry("transcript_end", R"(, "half_width": 60)"));
    const auto spans = [&](std::size_t track) {
        std::vector<std::pair<std::int64_t, std::int64_t>> out;
        for (const LabelSpan& one : labels.tracks.at(track).labels.contigs().at("c")) {
            out.emplace_back(one.start, one.end);
        }
        return out;
    };
    using testing::Pair;
    EXPECT_THAT(spans(0), testing::ElementsAre(Pair(600, 700), Pair(900, 950)));
    EXPECT_THAT(spans(1), testing::ElementsAre(Pair(939, 960)));  // 949 is its first base
    EXPECT_THAT(spans(2), testing::ElementsAre(Pair(439, 661)));  // 499 and 600, joined
}

TEST(TrackLabels, GeneModelsGiveSpliceSites) {
    const TrackLabels labels = labels_of_gtf(
        R"({"output": "splice_sites", "data": "gtf", "file": "genes.gtf", "feature": "splice_site"})");
    using testing::Pair;
    // Donor + is the last base of the first exon; of the - gene the exon to the right comes first.
    EXPECT_THAT(labels.splice.at("c"),
                testing::ElementsAre(Pair(199, 0), Pair(400, 1), Pair(699, 3), Pair(900, 2)));
}

TEST(TrackLabels, GeneModelsAreRefusedWhereTheyMakeNoSense) {
    const auto refused = [](const std::string& more) {
        try {
            static_cast<void>(labels_of_gtf(
                R"({"output": "cage", "data": "gtf", "file": "genes.gtf", "name": "x", )" + more +
                "}"));
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_THAT(refused(R"("feature": "intron")"), HasSubstr("found intron"));
    EXPECT_THAT(refused(R"("feature": "exon", "half_width": 5)"), HasSubstr("half_width"));
    EXPECT_THAT(refused(R"("feature": "exon", "split_by": ["4"])"), HasSubstr("no columns"));
    EXPECT_THAT(refused(R"("feature": "splice_site")"), HasSubstr("splice_sites go together"));
}

std::string refusal(const std::string& bed, const std::string& data, const std::string& output) {
    const test::TrackFolder folder;
    std::ofstream(folder.file("bad")) << bed;
    folder.write_config(folder.config(R"("train": ["c"])",
                                      R"({"output": ")" + output + R"(", "data": ")" + data +
                                          R"(", "name": "x", "file": "bad"})"));
    seq::StringReference reference;
    reference.add("c", std::string(1000, 'A'));
    try {
        static_cast<void>(read_track_labels(folder.read(), reference));
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kInput);
        return error.what();
    }
    return "";
}

TEST(TrackLabels, RefusesWhatCannotBe) {
    EXPECT_THAT(refusal("c\t10\t2000\n", "peaks", "cage"), HasSubstr("bad:1: ends behind"));
    EXPECT_THAT(refusal("c\t10\t5\n", "peaks", "cage"), HasSubstr("ends before it starts"));
    EXPECT_THAT(refusal("c\t10\tx\n", "peaks", "cage"), HasSubstr("expected a position"));
    EXPECT_THAT(refusal("q\t10\t20\n", "peaks", "cage"), HasSubstr("no row lies on a contig"));
    EXPECT_THAT(refusal("c\t1\t9\t1\nc\t5\t12\t1\n", "signal", "cage"), HasSubstr("two values"));
    EXPECT_THAT(refusal("c\t1\t9\t-1\n", "signal", "cage"), HasSubstr("negative"));
    EXPECT_THAT(refusal("c\t1\t9\n", "signal", "cage"), HasSubstr("column 4 is needed"));
    EXPECT_THAT(refusal("c\t1\t9", "peaks", "cage"), HasSubstr("bad"));
}

TEST(TrackConfig, RefusesUnknownKeysAndWrongTypes) {
    const test::TrackFolder folder;
    const auto message = [&](const std::string& from, const std::string& to) {
        std::string text = folder.config();
        text.replace(text.find(from), from.size(), to);
        folder.write_config(text);
        try {
            static_cast<void>(folder.read());
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::kInput);
            return std::string(error.what());
        }
        return std::string();
    };
    EXPECT_THAT(message("\"batch\"", "\"bacth\""), HasSubstr("\"training.bacth\": is no key"));
    EXPECT_THAT(message("\"data\": \"peaks\"", "\"data\": \"peeks\""),
                HasSubstr("\"tracks[0].data\": expected peaks"));
    EXPECT_THAT(message("2048", "2000"), HasSubstr("multiple of 2048"));
    EXPECT_THAT(message("\"steps\": 6", "\"steps\": \"6\""), HasSubstr("whole number"));
    EXPECT_THAT(message("{\"fasta\"", "{{"), HasSubstr("no JSON"));
}

class Plan : public testing::Test {
  protected:
    WindowPlan plan(const std::string& windows) {
        folder_.write_config(folder_.config(windows));
        config_ = folder_.read();
        const ReferenceSet reference({folder_.file("g.fa")});
        return plan_windows(config_, read_track_labels(config_, reference), reference);
    }
    std::string leak(const std::string& windows) {
        try {
            plan(windows);
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::kInput);
            return error.what();
        }
        return "";
    }

    test::TrackFolder folder_;
    TrackConfig config_;
};

TEST_F(Plan, AWindowThatCanMoveIntoAHeldOutRegionIsALeak) {
    // Windows end at base 10,240 and move by 64: a region from 10,304 on is just out of reach.
    EXPECT_EQ(leak(R"("train": ["c:1-10240"], "test": ["c:10305-20480"])"), "");
    EXPECT_THAT(leak(R"("train": ["c:1-10240"], "test": ["c:10304-20480"])"),
                HasSubstr("leak: the training window at c:8193 moved by 64 reaches into"));
}

TEST_F(Plan, OverlappingRegionsAreALeak) {
    EXPECT_THAT(leak(R"("train": ["c"], "test": ["c:20481-30720"])"),
                HasSubstr("leak: the training and held-out regions"));
    EXPECT_THAT(leak(R"("train": ["c:1-4096"], "validation": ["c:20481-24576"],
                        "test": ["c:24000-30720"])"),
                HasSubstr("leak: the validation and test regions"));
}

TEST_F(Plan, DropLeavesSuchWindowsOutAndCountsThem) {
    const WindowPlan found =
        plan(R"("train": ["c"], "test": ["c:20481-24576"], "on_overlap": "drop")");
    EXPECT_EQ(found.overlapping, 4);  // two inside, one neighbour on each side within 64 bases
    EXPECT_EQ(found.train.size(), 16U);
    for (const Window& window : found.train) {
        EXPECT_TRUE(window.start + 2048 + 64 <= 20'480 || window.start - 64 >= 24'576);
    }
}

TEST(BatchMaker, ReverseComplementTurnsBasesLabelsAndStrands) {
    const test::TrackFolder folder;
    folder.write_config(folder.config(
        R"("train": ["c"])",
        R"({"output": "cage", "data": "peaks", "name": "p", "strand": "+", "file": "peaks.bed"},
           {"output": "cage", "data": "peaks", "name": "m", "strand": "-", "file": "peaks.bed"})"));
    const TrackConfig config = folder.read();
    const ReferenceSet reference({folder.file("g.fa")});
    const TrackLabels labels = read_track_labels(config, reference);
    const BatchMaker maker(config, labels, reference);
    const Window window{"c", 2048, true};
    const TrackBatch batch = maker.make({{&window, 10, false}, {&window, 10, true}});
    // A C G T -> T G C A is a flip of the letters too.
    EXPECT_TRUE(at::equal(batch.bases[0], batch.bases[1].flip({0, 1})));
    const HeadLabels& head = batch.heads.at({models::OutputType::kCage, 128});
    EXPECT_GT(head.values[0].sum().item<float>(), 0);
    EXPECT_FALSE(at::equal(head.values[0].select(1, 0), head.values[0].select(1, 1)));
    EXPECT_TRUE(at::equal(head.values[0].select(1, 0), head.values[1].select(1, 1).flip(0)));
    EXPECT_TRUE(at::equal(head.weights[0].select(1, 1), head.weights[1].select(1, 0).flip(0)));
}

TEST(BatchMaker, UnknownBasesAreNoSignal) {
    const test::TrackFolder folder;
    const TrackConfig config = folder.read();
    const ReferenceSet reference({folder.file("g.fa")});
    const TrackLabels labels = read_track_labels(config, reference);
    const BatchMaker maker(config, labels, reference);
    const Window window{"c", 29'000, false};  // N from 30,000 to 30,499
    const TrackBatch batch = maker.make({{&window, 0, false}});
    EXPECT_EQ(batch.bases[0].narrow(1, 1000, 500).sum().item<float>(), 0);
    const HeadLabels& fine = batch.heads.at({models::OutputType::kCage, 1});
    EXPECT_EQ(fine.weights[0].sum().item<float>(), 2048 - 500);
    EXPECT_EQ(fine.weights[0].narrow(0, 1000, 500).sum().item<float>(), 0);
    // Bins 8 to 10 are all N, 7 has 24 N, 11 has 92: above half.
    const at::Tensor coarse = batch.heads.at({models::OutputType::kCage, 128}).weights[0];
    EXPECT_EQ(coarse.narrow(0, 8, 4).sum().item<float>(), 0);
    EXPECT_EQ(coarse.sum().item<float>(), 12);
}

TEST(ViewOrder, AnEpochSeesEveryPeakWindowOnceAndAShareOfTheOthers) {
    std::vector<Window> windows;
    for (int i = 0; i < 10; ++i) {
        windows.push_back({"c", i * 2048, i < 4});
    }
    TrackConfig config;
    config.fit.batch = 7;
    config.fit.background_share = 0.5;
    ViewOrder order(windows, config);
    EXPECT_EQ(order.epoch_size(), 7);
    std::set<std::int64_t> seen;
    for (const View& view : order.at(1)) {
        seen.insert(view.window->start);
        EXPECT_LE(std::abs(view.shift), config.shift_bp);
    }
    EXPECT_EQ(seen.size(), 7U);
    for (int i = 0; i < 4; ++i) {
        EXPECT_TRUE(seen.contains(i * 2048));
    }
    // The step alone decides, whatever was asked for before.
    const auto second = order.at(5);
    ViewOrder fresh(windows, config);
    const auto again = fresh.at(5);
    for (std::size_t i = 0; i < second.size(); ++i) {
        EXPECT_EQ(second[i].window, again[i].window);
        EXPECT_EQ(second[i].shift, again[i].shift);
        EXPECT_EQ(second[i].reversed, again[i].reversed);
    }
}

}  // namespace
}  // namespace varhush::train
