#include "varhush/scoring/background_reference.hpp"

#include "varhush/core/error.hpp"
#include "varhush/scoring/score_reduction.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace varhush::scoring {
namespace {

TEST(BackgroundReference, ShowsTheAltWherePartOfItIsFetched) {
    seq::StringReference reference;
    reference.add("chr1", "AACCGGTT");
    reference.add("chr2", "AACCGGTT");
    const BackgroundReference background(reference,
                                         {{"chr1", 2, "CCG", "TTT"}, {"chr1", 7, "T", "A"}});
    EXPECT_EQ(background.fetch("chr1", 0, 8), "AATTTGTA");
    EXPECT_EQ(background.fetch("chr1", 3, 4), "T");
    EXPECT_EQ(background.fetch("chr1", 4, 6), "TG");
    EXPECT_EQ(background.fetch("chr1", -1, 3), "NAAT");
    EXPECT_EQ(background.fetch("chr1", 7, 10), "ANN");
    EXPECT_EQ(background.fetch("chr2", 0, 8), "AACCGGTT");
    EXPECT_EQ(background.length_bp("chr1"), 8);
}

TEST(BackgroundReference, RefusesWhatDoesNotFit) {
    seq::StringReference reference;
    reference.add("chr1", "AACCGGTT");
    const auto kind = [&](const ScoredVariant& variant) {
        try {
            const BackgroundReference background(reference, {variant});
        } catch (const Error& error) {
            return error.kind();
        }
        return ErrorKind::kInternal;
    };
    EXPECT_EQ(kind({"chr1", 2, "CC", "T"}), ErrorKind::kUsage);
    EXPECT_EQ(kind({"chr1", 2, "CG", "TT"}), ErrorKind::kInput);
    EXPECT_EQ(kind({"chr1", 7, "TT", "AA"}), ErrorKind::kInput);
    EXPECT_EQ(kind({"chr3", 2, "C", "T"}), ErrorKind::kInput);
}

TEST(ParseVariant, ReadsTheUsualForms) {
    const ScoredVariant expected{"chr1", 99, "AC", "GT"};
    for (const char* text : {"chr1:100:AC>GT", "chr1:100:ac:gt", "chr1-100-AC-GT"}) {
        EXPECT_EQ(parse_variant(text), expected) << text;
    }
    EXPECT_EQ(parse_variant("HLA-A*01:01:5:A>C").contig, "HLA-A*01:01");
    for (const char* text : {"",
                             "chr1",
                             "chr1:5",
                             "chr1:5:A",
                             "chr1:5:A>",
                             "chr1:5:>A",
                             "chr1:0:A>C",
                             "chr1:x:A>C",
                             "chr1:5:A>N",
                             ":5:A>C",
                             "chr1:5:A>C:G",
                             "chr1:-5:A>C extra"}) {
        EXPECT_THROW(parse_variant(text), Error) << text;
    }
}

TEST(ScoreReduction, LeavesOutWhatIsNotThere) {
    constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
    const Gene one{"ENSG00000000001.3", "ONE", "", "chr1", '+', {}};
    const Gene two{"G2", "TWO", "", "chr1", '-', {}};
    ScoreTable table;
    table.channels = {0, 1, 2};
    table.rows.resize(2);
    table.rows[0].gene = &one;
    table.rows[1].gene = &two;
    table.values = {1, kNan, -3, kNan, 2, 2};
    EXPECT_DOUBLE_EQ(reduced(table, ScoreReduction::kMean, ""), 0.5);
    EXPECT_DOUBLE_EQ(reduced(table, ScoreReduction::kMax, ""), -3);
    EXPECT_DOUBLE_EQ(reduced(table, ScoreReduction::kMean, "ONE"), -1);
    EXPECT_DOUBLE_EQ(reduced(table, ScoreReduction::kMean, "ENSG00000000001"), -1);
    EXPECT_DOUBLE_EQ(reduced(table, ScoreReduction::kMax, "G2"), 2);
    EXPECT_TRUE(std::isnan(reduced(table, ScoreReduction::kMean, "THREE")));
    EXPECT_TRUE(std::isnan(reduced({}, ScoreReduction::kMax, "")));
}

}  // namespace
}  // namespace varhush::scoring
