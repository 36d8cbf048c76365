#include "apps/predict/plan.hpp"

#include "apps/predict/outputs.hpp"
#include "apps/predict/run.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/memory_forecast.hpp"

#include <gtest/gtest.h>

namespace varhush::apps {
namespace {

using Ranges = std::vector<models::PositionRange>;

seq::StringReference two_contigs() {
    seq::StringReference reference;
    reference.add("chr1", std::string(1000, 'A'));
    reference.add("chr2", std::string(300, 'C'));
    return reference;
}

TEST(PlanTiles, CoversEverythingOnAFixedGrid) {
    const auto reference = two_contigs();
    const auto tiles = plan_tiles(reference, {}, 512);
    ASSERT_EQ(tiles.size(), 3U);
    EXPECT_EQ(tiles[1].contig, "chr1");
    EXPECT_EQ(tiles[1].kept, (models::PositionRange{512, 1024}));
    EXPECT_EQ(tiles[1].wanted, (Ranges{{512, 1000}}));
    EXPECT_EQ(tiles[2].contig, "chr2");
    EXPECT_EQ(tiles[2].wanted, (Ranges{{0, 300}}));
}

TEST(PlanTiles, RegionsAreMergedAndSplitAtTheGrid) {
    const auto reference = two_contigs();
    const auto tiles =
        plan_tiles(reference,
                   {{"2", 10, 20}, {"chr1", 600, 700}, {"chr1", 500, 520}, {"chr1", 510, 530}},
                   512);
    ASSERT_EQ(tiles.size(), 3U);
    EXPECT_EQ(tiles[0].wanted, (Ranges{{500, 512}}));
    EXPECT_EQ(tiles[1].wanted, (Ranges{{512, 530}, {600, 700}}));
    EXPECT_EQ(tiles[2].contig, "chr2");
    const auto open = plan_tiles(reference, {{"chr2", 100, seq::Region::kToContigEnd}}, 512);
    EXPECT_EQ(open[0].wanted, (Ranges{{100, 300}}));
}

TEST(PlanTiles, RegionsOutsideAreUsageErrors) {
    const auto reference = two_contigs();
    for (const seq::Region& bad : {seq::Region{"chr9", 0, 5}, seq::Region{"chr2", 300, 400}}) {
        try {
            (void)plan_tiles(reference, {bad}, 512);
            FAIL();
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::kUsage);
        }
    }
}

TEST(ToBins, GoOutwardsAndJoin) {
    EXPECT_EQ(to_bins({{0, 1}, {130, 140}, {250, 300}, {1000, 1024}}, 128),
              (Ranges{{0, 3}, {7, 8}}));
    EXPECT_EQ(to_bins({{5, 9}, {20, 21}}, 1), (Ranges{{5, 9}, {20, 21}}));
}

TEST(CheckMemory, SaysWhetherTheWindowOrTheTracksAreTooLarge) {
    const models::AlphaGenomeConfig config;
    PredictJob job;
    job.window_bp = 131072;
    job.tiles.push_back({"c", {0, 65536}, {{0, 65536}}});
    job.outputs.push_back({models::OutputType::kRnaSeq, 1, std::vector<std::int32_t>(768)});
    const std::int64_t window = models::forecast_memory(config, job.window_bp, 1).one_pass();
    const std::int64_t values = 2 * 4 * 65536LL * 768;
    const auto refusal = [&](std::int64_t free_bytes) -> std::string {
        try {
            check_memory(job, config, 1, free_bytes);
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::kUsage);
            return std::string(error.what()) + "; " + error.hint();
        }
        return "";
    };
    EXPECT_EQ(refusal(window + values), "");
    EXPECT_EQ(refusal(0), "");
    EXPECT_NE(refusal(window + values - 1).find("values of all tracks"), std::string::npos);
    EXPECT_NE(refusal(window).find("fewer tracks"), std::string::npos);
    EXPECT_NE(refusal(window - 1).find("a window of 131072 bases needs"), std::string::npos);
}

TEST(TrackFileName, HasOnlyPlainLettersAndTheChannel) {
    models::Track track;
    track.output = models::OutputType::kRnaSeq;
    track.channel = 12;
    track.name = "CL:0000084 polyA plus/../x\n";
    track.strand = '-';
    EXPECT_EQ(track_file_name(track), "rna_seq.0012.CL_0000084_polyA_plus_.._x_.minus");
    track.name = std::string(500, 'n');
    EXPECT_LT(track_file_name(track).size(), 120U);
}

}  // namespace
}  // namespace varhush::apps
