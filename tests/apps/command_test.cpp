#include "apps/common/command.hpp"

#include "varhush/core/error.hpp"
#include "varhush/io/output_file.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <new>
#include <stdexcept>
#include <string>

namespace varhush::apps {
namespace {

int guarded_throw(const std::function<int()>& body) {
    testing::internal::CaptureStderr();
    const int code = run_guarded("score", body);
    const std::string said = testing::internal::GetCapturedStderr();
    EXPECT_NE(said.find(" error score: "), std::string::npos) << said;
    return code;
}

TEST(RunGuarded, GivesTheExitCodeOfTheBody) {
    EXPECT_EQ(run_guarded("score", [] { return 4; }), 4);
}

TEST(RunGuarded, TurnsErrorsIntoTheHouseExitCodes) {
    EXPECT_EQ(guarded_throw([]() -> int { throw Error(ErrorKind::kUsage, "m"); }), 2);
    EXPECT_EQ(guarded_throw([]() -> int { throw Error(ErrorKind::kInput, "m"); }), 3);
    EXPECT_EQ(guarded_throw([]() -> int { throw Error(ErrorKind::kModel, "m"); }), 5);
    EXPECT_EQ(guarded_throw([]() -> int { throw Error(ErrorKind::kOutput, "m"); }), 6);
}

TEST(RunGuarded, ExhaustedMemoryIs137) {
    EXPECT_EQ(guarded_throw([]() -> int { throw std::bad_alloc(); }), 137);
    EXPECT_EQ(guarded_throw([]() -> int {
                  throw std::runtime_error("[enforce fail] DefaultCPUAllocator: can't allocate");
              }),
              137);
}

TEST(RunGuarded, AnythingElseIsInternal) {
    EXPECT_EQ(guarded_throw([]() -> int { throw std::runtime_error("strange"); }), 1);
    EXPECT_EQ(guarded_throw([]() -> int { throw 42; }), 1);
}

TEST(RunGuarded, RemovesUnfinishedOutput) {
    const std::string path = testing::TempDir() + "run_guarded_output";
    io::OutputFile file(path);
    run_guarded("score", [] { return 0; });
    EXPECT_FALSE(std::filesystem::exists(path + ".part"));
}

TEST(SignalHandlersDeathTest, TermRemovesUnfinishedOutputAndExits143) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    const std::string path = testing::TempDir() + "signal_output";
    EXPECT_EXIT(
        {
            install_signal_handlers();
            io::OutputFile file(path);
            raise(SIGTERM);
            pause();
        },
        testing::ExitedWithCode(143),
        "");
    EXPECT_FALSE(std::filesystem::exists(path + ".part"));
}

TEST(SignalHandlersDeathTest, EveryEndingSignalRemovesUnfinishedOutput) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    const std::string path = testing::TempDir() + "signals_output";
    for (const int number : {SIGHUP, SIGQUIT, SIGXCPU}) {
        EXPECT_EXIT(
            {
                install_signal_handlers();
                io::OutputFile file(path);
                raise(number);
                pause();
            },
            testing::ExitedWithCode(128 + number),
            "");
        EXPECT_FALSE(std::filesystem::exists(path + ".part")) << number;
    }
}

TEST(SignalHandlersDeathTest, SignalsThatCameInIgnoredStayIgnored) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    EXPECT_EXIT(
        {
            std::signal(SIGHUP, SIG_IGN);
            install_signal_handlers();
            raise(SIGHUP);
            raise(SIGXFSZ);
            _exit(7);
        },
        testing::ExitedWithCode(7),
        "");
}

TEST(SignalHandlersDeathTest, IntExits130) {
    testing::FLAGS_gtest_death_test_style = "threadsafe";
    EXPECT_EXIT(
        {
            install_signal_handlers();
            raise(SIGINT);
            pause();
        },
        testing::ExitedWithCode(130),
        "");
}

}  // namespace
}  // namespace varhush::apps
