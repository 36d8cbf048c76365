#include "varhush/scoring/tidy_table.hpp"

#include "scorer_fixture.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace varhush::scoring::test {
namespace {

/// The scorer's result; of junctions, whose counts the fixture does not hold for this variant, the
/// recorded one.
ScoreTable result_of(const ScorerFixture& fixture,
                     const std::string& name,
                     const ScorerSpec& spec) {
    if (spec.kind != ScorerKind::kSpliceJunction) {
        return fixture.score(spec, fixture.variant(name));
    }
    ScoreTable table;
    table.output = spec.output;
    table.channels = fixture.selection.of(spec.output);
    for (const auto& row : fixture.cases.at(name).at("junction_rows")) {
        for (const Gene& gene : fixture.genes.genes()) {
            if (gene.id == row["gene_id"]) {
                ScoreRow& added = table.rows.emplace_back();
                added.gene = &gene;
                added.junction = seq::Interval{row["junction_Start"], row["junction_End"]};
            }
        }
    }
    table.values = numbers(fixture.expected, name + "/" + spec.name());
    return table;
}

std::string all_but_last(const std::string& line) {
    return line.substr(0, line.rfind('\t'));
}

double last_number(const std::string& line) {
    return std::stod(line.substr(line.rfind('\t') + 1));
}

TEST(TidyTable, PrintsTheOfficialTable) {
    const ScorerFixture fixture;
    const TidyTable tidy(fixture.tracks, fixture.selection);
    const auto wanted = split(read_text(scorer_file("scorers_tidy_expected.tsv")), '\n');
    EXPECT_EQ(tidy.header(), wanted[0] + "\n");
    std::string text;
    for (const char* const scorers :
         {"CenterMask:ATAC:501:DIFF_LOG2_SUM,CenterMask:CHIP_HISTONE:2001:ACTIVE_SUM,ContactMap,"
          "RNA_SEQ,RNA_SEQ_ACTIVE,SPLICE_SITES,SPLICE_SITE_USAGE,POLYADENYLATION",
          "SPLICE_JUNCTIONS"}) {
        for (const char* const name : {"snv", "del3"}) {
            for (const ScorerSpec& spec : parse_scorers(scorers)) {
                tidy.append(fixture.variant(name),
                            fixture.window,
                            spec,
                            result_of(fixture, name, spec),
                            text);
            }
        }
    }
    const auto found = split(text, '\n');
    ASSERT_EQ(found.size(), wanted.size() - 1);  // the header; both end in a line end
    EXPECT_EQ(found.size(), 101U);
    for (std::size_t i = 0; i + 1 < found.size(); ++i) {
        const std::string& line = wanted[i + 1];
        ASSERT_EQ(all_but_last(found[i]), all_but_last(line)) << "row " << i;
        EXPECT_EQ(difference({last_number(found[i])}, {last_number(line)}), "") << line;
    }
}

TEST(TidyTable, IntervalRowsHaveNoVariant) {
    const ScorerFixture fixture;
    const TidyTable tidy(fixture.tracks, fixture.selection, true);
    EXPECT_EQ(split(tidy.header(), '\t')[0], "scored_interval");
    EXPECT_NE(tidy.header().find("\tinterval_scorer\t"), std::string::npos);
    ScoreTable table;
    table.output = models::OutputType::kRnaSeq;
    table.channels = {1, 2};
    table.rows.push_back({&fixture.genes.genes()[0], std::nullopt});
    table.values = {1, std::nan("")};
    std::string text;
    tidy.append(fixture.window, {}, table, text);
    EXPECT_EQ(text,
              "chr1:10000-14096:.\tENSG01\tAAA\tprotein_coding\t+\t\t\tRNA_SEQ\tGeneMaskScorer("
              "requested_output=RNA_SEQ, width=200001, aggregation_type=MEAN)\tr2\t.\t\t\t\t\t\t"
              "Liver\t\n")
        << "the '-' track of a '+' gene is left out, a missing number is empty";
}

TEST(TidyTable, LeavesOutColumnsWithoutValues) {
    const ScorerFixture fixture;
    const TrackSelection rna = select_tracks(fixture.tracks, TrackFilter("output=RNA_SEQ"), {});
    const auto columns = split(TidyTable(fixture.tracks, rna).header(), '\t');
    EXPECT_EQ(columns.size(), 12U + 2);
    EXPECT_EQ(columns[12], "gtex_tissue");
}

}  // namespace
}  // namespace varhush::scoring::test
