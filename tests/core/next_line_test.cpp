#include "varhush/core/next_line.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace varhush::core {
namespace {

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    for (std::string_view line; next_line(text, line);) {
        lines.emplace_back(line);
    }
    return lines;
}

TEST(NextLine, TakesBothLineEndsAndALastLineWithoutOne) {
    EXPECT_EQ(lines_of("a\nb\r\n\nc"), (std::vector<std::string>{"a", "b", "", "c"}));
    EXPECT_EQ(lines_of("a\n"), (std::vector<std::string>{"a"}));
    EXPECT_TRUE(lines_of("").empty());
}

}  // namespace
}  // namespace varhush::core
