#include "varhush/io/signal_reader.hpp"

#include "varhush/core/error.hpp"
#include "varhush/io/signal_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace varhush::io {
namespace {

class SignalReader : public testing::Test {
  protected:
    SignalReader() {
        BigWigWriter out(path_, {{"a", 10'000'000}, {"b", 500}});
        out.add("a", 5, 9, 1.5F);
        out.add("a", 4'194'300, 4'194'310, 2.0F);  // across the border of two stretches
        out.add("b", 0, 500, 3.0F);
        out.close();
    }
    ~SignalReader() override { std::filesystem::remove(path_); }

    std::string path_ =
        testing::TempDir() + "signal_reader_test." + std::to_string(::getpid()) + ".bw";
};

TEST_F(SignalReader, GivesBackWhatWasWritten) {
    EXPECT_TRUE(is_bigwig(path_));
    double sum = 0;
    std::int64_t bases = 0;
    std::string contigs;
    read_bigwig(path_, [&](const SignalRun& run) {
        sum += static_cast<double>(run.value) * static_cast<double>(run.end - run.start);
        bases += run.end - run.start;
        contigs += run.contig;
    });
    EXPECT_EQ(bases, 4 + 10 + 500);
    EXPECT_DOUBLE_EQ(sum, 6 + 20 + 1500);
    EXPECT_EQ(contigs, "aaab");
}

TEST_F(SignalReader, RefusesCutAndForeignFiles) {
    std::filesystem::resize_file(path_, std::filesystem::file_size(path_) - 10);
    EXPECT_THROW(read_bigwig(path_, [](const SignalRun&) {}), Error);
    std::ofstream(path_) << "chr1\t1\t2\t3\n";
    EXPECT_FALSE(is_bigwig(path_));
    EXPECT_THROW(read_bigwig(path_, [](const SignalRun&) {}), Error);
    EXPECT_FALSE(is_bigwig(path_ + ".missing"));
}

}  // namespace
}  // namespace varhush::io
