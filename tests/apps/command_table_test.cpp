#include "apps/common/command_table.hpp"

#include <gtest/gtest.h>

#include <array>

namespace varhush::apps {
namespace {

constexpr std::array kTable{Command{"Variants", "score", "score ALT alleles", nullptr},
                            Command{"Variants", "check", "compare with a reference", nullptr},
                            Command{"Tracks", "cover", "coverage", nullptr}};

TEST(CommandTable, FindsByExactName) {
    ASSERT_NE(find_command(kTable, "check"), nullptr);
    EXPECT_EQ(find_command(kTable, "check")->summary, "compare with a reference");
    EXPECT_EQ(find_command(kTable, "chec"), nullptr);
}

TEST(CommandTable, SuggestsTheNearestName) {
    EXPECT_EQ(nearest_name(kTable, "scroe"), "score");
    EXPECT_EQ(nearest_name(kTable, "chek"), "check");
    EXPECT_EQ(nearest_name(kTable, "covers"), "cover");
}

TEST(CommandTable, SuggestsNothingForAnotherWord) {
    EXPECT_EQ(nearest_name(kTable, "annotate"), "");
    EXPECT_EQ(nearest_name(kTable, ""), "");
}

TEST(CommandTable, HelpHasOneHeadingAGroup) {
    EXPECT_EQ(
        table_help(kTable),
        "\nVariants\n  score       score ALT alleles\n  check       compare with a reference\n"
        "\nTracks\n  cover       coverage\n");
}

}  // namespace
}  // namespace varhush::apps
