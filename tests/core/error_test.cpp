#include "varhush/core/error.hpp"

#include <gtest/gtest.h>

namespace varhush {
namespace {

TEST(Error, KindsHaveTheExitCodesOfTheHouseTable) {
    EXPECT_EQ(exit_code(ErrorKind::kInternal), 1);
    EXPECT_EQ(exit_code(ErrorKind::kUsage), 2);
    EXPECT_EQ(exit_code(ErrorKind::kInput), 3);
    EXPECT_EQ(exit_code(ErrorKind::kModel), 5);
    EXPECT_EQ(exit_code(ErrorKind::kOutput), 6);
    EXPECT_EQ(exit_code(ErrorKind::kResume), 7);
}

TEST(Check, ThrowsAnInternalErrorThatNamesTheCondition) {
    try {
        VARHUSH_CHECK(1 + 1 == 3);
        FAIL() << "no exception";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kInternal);
        EXPECT_NE(std::string(error.what()).find("1 + 1 == 3"), std::string::npos);
    }
}

}  // namespace
}  // namespace varhush
