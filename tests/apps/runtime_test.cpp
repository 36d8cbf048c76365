#include "apps/common/runtime.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace varhush::apps {
namespace {

int threads_of(std::vector<const char*> arguments) {
    arguments.insert(arguments.begin(), "varhush");
    return requested_threads(static_cast<int>(arguments.size()), arguments.data());
}

TEST(RequestedThreads, EveryFormIsRead) {
    EXPECT_EQ(threads_of({"score", "-@", "4", "in.vcf"}), 4);
    EXPECT_EQ(threads_of({"score", "-@4"}), 4);
    EXPECT_EQ(threads_of({"score", "--threads", "4"}), 4);
    EXPECT_EQ(threads_of({"score", "--threads=4"}), 4);
}

TEST(RequestedThreads, TheLastOneCounts) {
    EXPECT_EQ(threads_of({"-@", "4", "--threads=2"}), 2);
}

TEST(RequestedThreads, AbsentOrSenselessIsZero) {
    EXPECT_EQ(threads_of({"score", "in.vcf"}), 0);
    EXPECT_EQ(threads_of({"-@", "many"}), 0);
    EXPECT_EQ(threads_of({"-@", "-3"}), 0);
    EXPECT_EQ(threads_of({"-@"}), 0);
    EXPECT_EQ(threads_of({"--", "-@", "3"}), 0);
}

}  // namespace
}  // namespace varhush::apps
