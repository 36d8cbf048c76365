#include "varhush/core/split_list.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace varhush::core {
namespace {

using Parts = std::vector<std::string>;

TEST(SplitList, PiecesBetweenCommasWithoutBlanksAround) {
    EXPECT_EQ(split_list("a,b"), (Parts{"a", "b"}));
    EXPECT_EQ(split_list(" a b ,\tc"), (Parts{"a b", "c"}));
    EXPECT_EQ(split_list("alone"), (Parts{"alone"}));
}

TEST(SplitList, EmptyPiecesAreLeftOut) {
    EXPECT_EQ(split_list(",a,, ,b,"), (Parts{"a", "b"}));
    EXPECT_TRUE(split_list("").empty());
    EXPECT_TRUE(split_list(" ,, ").empty());
}

}  // namespace
}  // namespace varhush::core
