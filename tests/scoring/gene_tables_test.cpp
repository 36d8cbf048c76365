#include "scorer_fixture.hpp"
#include "varhush/core/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace varhush::scoring::test {
namespace {

using seq::Interval;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string refusal(const std::string& text) {
    try {
        static_cast<void>(PasTable::from_tsv(text, "pas.tsv"));
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kInput);
        return error.what();
    }
    return "";
}

seq::Transcript transcript(const std::string& gene,
                           char strand,
                           Interval span,
                           const std::string& gene_type = "",
                           const std::string& biotype = "") {
    seq::Transcript result;
    result.id = gene + "-1";
    result.gene_id = gene;
    result.gene_name = gene;
    result.contig = "1";
    result.strand = strand;
    result.span = span;
    result.gene_biotype = gene_type;
    result.biotype = biotype;
    return result;
}

std::vector<std::string> ids(const std::vector<GeneMask>& masks) {
    std::vector<std::string> result;
    for (const GeneMask& mask : masks) {
        result.push_back(mask.gene->id);
    }
    return result;
}

TEST(GeneTable, TakesTheHalfOpenEndAsStartOfTheMinusStrand) {
    const seq::GeneModels models({transcript("P", '+', {100, 200}),
                                  transcript("M", '-', {20, 200}),
                                  transcript("N", '-', {20, 100})});
    const GeneTable table(models);
    EXPECT_THAT(ids(table.with_start_in({"chr1", 100, 200, '.'})), ElementsAre("P", "N"));
    EXPECT_THAT(ids(table.with_start_in({"chr1", 101, 201, '.'})), ElementsAre("M"));
    const auto masks = table.with_start_in({"1", 100, 200, '.'});
    EXPECT_THAT(masks[1].positions, IsEmpty()) << "the gene starts here but has no base here";
}

TEST(GeneTable, AGeneReachesOverAllItsTranscripts) {
    const seq::GeneModels models({transcript("A", '+', {100, 120}),
                                  transcript("B", '-', {115, 400}),
                                  transcript("A", '+', {300, 320})});
    const GeneTable table(models);
    ASSERT_EQ(table.genes().size(), 2U);
    EXPECT_EQ(table.genes()[0].body, (Interval{100, 320}));
    const auto over = [&](std::int64_t start, const std::string& ref, const std::string& alt) {
        std::string names;
        for (const Gene* gene : table.overlapping({"chr1", start, ref, alt})) {
            names += gene->id;
        }
        return names;
    };
    EXPECT_EQ(over(200, "A", "C"), "AB");
    EXPECT_EQ(over(99, "A", "C"), "");
    EXPECT_EQ(over(99, "A", "CC"), "A") << "an insertion reaches as far as its letters";
    EXPECT_EQ(over(319, "A", "C"), "AB");
    EXPECT_EQ(over(320, "A", "C"), "B");
}

TEST(GeneTable, KnowsProteinCodingGenesWhereTheFileDoes) {
    const seq::GeneModels typed({transcript("A", '+', {1, 9}, "protein_coding", "retained_intron"),
                                 transcript("B", '+', {1, 9}, "lncRNA", "lncRNA"),
                                 transcript("C", '+', {1, 9}, "", "mRNA"),
                                 transcript("D", '+', {1, 9}, "", "tRNA")});
    const GeneTable table(typed);
    EXPECT_TRUE(table.protein_coding(table.genes()[0]));
    EXPECT_FALSE(table.protein_coding(table.genes()[1]));
    EXPECT_TRUE(table.protein_coding(table.genes()[2]));
    EXPECT_FALSE(table.protein_coding(table.genes()[3]));
    const seq::GeneModels bare({transcript("A", '+', {1, 9})});
    const GeneTable without(bare);
    EXPECT_TRUE(without.protein_coding(without.genes()[0]));
}

TEST(GeneIdentifiers, LoseTheVersionOfEnsemblAlone) {
    EXPECT_EQ(without_version("ENSG00000000001.5"), "ENSG00000000001");
    EXPECT_EQ(without_version("ENSG00000182378.16_PAR_Y"), "ENSG00000182378");
    EXPECT_EQ(without_version("RP11-34P13.7"), "RP11-34P13.7");
}

TEST(SpliceSiteTable, DonorIsTheLastExonBaseAndAcceptorTheFirstOfTheNext) {
    seq::Transcript plus = transcript("P", '+', {100, 400});
    plus.exons = {{100, 150}, {200, 260}, {260, 280}, {300, 400}};
    seq::Transcript minus = transcript("M", '-', {100, 400});
    minus.exons = {{100, 150}, {200, 400}};
    const SpliceSiteTable table(seq::GeneModels({plus, minus, plus}));
    const models::SpliceSiteRows all = table.inside({"chr1", 90, 500, '.'});
    EXPECT_THAT(all[0], ElementsAre(149 - 90, 279 - 90));
    EXPECT_THAT(all[1], ElementsAre(200 - 90, 300 - 90));
    EXPECT_THAT(all[2], ElementsAre(200 - 90));
    EXPECT_THAT(all[3], ElementsAre(149 - 90));
    EXPECT_THAT(table.inside({"1", 150, 200, '.'})[1], IsEmpty());
    EXPECT_THAT(table.inside({"1", 150, 201, '.'})[1], ElementsAre(50));
    EXPECT_THAT(table.inside({"7", 0, 500, '.'})[0], IsEmpty());
}

TEST(PasTable, KeepsTheOrderOfTheFile) {
    const PasTable table = PasTable::from_tsv(
        "x\tgene_id\tEnd\tStart\tpas_strand\n"
        "1\tENSG01.1\t21\t20\t+\r\n"
        "1\tENSG01.7\t11\t10\t-\n"
        "1\tENSG02.1\t31\t30\t+\n",
        "pas.tsv");
    ASSERT_EQ(table.sites("ENSG01.3").size(), 2U);
    EXPECT_EQ(table.sites("ENSG01")[0].start, 20);
    EXPECT_EQ(table.sites("ENSG01")[1].strand, '-');
    EXPECT_TRUE(table.sites("ENSG03").empty());
    EXPECT_EQ(table.genes(), 2U);
}

TEST(PasTable, RefusesMalformedTables) {
    const std::string header = "Start\tEnd\tpas_strand\tgene_id\n";
    EXPECT_THAT(refusal(""), HasSubstr("the file is empty"));
    EXPECT_THAT(refusal("Start\tEnd\tpas_strand\n"),
                HasSubstr("pas.tsv:1: the header has no column gene_id"));
    EXPECT_THAT(refusal(header), HasSubstr("holds no polyadenylation site"));
    EXPECT_THAT(refusal(header + "1\t2\t+\n"), HasSubstr("pas.tsv:2: expected 4 columns"));
    EXPECT_THAT(refusal(header + "x\t2\t+\tG\n"), HasSubstr("column Start is 'x'"));
    EXPECT_THAT(refusal(header + "1\t2\t.\tG\n"), HasSubstr("column pas_strand is '.'"));
    EXPECT_THAT(refusal(header + "2\t2\t+\tG\n"), HasSubstr("ends before it starts"));
    EXPECT_THAT(refusal(header + "1\t2\t+\t\n"), HasSubstr("column gene_id is empty"));
    EXPECT_THAT(refusal("ARROW1\1\2"), HasSubstr("is a Feather file"));
}

}  // namespace
}  // namespace varhush::scoring::test
