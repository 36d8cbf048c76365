#include "apps/common/child.hpp"

#include <gtest/gtest.h>

#include <string>

namespace varhush::apps {
namespace {

TEST(RunChild, GivesBackWhatItWroteAndHowItEnded) {
    const auto shell = [](const std::string& script) {
        return run_child("/bin/sh", {"-c", script});
    };
    const auto good = shell("echo said; exit 3");
    ASSERT_TRUE(good);
    EXPECT_EQ(good->out, "said\n");
    EXPECT_EQ(good->exit_code, 3);
    EXPECT_GT(good->seconds, 0);
    EXPECT_LT(good->cpu_seconds, 10);
    EXPECT_GT(good->peak_bytes, 100'000);
    const auto killed = shell("kill -TERM $$");
    ASSERT_TRUE(killed);
    EXPECT_EQ(killed->exit_code, 143);
    EXPECT_FALSE(run_child("/no/such/program", {}));
}

TEST(RunChild, ReadsInputThatIsLongerThanAPipe) {
    const std::string text(1'000'000, 'x');
    const auto counted = run_child("/bin/sh", {"-c", "wc -c"}, text);
    ASSERT_TRUE(counted);
    EXPECT_EQ(std::stoi(counted->out), 1'000'000);
    const auto nothing = run_child("/bin/sh", {"-c", "wc -c"}, "");
    ASSERT_TRUE(nothing);
    EXPECT_EQ(std::stoi(nothing->out), 0);
}

TEST(RunChild, TimesTheWholeRunAndTheProcessorApart) {
    const auto asleep = run_child("/bin/sh", {"-c", "sleep 0.3"});
    ASSERT_TRUE(asleep);
    EXPECT_GE(asleep->seconds, 0.3);
    EXPECT_LT(asleep->cpu_seconds, 0.25);
}

}  // namespace
}  // namespace varhush::apps
