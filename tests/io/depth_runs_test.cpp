#include "varhush/io/depth_runs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace varhush::io {
namespace {

std::string text(const DepthRun& run) {
    return run.contig + ":" + std::to_string(run.start) + "-" + std::to_string(run.end) + "=" +
           std::to_string(run.depth);
}

TEST(DepthRuns, JoinsNeighboursOfEqualDepthAndLeavesOutZero) {
    std::vector<std::string> seen;
    DepthRuns runs([&](const DepthRun& run) { seen.push_back(text(run)); });
    runs.start_contig("a");
    runs.advance(5);
    runs.add(5, 10);
    runs.advance(10);
    runs.add(10, 12);  // the same depth goes on
    runs.advance(11);
    runs.add(11, 11);  // nothing
    runs.add(20, 22);
    runs.start_contig("b");
    runs.add(0, 3);
    runs.add(0, 2);
    runs.finish();
    EXPECT_EQ(seen, (std::vector<std::string>{"a:5-12=1", "a:20-22=1", "b:0-2=2", "b:2-3=1"}));
}

TEST(DepthRuns, TakesBlocksFarAheadAndAcrossWideGaps) {
    std::vector<std::string> seen;
    DepthRuns runs([&](const DepthRun& run) { seen.push_back(text(run)); });
    runs.start_contig("a");
    runs.add(0, 1'000'000'000'000);
    runs.add(5'000'000, 5'000'001);
    runs.add(131'072, 131'073);
    runs.advance(400'000);
    runs.add(400'000, 531'072);
    runs.advance(7'000'000);
    runs.add(7'000'000, 7'000'002);
    runs.finish();
    EXPECT_EQ(seen,
              (std::vector<std::string>{"a:0-131072=1",
                                        "a:131072-131073=2",
                                        "a:131073-400000=1",
                                        "a:400000-531072=2",
                                        "a:531072-5000000=1",
                                        "a:5000000-5000001=2",
                                        "a:5000001-7000000=1",
                                        "a:7000000-7000002=2",
                                        "a:7000002-1000000000000=1"}));
}

TEST(DepthRuns, AContigKnowsNothingOfTheOneBefore) {
    std::vector<std::string> seen;
    DepthRuns runs([&](const DepthRun& run) { seen.push_back(text(run)); });
    runs.start_contig("a");
    runs.advance(2'500'000);
    runs.add(2'500'000, 2'500'050);
    runs.start_contig("b");
    runs.advance(1000);
    runs.add(1000, 1050);
    runs.add(201'050, 201'100);  // behind an intron wider than the ring
    runs.advance(900'000);
    runs.add(900'000, 900'050);
    runs.finish();
    EXPECT_EQ(
        seen,
        (std::vector<std::string>{
            "a:2500000-2500050=1", "b:1000-1050=1", "b:201050-201100=1", "b:900000-900050=1"}));
}

TEST(DepthRuns, AgreesWithCountingEveryBase) {
    std::mt19937 random(11);
    for (int round = 0; round < 50; ++round) {
        std::vector<std::pair<std::int64_t, std::int64_t>> blocks;
        for (int i = 0; i < 60; ++i) {
            const auto start = static_cast<std::int64_t>(random() % 200);
            blocks.emplace_back(start, start + static_cast<std::int64_t>(random() % 30));
        }
        std::sort(blocks.begin(), blocks.end());
        std::vector<std::int64_t> wanted(300, 0);
        std::vector<std::int64_t> got(300, 0);
        std::int64_t last_end = -1;
        std::int64_t last_depth = 0;
        DepthRuns runs([&](const DepthRun& run) {
            EXPECT_GT(run.depth, 0);
            EXPECT_TRUE(run.start > last_end || (run.start == last_end && run.depth != last_depth));
            last_end = run.end;
            last_depth = run.depth;
            for (std::int64_t p = run.start; p < run.end; ++p) {
                got[static_cast<std::size_t>(p)] = run.depth;
            }
        });
        runs.start_contig("a");
        for (const auto& [start, end] : blocks) {
            runs.advance(start);
            runs.add(start, end);
            for (std::int64_t p = start; p < end; ++p) {
                ++wanted[static_cast<std::size_t>(p)];
            }
        }
        runs.finish();
        EXPECT_EQ(got, wanted);
    }
}

}  // namespace
}  // namespace varhush::io
