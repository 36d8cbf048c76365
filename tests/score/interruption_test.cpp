// Runs that are ended from outside: signals, kill -9, a full disk. There is either no output or a
// complete one.
#include "command_fixture.hpp"
#include "sample_vcf.hpp"
#include "test_paths.hpp"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <random>
#include <thread>

namespace varhush::apps {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ScoreInterruption : public CommandFixture {
  protected:
    static constexpr int kRecords = 30000;

    void SetUp() override {
        CommandFixture::SetUp();
        write("in.vcf", sample_vcf(kRecords));
    }

    // Starts the command, sends `signal` after `delay`, and returns the status of waitpid.
    int run_and_signal(const std::vector<std::string>& arguments,
                       int signal,
                       std::chrono::microseconds delay) const {
        const pid_t child = ::fork();
        if (child == 0) {
            std::vector<char*> argv{const_cast<char*>(VARHUSH_BINARY)};
            for (const auto& argument : arguments) {
                argv.push_back(const_cast<char*>(argument.c_str()));
            }
            argv.push_back(nullptr);
            if (::chdir(folder().c_str()) == 0) {
                ::execv(VARHUSH_BINARY, argv.data());
            }
            ::_exit(99);
        }
        std::this_thread::sleep_for(delay);
        ::kill(child, signal);
        int status = 0;
        ::waitpid(child, &status, 0);
        return status;
    }
};

TEST_F(ScoreInterruption, SigtermExits143AndLeavesNoFile) {
    ASSERT_EQ(::mkfifo((folder() / "pipe").c_str(), 0600), 0);
    // A pipe that is never closed: the run is certainly under way when the signal comes.
    std::thread feeder([this] {
        const int descriptor = ::open((folder() / "pipe").c_str(), O_RDWR);
        const auto text = read("in.vcf").substr(0, 50000);
        EXPECT_GT(::write(descriptor, text.data(), text.size()), 0);
        std::this_thread::sleep_for(std::chrono::milliseconds(1500));
        ::close(descriptor);
    });
    for (const auto& [signal, code] : {std::pair{SIGTERM, 143}}) {
        const int status = run_and_signal({"score", "-q", "-m", "none", "pipe", "-o", "out.vcf.gz"},
                                          signal,
                                          std::chrono::milliseconds(600));
        EXPECT_TRUE(WIFEXITED(status));
        EXPECT_EQ(WEXITSTATUS(status), code);
        EXPECT_THAT(files("out"), IsEmpty());
    }
    feeder.join();
}

TEST_F(ScoreInterruption, SigintExits130AndLeavesNoFile) {
    ASSERT_EQ(::mkfifo((folder() / "pipe").c_str(), 0600), 0);
    const int descriptor = ::open((folder() / "pipe").c_str(), O_RDWR);
    const int status = run_and_signal({"score", "-q", "-m", "none", "pipe", "-o", "out.vcf.gz"},
                                      SIGINT,
                                      std::chrono::milliseconds(400));
    ::close(descriptor);
    EXPECT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 130);
    EXPECT_THAT(files("out"), IsEmpty());
}

TEST_F(ScoreInterruption, SigkillAtRandomMomentsLeavesNothingOrAllOfIt) {
    const auto start = std::chrono::steady_clock::now();
    ASSERT_EQ(run("varhush score -q -m none --no-version in.vcf -W -o whole.vcf.gz").exit_code, 0);
    const auto whole_run = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - start);
    std::mt19937 random(20240807);
    std::uniform_int_distribution<long> delay(0, whole_run.count() * 5 / 4);
    int unfinished = 0;
    int complete = 0;
    for (int i = 0; i < 40; ++i) {
        run_and_signal(
            {"score", "-q", "-m", "none", "--no-version", "in.vcf", "-W", "-o", "out.vcf.gz"},
            SIGKILL,
            std::chrono::microseconds(delay(random)));
        if (exists("out.vcf.gz")) {
            ++complete;
            EXPECT_EQ(run("cmp out.vcf.gz whole.vcf.gz").exit_code, 0) << "try " << i;
        } else {
            ++unfinished;
            // The index is written behind the data, so it is never there alone.
            EXPECT_FALSE(exists("out.vcf.gz.csi")) << "try " << i;
        }
        ASSERT_EQ(run("rm -f out.vcf.gz*").exit_code, 0);
    }
    EXPECT_GT(unfinished, 0);  // else the delays were no test of anything
    RecordProperty("complete", complete);
}

TEST_F(ScoreInterruption, AFullDiskIsExitSixAndLeavesNothing) {
    const auto outcome =
        run("mkdir small; unshare -m bash -c '"
            "mount -t tmpfs -o size=64k none small 2>/dev/null || exit 77;"
            "varhush score -q -m none in.vcf -o small/out.vcf 2>err; code=$?; ls -A small; exit "
            "$code'");
    if (outcome.exit_code == 77 || outcome.err.find("unshare") != std::string::npos) {
        GTEST_SKIP() << "no right to mount a small file system: " << outcome.err;
    }
    EXPECT_EQ(outcome.exit_code, 6) << read("err");
    EXPECT_EQ(outcome.out, "");
    EXPECT_THAT(read("err"), HasSubstr("out.vcf"));
}

TEST_F(ScoreInterruption, AFullDeviceAsStandardOutputIsExitSix) {
    EXPECT_EQ(run("varhush score -q -m none in.vcf > /dev/full").exit_code, 6);
    EXPECT_EQ(run("varhush score -q -m none in.vcf -Oz > /dev/full").exit_code, 6);
    write("few.vcf", sample_vcf(3));  // fits into the buffer: the error comes with the close
    EXPECT_EQ(run("varhush score -q -m none few.vcf > /dev/full").exit_code, 6);
    EXPECT_EQ(run("varhush score -q -m none few.vcf -Ob > /dev/full").exit_code, 6);
    EXPECT_EQ(run("varhush score -q -m none few.vcf -Ot > /dev/full").exit_code, 6);
}

TEST_F(ScoreInterruption, AFileSizeLimitIsExitSixAndLeavesNothing) {
    const auto outcome = run("ulimit -f 100; varhush score -q -m none in.vcf -o out.vcf");
    EXPECT_EQ(outcome.exit_code, 6) << outcome.err;
    EXPECT_THAT(files("out"), IsEmpty());
}

}  // namespace
}  // namespace varhush::apps
