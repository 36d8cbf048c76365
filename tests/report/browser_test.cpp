// The page as a browser shows it: Chromium without a screen, opening the file from disk.
#include "design_page_fixture.hpp"
#include "png_image.hpp"
#include "shell.hpp"
#include "varhush/report/design_page.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

namespace varhush::report::test {
namespace {

// Colours of the style sheet.
constexpr std::uint32_t kPaper = 0xFFFFFF;
constexpr std::uint32_t kChosen = 0x0072B2;
constexpr std::uint32_t kDarkPaper = 0x14181C;
constexpr std::uint32_t kDarkChosen = 0x5BB4EC;

class Browser : public testing::Test {
  protected:
    void SetUp() override {
        if (run("command -v chromium >/dev/null").exit_code != 0) {
            GTEST_SKIP() << "needs chromium";
        }
    }

    varhush::test::ShellResult run(const std::string& script) {
        return varhush::test::run_shell(script, sandbox_.folder());
    }

    void write_page(const sirna::DesignReport& report) {
        std::ofstream(sandbox_.folder() / "page.html", std::ios::binary) << design_page(report);
    }

    /// Standard output of the browser, the page being its last argument.
    std::string browse(const std::string& options) {
        // No sandbox: tests may run as root; its own profile: users have theirs open.
        const auto got =
            run("HOME=$PWD timeout 120 chromium --headless --no-sandbox --disable-gpu "
                "--hide-scrollbars --user-data-dir=profile " +
                options + " \"file://$PWD/page.html\"");
        EXPECT_EQ(got.exit_code, 0) << got.err;
        return got.out;
    }

    PngImage screenshot(const std::string& options) {
        browse("--screenshot=page.png --window-size=1200,2400 " + options);
        return read_png(sandbox_.folder() / "page.png");
    }

    varhush::test::Sandbox sandbox_;
};

TEST_F(Browser, ShowsThePage) {
    write_page(designed_gene());
    const PngImage image = screenshot("");
    EXPECT_EQ(image.width, 1200U);
    EXPECT_EQ(image.height, 2400U);
    EXPECT_GT(image.colours(), 50U);
    EXPECT_EQ(image.pixels.front(), kPaper);
    // The dots, bars and sites of the figures.
    EXPECT_GT(image.count(kChosen), 1000U);
}

TEST_F(Browser, TurnsDarkWithTheReadersSystem) {
    write_page(designed_gene());
    const PngImage image = screenshot("--blink-settings=preferredColorScheme=0");
    EXPECT_EQ(image.pixels.front(), kDarkPaper);
    EXPECT_GT(image.count(kDarkChosen), 1000U);
    EXPECT_LT(image.count(kPaper), 1000U);
}

TEST_F(Browser, ReadsItAsItWasMeant) {
    const sirna::DesignReport& report = designed_gene();
    write_page(report);
    const std::string dom = browse("--dump-dom");
    for (const sirna::DesignedGuide& guide : report.guides) {
        EXPECT_NE(dom.find(">" + guide.guide + "</span></td>"), std::string::npos) << guide.id;
    }
    EXPECT_EQ(count_of(dom, "<article"), report.guides.size());
    EXPECT_NE(dom.find("</footer>"), std::string::npos);
}

TEST_F(Browser, RunsNothingThatANameHolds) {
    const std::string hostile =
        "</title></style><script>document.body.id='broken'</script><img src=x "
        "onerror=\"document.body.id='broken'\">";
    sirna::DesignReport report = one_guide();
    report.targets[0].name = hostile;
    report.targets[0].gene = hostile;
    report.guides[0].id = "\"><svg onload=\"document.body.id='broken'\">" + hostile;
    report.notes = {hostile};
    write_page(report);
    const std::string dom = browse("--dump-dom");
    EXPECT_EQ(dom.find("<body id"), std::string::npos);
    EXPECT_EQ(dom.find("<script"), std::string::npos);
    EXPECT_EQ(dom.find("<img"), std::string::npos);
    EXPECT_NE(dom.find("&lt;script&gt;document.body.id"), std::string::npos);
}

}  // namespace
}  // namespace varhush::report::test
