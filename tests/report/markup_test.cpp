#include "markup.hpp"

#include "html_table.hpp"
#include "page_text.hpp"
#include "svg.hpp"
#include "varhush/core/error.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace varhush::report {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(Markup, EscapesWhatHtmlReads) {
    EXPECT_EQ(escaped("a<b>&\"c\""), "a&lt;b&gt;&amp;&quot;c&quot;");
    EXPECT_EQ(escaped("tab\tend\nbell\x07 del\x7f."), "tab end bell  del .");
    EXPECT_EQ(escaped(""), "");
}

TEST(Markup, KeepsUtf8AndReplacesWhatIsNone) {
    const std::string good = "\u00b5\u2013\U0001F9EC";
    EXPECT_EQ(escaped(good), good);
    EXPECT_EQ(escaped("\xff"), "\uFFFD");
    EXPECT_EQ(escaped("\xc3"), "\uFFFD");                      // cut at the end
    EXPECT_EQ(escaped("\xc3<"), "\uFFFD&lt;");                 // cut before markup
    EXPECT_EQ(escaped("\xc0\xbc"), "\uFFFD\uFFFD");            // '<' spelled too long
    EXPECT_EQ(escaped("\xed\xa0\x80"), "\uFFFD\uFFFD\uFFFD");  // a surrogate
    EXPECT_EQ(escaped("\xf4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");
    EXPECT_EQ(escaped("\xe0\x9f\xbf"), "\uFFFD\uFFFD\uFFFD");
}

TEST(Markup, WritesNumbers) {
    EXPECT_EQ(fixed(-0.0, 1), "0.0");
    EXPECT_EQ(coordinate(12), "12");
    EXPECT_EQ(coordinate(12.34), "12.3");
    EXPECT_EQ(coordinate(-0.04), "0");
    EXPECT_EQ(percent(0.863), "86 %");
    EXPECT_EQ(percent(kNan), "\u2013");
    EXPECT_EQ(fixed_or_dash(kNan), "\u2013");
    EXPECT_EQ(number_or_dash(0.01234, 2), "0.012");
    EXPECT_EQ(number_or_dash(kNan), "\u2013");
}

TEST(PageText, LoadsHaveTheDigitsThatMeanSomething) {
    EXPECT_EQ(load_text(0), "0.00");
    EXPECT_EQ(load_text(0.0001), "<0.01");
    EXPECT_EQ(load_text(1.234), "1.23");
    EXPECT_EQ(load_text(45.67), "45.7");
    EXPECT_EQ(load_text(1234.5), "1,235");
    EXPECT_EQ(load_text(kNan), "\u2013");
}

TEST(Markup, ShortensInTheMiddle) {
    EXPECT_EQ(shortened("ENST00000237014.8-12", 20), "ENST00000237014.8-12");
    EXPECT_EQ(shortened("ENST00000237014.8-12", 11), "ENST0\u2026.8-12");
    EXPECT_EQ(shortened("\u00b5\u00b5\u00b5\u00b5\u00b5\u00b5", 4), "\u00b5\u00b5\u2026\u00b5");
    EXPECT_EQ(shortened("\xff\xff\xff\xff\xff\xff", 4), "\xff\xff\u2026\xff");
}

TEST(Markup, StepsAreRound) {
    EXPECT_DOUBLE_EQ(nice_step(1, 4), 0.5);
    EXPECT_DOUBLE_EQ(nice_step(2986, 10), 500);
    EXPECT_DOUBLE_EQ(nice_step(100000, 10), 10000);
    EXPECT_DOUBLE_EQ(nice_step(3, 4), 1);
}

TEST(Svg, SaysWhatItIsAndEscapes) {
    Svg svg(100, "a \"<drawing>\"");
    svg.rect(1, 2, 3, 4, "look", "a<b");
    svg.text(5, 6, "x&y", Anchor::kEnd, "small");
    svg.circle(1.25, 2, 3, "dot");
    EXPECT_EQ(svg.finish(50),
              "<svg role=\"img\" aria-label=\"a &quot;&lt;drawing&gt;&quot;\" viewBox=\"0 0 100 "
              "50\" width=\"100\" height=\"50\">\n"
              "<rect class=\"look\" x=\"1\" y=\"2\" width=\"3\" height=\"4\"><title>a&lt;b</title>"
              "</rect>\n"
              "<text class=\"small\" x=\"5\" y=\"6\" text-anchor=\"end\">x&amp;y</text>\n"
              "<circle class=\"dot\" cx=\"1.3\" cy=\"2\" r=\"3\"/>\n"
              "</svg>\n");
}

TEST(HtmlTable, NamesRowsAndColumns) {
    HtmlTable table("all <of> it");
    table.column("name");
    table.column("n", HtmlTable::Kind::kNumber, "how \"many\"");
    table.row();
    table.cell("<a>");
    table.cell_markup("<b>1</b>");
    const std::string html = table.finish();
    EXPECT_NE(html.find("<caption>all &lt;of&gt; it</caption>"), std::string::npos);
    EXPECT_NE(html.find("<th scope=\"col\" class=\"num\" title=\"how &quot;many&quot;\">n</th>"),
              std::string::npos);
    EXPECT_NE(html.find("<tr><th scope=\"row\">&lt;a&gt;</th><td class=\"num\"><b>1</b></td></tr>"),
              std::string::npos);
}

TEST(HtmlTable, RefusesRowsThatDoNotFit) {
    HtmlTable table("t");
    table.column("one");
    table.column("two");
    table.row();
    table.cell("1");
    EXPECT_THROW((void)table.finish(), Error);
    table.cell("2");
    EXPECT_THROW(table.cell("3"), Error);
}

}  // namespace
}  // namespace varhush::report
