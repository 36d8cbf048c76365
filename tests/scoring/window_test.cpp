#include "varhush/scoring/window.hpp"

#include "scorer_fixture.hpp"
#include "varhush/core/error.hpp"

#include <gtest/gtest.h>

namespace varhush::scoring::test {
namespace {

nlohmann::json cases() {
    return nlohmann::json::parse(read_text(scorer_file("scorers_cases.json")));
}

TEST(ScoreWindow, ResizesAsTheOfficialCode) {
    std::size_t compared = 0;
    const nlohmann::json all = cases();
    for (const auto& row : all.at("resize")) {
        const ScoreWindow window = parse_window(row[0]);
        const auto width = row[1].get<std::int64_t>();
        EXPECT_EQ(resized(window, width).to_text(), row[2]) << row;
        EXPECT_EQ(resized(window, width).width(), width);
        ++compared;
    }
    EXPECT_EQ(compared, 24U);
}

TEST(ScoreWindow, PutsASingleBaseLeftOfTheMiddle) {
    const ScoredVariant snv{"chr1", 100, "A", "C"};
    const ScoreWindow window = window_round(snv, 16);
    EXPECT_EQ(window.to_text(), "chr1:93-109:.");
    EXPECT_EQ(snv.start - window.start, 16 / 2 - 1);
    EXPECT_EQ(window_round({"chr1", 2, "A", "C"}, 16).start, -5);
    // An insertion without a base of its own lies between two bases, which are the middle ones.
    EXPECT_EQ(window_round({"chr1", 100, "", "C"}, 16).to_text(), "chr1:92-108:.");
}

TEST(ScoreWindow, BuildsSequencesAsTheOfficialCode) {
    std::size_t compared = 0;
    const nlohmann::json all = cases().at("variant_sequences");
    seq::StringReference reference;
    reference.add("chr1", all.at("chromosome"));
    for (const auto& row : all.at("cases")) {
        const ScoreWindow window{"chr1",
                                 row["interval"][0],
                                 row["interval"][1],
                                 row["interval"][2].get<std::string>().front()};
        const ScoredVariant variant{
            "chr1", row["position"].get<std::int64_t>() - 1, row["ref"], row["alt"]};
        EXPECT_EQ(ref_sequence(reference, window, variant), row["ref_sequence"]) << row;
        EXPECT_EQ(alt_sequence(reference, window, variant), row["alt_sequence"]) << row;
        ++compared;
    }
    EXPECT_EQ(compared, 10U);
}

TEST(ScoreWindow, SequencesAreAsWideAsTheWindowWhateverTheVariant) {
    seq::StringReference reference;
    reference.add("chr1", "ACGTTGCATGCAAGCTTGCACCGGATATTTAGCACG");
    for (const std::string ref : {"", "A", "ACGT", "ACGTTGCATGCAAGC"}) {
        for (const std::string alt : {"", "T", "TTTTTTTTTTTTTTTTTTT"}) {
            for (std::int64_t start = 0; start < 40; ++start) {
                const ScoreWindow window{"chr1", 10, 26, '.'};
                const ScoredVariant variant{"chr1", start, ref, alt};
                EXPECT_EQ(ref_sequence(reference, window, variant).size(), 16U);
                EXPECT_EQ(alt_sequence(reference, window, variant).size(), 16U);
            }
        }
    }
    const ScoreWindow window{"chr1", 10, 26, '.'};
    EXPECT_EQ(alt_sequence(reference, window, {"chr2", 12, "A", "TTT"}),
              reference.fetch("chr1", 10, 26));
    // Without a base of their own, spellings of one insertion give one sequence.
    EXPECT_EQ(alt_sequence(reference, window, {"chr1", 15, "", "AAA"}),
              alt_sequence(reference, window, {"chr1", 14, "C", "CAAA"}));
}

TEST(ScoredVariant, PrintsOneBasedPositions) {
    EXPECT_EQ((ScoredVariant{"chr22", 36201697, "A", "C"}).to_text(), "chr22:36201698:A>C");
    EXPECT_EQ((ScoreWindow{"chr1", -5, 10, '-'}).to_text(), "chr1:-5-10:-");
}

}  // namespace
}  // namespace varhush::scoring::test
