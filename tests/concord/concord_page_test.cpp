// The report of `varhush concord --html`: what it tells, and how a browser shows it.
#include "png_image.hpp"
#include "shell.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace varhush::test {
namespace {

const std::string kRun =
    "varhush concord -q --no-version --scores data/demo/concord/scores.vcf.gz --score "
    "VH_TF,VH_MPRA data/demo/concord/counts.vcf.gz --html page.html -o sites.tsv ";

class ConcordPage : public testing::Test {
  protected:
    ShellResult run(const std::string& script) const { return run_shell(script, box_.folder()); }
    void make(const std::string& options = "") const {
        const ShellResult got = run(kRun + options);
        ASSERT_EQ(got.exit_code, 0) << got.err;
    }
    [[nodiscard]] std::string page() const { return read_file(box_.folder() / "page.html"); }
    std::string browse(const std::string& options) const {
        const ShellResult got =
            run("HOME=$PWD timeout 120 chromium --headless --no-sandbox --disable-gpu "
                "--hide-scrollbars "
                "--user-data-dir=profile " +
                options + " \"file://$PWD/page.html\"");
        EXPECT_EQ(got.exit_code, 0) << got.err;
        return got.out;
    }
    [[nodiscard]] bool has_browser() const {
        return run("command -v chromium >/dev/null").exit_code == 0;
    }
    Sandbox box_;
};

std::size_t count_of(const std::string& text, const std::string& piece) {
    std::size_t count = 0;
    for (std::size_t at = text.find(piece); at != std::string::npos;
         at = text.find(piece, at + 1)) {
        ++count;
    }
    return count;
}

TEST_F(ConcordPage, TellsWhatTheTableTells) {
    make();
    const std::string html = page();
    EXPECT_TRUE(html.ends_with("</html>\n"));
    EXPECT_EQ(count_of(html, "<svg role=\"img\""), 5U);  // two a score, the p-values
    // One point a tested site in the plot of each score.
    const std::string tested = run("awk -F'\\t' '$8 == \"OK\"' sites.tsv | wc -l").out;
    EXPECT_EQ(count_of(html, " ALT, q "), std::stoul(tested)) << tested;
    // The most significant site.
    const std::string top = run("awk -F'\\t' '$8 == \"OK\"' sites.tsv | sort -t\"$(printf '\\t')\" "
                                "-g -k15,15 | head -1 "
                                "| awk -F'\\t' '{printf \"%s:%s %s>%s\", $1, $2, $4, $5}'")
                                .out;
    const std::size_t table = html.find("The most significant sites</caption>");
    ASSERT_NE(table, std::string::npos);
    const std::string escaped_top = top.substr(0, top.find('>')) + "&gt;";
    EXPECT_LT(html.find(escaped_top, table), html.find("<tr>", html.find("<tbody>", table) + 20))
        << top;
    EXPECT_EQ(html.find("<script"), std::string::npos);
    EXPECT_EQ(html.find("http"), html.find("http-equiv"));
}

TEST_F(ConcordPage, EscapesNames) {
    std::ofstream(box_.folder() / "counts.tsv")
        << "contig\tposition\tid\tref\talt\tsample\tref_count\talt_count\n"
           "chr22\t20001000\t<img src=x "
           "onerror=alert(1)>\tA\tG\t<script>alert(2)</script>\t60\t10\n";
    const ShellResult got =
        run("varhush concord --scores data/demo/concord/scores.vcf.gz --score VH_TF --assume-het 1 "
            "--min-depth 9 --rho 0 counts.tsv --html page.html -o sites.tsv");
    ASSERT_EQ(got.exit_code, 0) << got.err;
    EXPECT_EQ(page().find("<script"), std::string::npos);
    EXPECT_EQ(page().find("<img"), std::string::npos);
    EXPECT_NE(page().find("&lt;script&gt;alert(2)"), std::string::npos);
    EXPECT_NE(page().find("<th scope=\"row\">command</th>"), std::string::npos);
}

TEST_F(ConcordPage, NothingTestedIsAPageToo) {
    make("--min-depth 100000");
    EXPECT_NE(page().find("LOW_DEPTH"), std::string::npos);
    EXPECT_EQ(page().find(">nan"), std::string::npos);
    EXPECT_EQ(count_of(page(), "<svg role=\"img\""), 0U);
}

TEST_F(ConcordPage, OpensInABrowser) {
    if (!has_browser()) {
        GTEST_SKIP() << "needs chromium";
    }
    make();
    browse("--screenshot=page.png --window-size=1200,2400");
    const report::test::PngImage image = report::test::read_png(box_.folder() / "page.png");
    EXPECT_EQ(image.width, 1200U);
    EXPECT_EQ(image.height, 2400U);
    EXPECT_GT(image.colours(), 50U);
    EXPECT_EQ(image.pixels.front(), 0xFFFFFFU);
    EXPECT_GT(image.count(0x0072B2), 2000U);  // sites as predicted, bins and their intervals
    EXPECT_GT(image.count(0xD55E00), 200U);   // sites against the prediction
    EXPECT_GT(image.count(0xCFD6DC), 500U);   // those that are not significant
    const std::string dom = browse("--dump-dom");
    EXPECT_NE(dom.find("</footer>"), std::string::npos);
    EXPECT_EQ(count_of(dom, "<h3>"), 2U);
}

}  // namespace
}  // namespace varhush::test
