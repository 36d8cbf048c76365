// The launcher as a process: what it maps, how fast it starts, how it fails.
#include "shell.hpp"
#include "test_paths.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <string>

namespace varhush::test {
namespace {

TEST(Launcher, MapsNoLibTorch) {
    const Sandbox sandbox;
    const ShellResult got = run_shell("LD_DEBUG=files varhush version", sandbox.folder());
    ASSERT_EQ(got.exit_code, 0);
    EXPECT_NE(got.err.find("libhts"), std::string::npos) << "LD_DEBUG shows nothing";
    EXPECT_EQ(got.err.find("libtorch"), std::string::npos);
    EXPECT_EQ(got.err.find("libc10"), std::string::npos);
}

TEST(Launcher, StartsInUnder50Milliseconds) {
    if (VARHUSH_SANITIZED) {
        GTEST_SKIP() << "sanitizers slow the start";
    }
    const Sandbox sandbox;
    double best_ms = 1e9;
    for (int i = 0; i < 10; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        const int status = std::system(VARHUSH_BINARY " version >/dev/null");
        const std::chrono::duration<double, std::milli> took =
            std::chrono::steady_clock::now() - begin;
        ASSERT_EQ(status, 0);
        best_ms = std::min(best_ms, took.count());
    }
    EXPECT_LT(best_ms, 50);
}

TEST(Launcher, AFullStandardOutputIsExit6) {
    const Sandbox sandbox;
    EXPECT_EQ(run_shell("varhush version >/dev/full", sandbox.folder()).exit_code, 6);
    EXPECT_EQ(run_shell("varhush --help >/dev/full", sandbox.folder()).exit_code, 6);
}

TEST(Launcher, WorksThroughALinkFromElsewhere) {
    const Sandbox sandbox;
    const ShellResult got =
        run_shell("ln -s \"$(command -v varhush)\" vh; ./vh version --short", sandbox.folder());
    EXPECT_EQ(got.exit_code, 0) << got.err;
}

}  // namespace
}  // namespace varhush::test
