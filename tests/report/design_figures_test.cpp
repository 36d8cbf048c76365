#include "design_page_fixture.hpp"
#include "duplex_text.hpp"
#include "efficacy_figure.hpp"
#include "score_figure.hpp"
#include "transcript_figure.hpp"
#include "transcript_lanes.hpp"

#include <gtest/gtest.h>

#include <numeric>
#include <regex>
#include <string>
#include <vector>

namespace varhush::report::test {
namespace {

/// Values of attribute `name` in elements of class `look`, in their order.
std::vector<double> attributes(const std::string& svg,
                               const std::string& look,
                               const std::string& name) {
    const std::regex form("class=\"" + look + "\"[^>]* " + name + "=\"([-0-9.]+)\"");
    std::vector<double> values;
    for (std::sregex_iterator one(svg.begin(), svg.end(), form), end; one != end; ++one) {
        values.push_back(std::stod((*one)[1]));
    }
    return values;
}

void expect_svg(const std::string& svg) {
    std::string where;
    EXPECT_TRUE(is_balanced(svg, where)) << where;
    EXPECT_EQ(svg.find("nan"), std::string::npos);
}

TEST(TranscriptFigure, PutsSitesWhereTheyAre) {
    sirna::DesignReport report = one_guide();
    const std::string svg = transcript_svg(report, 0);
    expect_svg(svg);
    const TranscriptAxis axis{60};
    ASSERT_EQ(attributes(svg, "chosen", "x").size(), 1U);
    EXPECT_NEAR(attributes(svg, "chosen", "x")[0], axis.x(std::size_t{20}), 0.06);
    EXPECT_NEAR(attributes(svg, "chosen", "width")[0],
                axis.x(std::size_t{39}) - axis.x(std::size_t{20}),
                0.06);
    EXPECT_NE(svg.find("<title>t-1: 21-39, P(silencing"), std::string::npos);
    // A site on another target is not drawn here.
    report.targets.push_back(report.targets[0]);
    EXPECT_EQ(attributes(transcript_svg(report, 1), "chosen", "x").size(), 0U);
}

TEST(TranscriptFigure, ShowsPartsOnlyWhereKnown) {
    sirna::DesignReport report = one_guide();
    EXPECT_EQ(count_of(transcript_svg(report, 0), "class=\"cds\""), 0U);
    sirna::TargetProfile& target = report.targets[0];
    target.cds_start = 6;
    target.cds_end = 36;
    target.region_start = 10;
    target.region_end = 50;
    target.strand = '-';
    target.exons = {{100, 140}, {500, 520}};
    std::string svg = transcript_svg(report, 0);
    const TranscriptAxis axis{60};
    EXPECT_NEAR(attributes(svg, "cds", "x").at(0), axis.x(std::size_t{6}), 0.06);
    EXPECT_NEAR(attributes(svg, "region", "x").at(0), axis.x(std::size_t{10}), 0.06);
    // On the minus strand the last exon of the genome, 20 bases, comes first.
    EXPECT_NEAR(attributes(svg, "exon", "x1").at(0), axis.x(std::size_t{20}), 0.06);
    target.exons.back().end += 1;  // does not spell the target
    EXPECT_EQ(count_of(transcript_svg(report, 0), "class=\"exon\""), 0U);
    target.junction = 30;
    svg = transcript_svg(report, 0);
    EXPECT_NEAR(attributes(svg, "junction", "x1").at(0), axis.x(std::size_t{30}), 0.06);
}

TEST(TranscriptFigure, DrawsVariantsHigherTheMoreFrequent) {
    sirna::DesignReport report = one_guide();
    EXPECT_EQ(count_of(transcript_svg(report, 0), "frequency"), 0U);
    report.targets[0].variants = {{"rare", "", 5, "A", "G", 0.001, false},
                                  {"often", "", 30, "C", "", 0.3, true},
                                  {"unknown", "", 45, "", "GG", sirna::kUnknown, true}};
    const std::string svg = transcript_svg(report, 0);
    expect_svg(svg);
    ASSERT_EQ(attributes(svg, "common", "cy").size(), 2U);
    ASSERT_EQ(attributes(svg, "rare", "cy").size(), 1U);
    EXPECT_LT(attributes(svg, "common", "cy")[0], attributes(svg, "rare", "cy")[0]);
    EXPECT_NE(svg.find("often, C&gt;- on the target, frequency 0.3"), std::string::npos);
    EXPECT_NE(svg.find("unknown, -&gt;GG on the target, frequency unknown"), std::string::npos);
}

TEST(TranscriptFigure, StaysSmallForLongTranscripts) {
    sirna::DesignReport report = one_guide();
    sirna::TargetProfile& target = report.targets[0];
    target.rna.assign(100000, 'A');
    target.unpaired8.assign(100000, 0.3);
    std::fill(target.unpaired8.begin(), target.unpaired8.begin() + 7, sirna::kUnknown);
    target.region_end = 100000;
    for (std::size_t i = 0; i < 5000; ++i) {
        target.variants.push_back({"rs" + std::to_string(i), "", i * 20, "A", "C", 0.2, true});
    }
    for (std::size_t i = 0; i < 400; ++i) {
        report.guides.push_back(report.guides[0]);
        report.guides.back().rank = i + 2;
        report.guides.back().sites[0].start = i * 211;
        report.guides.back().sites[0].end = i * 211 + 19;
    }
    const std::string svg = transcript_svg(report, 0);
    expect_svg(svg);
    EXPECT_LT(svg.size(), 200U << 10);
    EXPECT_EQ(attributes(svg, "common", "cx").size(), 200U);
    EXPECT_EQ(attributes(svg, "chosen", "x").size(), 401U);
}

TEST(TranscriptFigure, BearsTargetsWithoutProfile) {
    sirna::DesignReport report;
    report.targets.emplace_back();
    expect_svg(transcript_svg(report, 0));
    report.targets[0].rna = "ACGU";
    report.targets[0].unpaired8.assign(4, sirna::kUnknown);
    expect_svg(transcript_svg(report, 0));
}

TEST(TranscriptFigure, TellsOutrankedFromRejected) {
    sirna::DesignReport report = one_guide();
    EXPECT_EQ(count_of(transcript_svg(report, 0), "class=\"filtered\""), 0U);
    report.rejected.push_back({"t", 0, 0, 19, "A", .5, .5, {"gc", "top"}, {"", ""}});
    EXPECT_FALSE(was_outranked(report.rejected[0]));
    EXPECT_EQ(count_of(transcript_svg(report, 0), "class=\"filtered\""), 1U);
    EXPECT_EQ(count_of(transcript_svg(report, 0), "class=\"outranked\""), 0U);
    report.rejected.push_back({"t", 0, 1, 20, "A", .5, .5, {"top"}, {""}});
    report.rejected.push_back({"t", 0, 2, 21, "A", .5, .5, {"min-distance"}, {""}});
    EXPECT_TRUE(was_outranked(report.rejected[1]));
    EXPECT_TRUE(was_outranked(report.rejected[2]));
    EXPECT_EQ(count_of(transcript_svg(report, 0), "class=\"outranked\""), 1U);
}

TEST(EfficacyFigure, DrawsDotAndInterval) {
    sirna::DesignReport report = one_guide();
    report.guides.push_back(report.guides[0]);
    report.guides[1].efficacy = {0.2, 0.1, 0.4, 0.02};
    const std::string svg = efficacy_svg(report.guides);
    expect_svg(svg);
    const std::vector<double> dots = attributes(svg, "chosen", "cx");
    const std::vector<double> lines = attributes(svg, "interval", "x1");
    ASSERT_EQ(dots.size(), 2U);
    ASSERT_EQ(lines.size(), 6U);  // a line and two ends each
    EXPECT_NEAR(dots[0] - dots[1], 0.56 * 300, 0.1);
    EXPECT_LT(lines[0], dots[0]);
    EXPECT_NE(svg.find(">0.81</text>"), std::string::npos);
    expect_svg(efficacy_svg({}));
}

TEST(EfficacyFigure, BearsUnknownNumbers) {
    sirna::DesignReport report = one_guide();
    report.guides[0].efficacy = {
        sirna::kUnknown, sirna::kUnknown, sirna::kUnknown, sirna::kUnknown};
    const std::string svg = efficacy_svg(report.guides);
    expect_svg(svg);
    EXPECT_EQ(attributes(svg, "chosen", "cx").size(), 0U);
    EXPECT_NE(svg.find(">\u2013</text>"), std::string::npos);
}

TEST(ScoreFigure, SharesSumToTheScore) {
    const sirna::DesignReport report = designed_gene();
    for (const sirna::DesignedGuide& guide : report.guides) {
        const auto shares = score_shares(guide.parts, report.weights);
        EXPECT_NEAR(std::accumulate(shares.begin(), shares.end(), 0.0), guide.score, 1e-12);
    }
    const std::string svg = score_svg(report.guides, report.weights);
    expect_svg(svg);
    const std::vector<double> widths = attributes(svg, "part-efficacy", "width");
    ASSERT_EQ(widths.size(), report.guides.size());
    EXPECT_NEAR(widths[0], 300 * score_shares(report.guides[0].parts, report.weights)[0], 0.06);
}

TEST(ScoreFigure, LeavesOutWhatIsNotKnown) {
    const sirna::DesignReport report = one_guide();
    const auto shares = score_shares(report.guides[0].parts, report.weights);
    EXPECT_DOUBLE_EQ(shares[0], 0.8125);
    EXPECT_EQ(std::accumulate(shares.begin(), shares.end(), 0.0), shares[0]);
    // Weights that nobody told: no bar, and no number made up.
    EXPECT_EQ(count_of(score_svg(report.guides, {}), "part-"), 0U);
}

TEST(FrontFigure, GoesByLoadOrByAccessibility) {
    sirna::DesignReport report = one_guide();
    report.guides[0].parts.accessibility = 0.3;
    std::string svg = front_svg(report.guides);
    expect_svg(svg);
    EXPECT_NE(svg.find("accessibility of the seed site"), std::string::npos);
    report.guides.push_back(report.guides[0]);
    report.guides[1].front = 2;
    report.guides[1].rank = 2;
    report.guides[1].efficacy.p_effective = 0.5;
    for (std::size_t i = 0; i < 2; ++i) {
        report.guides[i].off_targets.searched = true;
        report.guides[i].off_targets.load = 1.0 + static_cast<double>(i);
    }
    svg = front_svg(report.guides);
    expect_svg(svg);
    EXPECT_NE(svg.find("off-target load"), std::string::npos);
    ASSERT_EQ(attributes(svg, "chosen", "cx").size(), 1U);
    ASSERT_EQ(attributes(svg, "behind", "cx").size(), 1U);
    EXPECT_LT(attributes(svg, "chosen", "cx")[0], attributes(svg, "behind", "cx")[0]);
    EXPECT_LT(attributes(svg, "chosen", "cy")[0], attributes(svg, "behind", "cy")[0]);
    expect_svg(front_svg({}));
    // Equal loads tell nothing apart.
    report.guides[0].off_targets.load = report.guides[1].off_targets.load;
    EXPECT_NE(front_svg(report.guides).find("accessibility of the seed site"), std::string::npos);
}

TEST(FrontFigure, KeepsRanksOffTheScaleAndOffEachOther) {
    sirna::DesignReport report = one_guide();
    report.guides[0].parts.accessibility = 0;
    for (std::size_t i = 1; i < 30; ++i) {
        report.guides.push_back(report.guides[0]);
        report.guides[i].rank = i + 1;
        report.guides[i].efficacy.p_effective = 0.9 + 0.001 * static_cast<double>(i % 10);
    }
    const std::string svg = front_svg(report.guides);
    expect_svg(svg);
    const std::vector<double> points = attributes(svg, "chosen", "cx");
    ASSERT_EQ(points.size(), 30U);
    const std::regex rank("class=\"small\" x=\"([0-9.]+)\" y=\"([0-9.]+)\">([0-9]+)<");
    std::size_t ranks = 0;
    for (std::sregex_iterator one(svg.begin(), svg.end(), rank), end; one != end; ++one) {
        ++ranks;
        EXPECT_GE(std::stod((*one)[1]), points[0] - 14);
    }
    EXPECT_GT(ranks, 0U);
    EXPECT_LT(ranks, 30U);
}

TEST(DuplexText, PairsTheGuideWithItsSite) {
    sirna::DesignReport report = one_guide();
    report.guides[0].guide[3] = 'C';  // position 4 faces an A
    report.guides[0].sites[0].variants.push_back({0, 18, 19});
    EXPECT_EQ(duplex_markup(report, report.guides[0]),
              "<pre aria-label=\"guide on its target\">"
              "target     5'-<i>AAAAAAAAAAAA</i>GCAUGCAUGGAUUCACAUU<i>CCCCCCCCCCCC</i>-3'\n"
              "                          ||||||||||||||| |||\n"
              "guide                3'-ttCGUACGUACCU<b>AAGUCUA</b>A-5'\n"
              "                          ^^\n"
              "</pre>\n");
}

TEST(DuplexText, IsEmptyForWhatDoesNotFit) {
    sirna::DesignReport report = one_guide();
    report.guides[0].sites[0].end = 61;
    EXPECT_EQ(duplex_markup(report, report.guides[0]), "");
    report.guides[0].sites.clear();
    EXPECT_EQ(duplex_markup(report, report.guides[0]), "");
}

}  // namespace
}  // namespace varhush::report::test
