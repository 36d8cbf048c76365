#include "apps/bench/figures.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

namespace varhush::apps {
namespace {

using Json = nlohmann::ordered_json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(Figures, AreNamedByTheTextsAndKeysAroundThem) {
    const auto figures = figures_in(Json::parse(R"([
      {"element": "E1", "split": "test", "kind": "", "variants": 9, "pearson": 0.5, "low": 0.4,
       "high": 0.6, "spearman": 0.3},
      {"element": "E2", "split": "test", "variants": 1},
      {"name": "T", "strand": ".", "measure": "auroc", "value": 0.9, "low": 0.8, "high": 1},
      {"name": "T", "strand": ".", "measure": "auroc", "value": 0.7, "low": null, "high": null}])"));
    ASSERT_EQ(figures.size(), 3U);
    EXPECT_EQ(figures[0].name, "E1/test/pearson");
    EXPECT_EQ(figures[0].value, 0.5);
    EXPECT_EQ(figures[0].high, 0.6);
    EXPECT_EQ(figures[1].name, "T/auroc");
    EXPECT_EQ(figures[2].name, "T/auroc#2");
    EXPECT_TRUE(std::isnan(figures[2].low));
}

TEST(Figures, OfNestedReportsTakeTheKeysOnTheWay) {
    const auto figures = figures_in(Json::parse(R"({"no_test_selection": [
      {"test": "P2a", "model": "ensemble", "AUC": {"value": 0.8, "low": 0.7, "high": 0.9}}]})"));
    ASSERT_EQ(figures.size(), 1U);
    EXPECT_EQ(figures[0].name, "no_test_selection/P2a/ensemble/AUC");
}

TEST(Expectations, AreMissedAboveTheIntervalOnly) {
    const double none = std::numeric_limits<double>::quiet_NaN();
    const std::vector<Figure> found{
        {"a", 0.5, 0.4, 0.6}, {"b", none, none, none}, {"c", 0.5, none, none}};
    EXPECT_THAT(missed({{"a", 0.6, 0, 0}, {"a", 0.1, 0, 0}, {"c", 0.5, 0, 0}}, found), IsEmpty());
    EXPECT_THAT(missed({{"a", 0.61, 0, 0}}, found),
                ElementsAre("a: expected 0.6100, found 0.5000 (0.4000 to 0.6000)"));
    EXPECT_THAT(missed({{"c", 0.501, 0, 0}}, found), ElementsAre(HasSubstr("c: expected 0.5010")));
    EXPECT_THAT(missed({{"b", 0.1, 0, 0}}, found), ElementsAre(HasSubstr("found unknown")));
    EXPECT_THAT(missed({{"z", 0.1, 0, 0}}, found), ElementsAre(HasSubstr("no such figure")));
}

TEST(Expectations, MayBeMissedByAToleratedShare) {
    const std::vector<Figure> found{{"a", 80, 75, 82}, {"b", -1, -1, -1}};
    EXPECT_THAT(missed({{"a", 100, 0, 0}}, found, 0.2), IsEmpty());
    EXPECT_THAT(missed({{"a", 103, 0, 0}}, found, 0.2), testing::SizeIs(1));
    EXPECT_THAT(missed({{"b", -0.9, 0, 0}}, found, 0.2), IsEmpty()) << "a share of its size";
    EXPECT_THAT(missed({{"b", -0.8, 0, 0}}, found, 0.2), testing::SizeIs(1));
}

TEST(FiguresSvg, HasALineForEachFigureAndEscapesNames) {
    const std::string svg = figures_svg(
        "a < b", {{"x & y", 0.5, 0.4, 0.6}, {"n", std::nan(""), 0, 0}, {"m", -0.7, -1.3, 0}});
    EXPECT_THAT(svg, HasSubstr("a &lt; b"));
    EXPECT_THAT(svg, HasSubstr(">x &amp; y</text>"));
    EXPECT_THAT(svg, HasSubstr(">unknown</text>"));
    EXPECT_THAT(svg, HasSubstr(">-1.4</text>"));
    EXPECT_THAT(svg, testing::EndsWith("</svg>\n"));
}

TEST(RowsText, ShowsWhatIsMissingAsADot) {
    EXPECT_EQ(
        rows_text({"a", "b", "c"}, {Json{{"a", "x"}, {"b", 0.12345}}, Json{{"a", ""}, {"c", 3}}}),
        "a\tb\tc\nx\t0.123\t.\n.\t.\t3\n");
    EXPECT_EQ(rows_text({"a"}, {Json{{"a", std::nan("")}}}), "a\n.\n");
}

}  // namespace
}  // namespace varhush::apps
