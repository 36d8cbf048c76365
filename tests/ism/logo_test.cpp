#include "varhush/report/logo.hpp"

#include "varhush/core/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <regex>

namespace varhush::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct Drawn {
    char base;
    double top;
    double height;
};

std::vector<Drawn> letters(const std::string& svg) {
    const std::regex use(
        "<use href=\"#(.)\" transform=\"translate\\([0-9.]+ ([0-9.]+)\\) scale\\([0-9.]+ "
        "([0-9.]+)\\)");
    std::vector<Drawn> found;
    for (std::sregex_iterator one(svg.begin(), svg.end(), use), end; one != end; ++one) {
        found.push_back({(*one)[1].str()[0], std::stod((*one)[2]), std::stod((*one)[3])});
    }
    return found;
}

TEST(Logo, HeightsAreProportionalAndNegativeOnesHangBelowTheAxis) {
    const auto drawn = letters(logo_svg({{"chr1", 99, "ACGT", {2, -1, 0.5, 0}}}, {}));
    ASSERT_EQ(drawn.size(), 4U);
    EXPECT_EQ(drawn[0].base, 'A');
    EXPECT_NEAR(drawn[1].height, drawn[0].height / 2, 0.01);
    EXPECT_NEAR(drawn[2].height, drawn[0].height / 4, 0.01);
    EXPECT_EQ(drawn[3].height, 0);
    const double axis = drawn[0].top + drawn[0].height;
    EXPECT_NEAR(drawn[1].top, axis, 0.01);
    EXPECT_NEAR(drawn[2].top + drawn[2].height, axis, 0.01);
}

TEST(Logo, RowsShareOneScale) {
    std::vector<double> values(100, 1.0);
    values[0] = 4;
    const auto drawn = letters(logo_svg({{"chr1", 0, std::string(100, 'G'), values}}, {}));
    ASSERT_EQ(drawn.size(), 100U);
    EXPECT_NEAR(drawn[99].height, drawn[0].height / 4, 0.01);
    EXPECT_GT(drawn[99].top, drawn[79].top + 50);  // the second row
}

TEST(Logo, ShowsWhatHasNoValue) {
    const std::string svg = logo_svg({{"chr1", 0, "ANA", {1, kNan, kNan}}}, {});
    EXPECT_EQ(letters(svg).size(), 1U);
    EXPECT_THAT(svg, HasSubstr("chr1:2 N no value"));
    EXPECT_THAT(svg, HasSubstr("chr1:3 A no value"));
}

TEST(Logo, TextIsEscapedAndZerosAreDrawn) {
    const std::string svg = logo_svg({{"a<b&\"c\"", 0, "A", {0}}}, {"<t>", "s > u", "d & e", "y"});
    EXPECT_THAT(svg, HasSubstr("a&lt;b&amp;&quot;c&quot;"));
    EXPECT_THAT(svg, HasSubstr("<title id=\"title\">&lt;t&gt;</title>"));
    EXPECT_THAT(svg, HasSubstr("s &gt; u"));
    EXPECT_THAT(svg, HasSubstr("d &amp; e"));
    EXPECT_THAT(svg, Not(HasSubstr("nan")));
    EXPECT_THAT(svg, Not(HasSubstr("inf")));
}

TEST(Logo, RefusesWhatCannotBeDrawn) {
    EXPECT_THROW(static_cast<void>(logo_svg({{"chr1", 0, "AC", {1}}}, {})), Error);
    const LogoStretch large{"chr1", 0, std::string(4001, 'A'), std::vector<double>(4001)};
    EXPECT_THROW(static_cast<void>(logo_svg({large}, {})), Error);
}

}  // namespace
}  // namespace varhush::report
