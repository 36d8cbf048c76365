#include "varhush/report/guide_table.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <sstream>
#include <string>
#include <vector>

namespace varhush::report {
namespace {

using Json = nlohmann::json;

std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> all;
    std::stringstream stream(text);
    for (std::string line; std::getline(stream, line);) {
        all.push_back(line);
    }
    return all;
}

std::vector<std::string> fields(const std::string& line) {
    std::vector<std::string> all;
    std::stringstream stream(line);
    for (std::string one; std::getline(stream, one, '\t');) {
        all.push_back(one);
    }
    return all;
}

/// The value of a column in a row of a table without "##" lines in front.
std::string value(const std::string& table, const std::string& column, std::size_t row) {
    std::vector<std::string> rows;
    for (const std::string& line : lines(table)) {
        if (!line.starts_with("##")) {
            rows.push_back(line);
        }
    }
    const auto names = fields(rows.at(0));
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == column) {
            return fields(rows.at(row + 1)).at(i);
        }
    }
    return "no column " + column;
}

/// One guide on two isoforms, the first spliced on the minus strand, with a variant.
sirna::DesignReport example() {
    sirna::DesignReport report;
    report.model = "m";
    sirna::TargetProfile target;
    target.name = "T1";
    target.gene = "GENE";
    target.rna = std::string(100, 'A');
    target.contig = "chr1";
    target.strand = '-';
    target.exons = {{100, 150}, {200, 250}};
    target.variants.push_back({"rs1", "chr1:148 C>T", 52, "G", "A", 0.125, true});
    report.targets = {target, target};
    report.targets[1].name = "T\t2";
    report.targets[1].contig.clear();
    sirna::DesignedGuide guide;
    guide.id = "GENE-1";
    guide.unit = "GENE";
    guide.rank = 1;
    guide.guide = "UUUUUUUUUUUUUUUUUUU";
    guide.guide_strand = guide.guide + "tt";
    guide.passenger = std::string(19, 'A');
    guide.passenger_strand = guide.passenger + "tt";
    guide.efficacy = {0.8, 0.5, 0.95, 0.7345};
    guide.population_coverage = 0.875;
    guide.sites = {{.target = 0,
                    .start = 40,
                    .end = 59,
                    .genome = {{141, 150}, {200, 210}},
                    .variants = {{0, 7, 7}}},
                   {.target = 1, .start = 10, .end = 29}};
    guide.why = {"because"};
    report.guides = {guide};
    report.rejected = {{"GENE", 0, 3, 22, "NNN", sirna::kUnknown, 0.5, {"n", "gc"}, {"a", "b"}}};
    report.candidates = 3;
    report.notes = {"one\nnote"};
    return report;
}

TEST(GuideTable, HasARowForEachPlace) {
    const std::string table = guides_tsv(example());
    EXPECT_EQ(value(table, "start", 0), "41");
    EXPECT_EQ(value(table, "end", 0), "59");
    EXPECT_EQ(value(table, "genome", 0), "chr1:142-150,201-210");
    EXPECT_EQ(value(table, "variants", 0), "rs1:7:0.125");
    EXPECT_EQ(value(table, "population_coverage", 0), "87.5");
    EXPECT_EQ(value(table, "p_effective", 0), "0.7345");
    EXPECT_EQ(value(table, "off_load", 0), ".");
    EXPECT_EQ(value(table, "off_guide", 0), ".");
    EXPECT_EQ(value(table, "target", 1), "T 2");
    EXPECT_EQ(value(table, "genome", 1), ".");
    EXPECT_EQ(value(table, "start", 1), "11");
    EXPECT_NE(table.find("##note=one note\n"), std::string::npos);
}

TEST(GuideTable, HasItsColumnsWithoutGuides) {
    sirna::DesignReport report = example();
    const std::string full = guides_tsv(report);
    report.guides.clear();
    const auto names = [](const std::string& table) {
        for (const std::string& line : lines(table)) {
            if (!line.starts_with("##")) {
                return line;
            }
        }
        return std::string();
    };
    EXPECT_EQ(names(guides_tsv(report)), names(full));
    EXPECT_TRUE(
        names(full).starts_with("id\tunit\trank\tfront\tscore\ttarget\tgene\tstart\tend\t"));
}

TEST(GuideTable, RejectedHaveReasonsAndDetails) {
    const std::string table = rejected_tsv(example());
    EXPECT_EQ(lines(table).back(), "GENE\tT1\t4\t22\tNNN\t.\t0.5\tn;gc\ta; b");
}

TEST(GuideTable, BedIsZeroBasedAndAntisense) {
    EXPECT_EQ(lines(transcript_bed(example()))[0], "T1\t40\t59\tGENE-1\t735\t-");
    // The transcript is on the minus strand, so the guide is on the plus strand.
    EXPECT_EQ(genome_bed(example()),
              "chr1\t141\t210\tGENE-1\t735\t+\t141\t210\t0\t2\t9,10,\t0,59,\n");
}

TEST(GuideTable, FastaHasOverhangsAsThymine) {
    EXPECT_EQ(guides_fasta(example()),
              ">GENE-1_guide\nUUUUUUUUUUUUUUUUUUUTT\n>GENE-1_passenger\n"
              "AAAAAAAAAAAAAAAAAAATT\n");
}

TEST(GuideTable, JsonSaysWhatIsNotKnown) {
    const Json json = Json::parse(guides_json(example()));
    EXPECT_EQ(json["candidates"], 3);
    EXPECT_EQ(json["rejected"], 1);
    EXPECT_EQ(json["targets"][0]["genome"]["exons"], Json::parse("[[100,150],[200,250]]"));
    const Json& guide = json["guides"][0];
    EXPECT_TRUE(guide["score"].is_null());
    EXPECT_TRUE(guide["allele"].is_null());
    EXPECT_EQ(guide["off_targets"]["searched"], false);
    EXPECT_EQ(guide["p_effective"], 0.7345);
    EXPECT_EQ(guide["sites"][0]["variants"][0]["guide_positions"], Json::parse("[7,7]"));
    EXPECT_EQ(guide["why"][0], "because");
    EXPECT_FALSE(json.contains("version"));
}

}  // namespace
}  // namespace varhush::report
