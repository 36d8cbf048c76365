// `varhush sidesign --html` as users meet it: the page of a real run, and in a real browser.
#include "png_image.hpp"
#include "shell.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

namespace varhush::test {
namespace {

namespace fs = std::filesystem;

const std::string kRun = "varhush sidesign data/demo/target.fa --top 4 --no-version ";

class SidesignHtml : public testing::Test {
  protected:
    ShellResult run(const std::string& script) { return run_shell(script, sandbox_.folder()); }

    void expect_run(const std::string& script) {
        const ShellResult got = run(script);
        ASSERT_EQ(got.exit_code, 0) << got.err;
    }

    [[nodiscard]] std::string file(const std::string& name) const {
        return read_file(sandbox_.folder() / name);
    }

    /// Column `name` of the table guides.tsv, a value a row.
    [[nodiscard]] std::vector<std::string> column(const std::string& name) const {
        std::istringstream lines(file("guides.tsv"));
        std::vector<std::string> values;
        std::ptrdiff_t at = -1;
        for (std::string line; std::getline(lines, line);) {
            if (line.starts_with("##")) {
                continue;
            }
            std::istringstream cells(line);
            std::vector<std::string> row;
            for (std::string cell; std::getline(cells, cell, '\t');) {
                row.push_back(cell);
            }
            if (at < 0) {
                at = std::find(row.begin(), row.end(), name) - row.begin();
            } else {
                values.push_back(row.at(static_cast<std::size_t>(at)));
            }
        }
        return values;
    }

    Sandbox sandbox_;
};

TEST_F(SidesignHtml, TellsWhatTheTableTells) {
    expect_run(kRun + "--html page.html -o guides.tsv");
    const std::string page = file("page.html");
    ASSERT_EQ(column("guide").size(), 4U);
    for (const char* name :
         {"id", "guide", "guide_order", "passenger_order", "control_scrambled"}) {
        for (const std::string& value : column(name)) {
            EXPECT_TRUE(value == "." || page.find(value) != std::string::npos) << value;
        }
    }
    EXPECT_TRUE(page.ends_with("</html>\n"));
    EXPECT_EQ(page.find("varhush version"), std::string::npos);
    EXPECT_EQ(page.find("--no-version"), std::string::npos);
    EXPECT_NE(page.find("model SHA-256"), std::string::npos);
    expect_run("varhush sidesign data/demo/target.fa --top 4 --html page.html -o guides.tsv");
    EXPECT_NE(file("page.html").find("<th scope=\"row\">command</th>"), std::string::npos);
}

TEST_F(SidesignHtml, DoesNotDependOnThreads) {
    expect_run(kRun + "-@ 1 --html one.html -o guides.tsv && " + kRun +
               "-@ 2 --html two.html.gz -o guides.tsv && gzip -dc two.html.gz | cmp - one.html");
}

TEST_F(SidesignHtml, EscapesTheNamesOfTheFasta) {
    expect_run(
        "{ echo '><script>alert(1)</script> <img src=x onerror=alert(2)>'; grep -v '>' "
        "data/demo/target.fa; } > in.fa; varhush sidesign in.fa --top 2 --html page.html -o "
        "guides.tsv");
    const std::string page = file("page.html");
    EXPECT_EQ(page.find("<script"), std::string::npos);
    EXPECT_EQ(page.find("<img"), std::string::npos);
    EXPECT_NE(page.find("&lt;script&gt;alert(1)&lt;/script&gt;-1"), std::string::npos);
}

TEST_F(SidesignHtml, LeavesNothingWhenItCannotBeWritten) {
    const ShellResult got = run(kRun + "-o guides.tsv --html nowhere/page.html");
    EXPECT_EQ(got.exit_code, 6) << got.err;
    EXPECT_NE(got.err.find("nowhere/page.html"), std::string::npos) << got.err;
    EXPECT_FALSE(fs::exists(sandbox_.folder() / "guides.tsv"));
    EXPECT_FALSE(fs::exists(sandbox_.folder() / "guides.tsv.part"));
}

TEST_F(SidesignHtml, OpensInABrowser) {
    if (run("command -v chromium >/dev/null").exit_code != 0) {
        GTEST_SKIP() << "needs chromium";
    }
    expect_run(kRun + "--html page.html -o guides.tsv");
    const std::string browser =
        "HOME=$PWD timeout 120 chromium --headless --no-sandbox --disable-gpu --hide-scrollbars "
        "--user-data-dir=profile --window-size=1200,2400 ";
    expect_run(browser + "--screenshot=page.png \"file://$PWD/page.html\"");
    const report::test::PngImage image = report::test::read_png(sandbox_.folder() / "page.png");
    EXPECT_EQ(image.width, 1200U);
    EXPECT_EQ(image.height, 2400U);
    EXPECT_GT(image.colours(), 50U);
    EXPECT_GT(image.count(0x0072B2), 500U);  // what is drawn of the chosen guides
    const ShellResult dom = run(browser + "--dump-dom \"file://$PWD/page.html\"");
    EXPECT_EQ(dom.exit_code, 0) << dom.err;
    for (const std::string& guide : column("guide")) {
        EXPECT_NE(dom.out.find(">" + guide + "</span></td>"), std::string::npos) << guide;
    }
}

}  // namespace
}  // namespace varhush::test
