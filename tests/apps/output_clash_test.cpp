#include "apps/common/output_clash.hpp"

#include "varhush/core/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace varhush::apps {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class OutputClash : public testing::Test {
  protected:
    void SetUp() override {
        folder_ = fs::path(testing::TempDir()) / ("output_clash_" + std::to_string(getpid()));
        fs::create_directories(folder_ / "sub");
        before_ = fs::current_path();
        fs::current_path(folder_);
    }
    void TearDown() override {
        fs::current_path(before_);
        fs::remove_all(folder_);
    }

    static std::string message(const std::vector<NamedFile>& inputs,
                               const std::vector<NamedFile>& outputs) {
        try {
            reject_output_clashes(inputs, outputs);
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::kUsage);
            return error.what();
        }
        return "";
    }

    fs::path folder_;
    fs::path before_;
};

TEST_F(OutputClash, FilesOfTheirOwnAreFine) {
    EXPECT_EQ(message({{"-f", "ref.fa"}, {"the input", "in.vcf.gz"}},
                      {{"-o", "out.vcf.gz"}, {"--stats", "out.json"}}),
              "");
    EXPECT_EQ(message({{"the input", "a/in.vcf"}}, {{"-o", "b/in.vcf"}}), "");
}

TEST_F(OutputClash, NamesBothFiles) {
    EXPECT_EQ(message({{"-f", "ref.fa"}}, {{"-o", "ref.fa"}}),
              "-o ref.fa and -f ref.fa are the same file");
}

TEST_F(OutputClash, SeesOtherSpellingsOfFilesThatDoNotExist) {
    EXPECT_NE(message({}, {{"-o", "o.vcf"}, {"--stats", "./o.vcf"}}), "");
    EXPECT_NE(message({}, {{"-o", "sub/../o.vcf"}, {"--stats", "o.vcf"}}), "");
    EXPECT_NE(message({}, {{"-o", folder_ / "o.vcf"}, {"--stats", "o.vcf"}}), "");
    EXPECT_NE(message({{"the input", "none.vcf"}}, {{"-o", ".//none.vcf"}}), "");
}

TEST_F(OutputClash, SeesLinks) {
    std::ofstream("ref.fa") << ">1\nA\n";
    fs::create_symlink("ref.fa", "link.fa");
    fs::create_directory_symlink("sub", "also_sub");
    EXPECT_NE(message({{"-f", "ref.fa"}}, {{"-o", "link.fa"}}), "");
    EXPECT_NE(message({{"-f", "link.fa"}}, {{"-o", "ref.fa"}}), "");
    EXPECT_NE(message({}, {{"-o", "also_sub/o"}, {"--stats", "sub/o"}}), "");
    EXPECT_NE(message({}, {{"-o", "link.fa"}, {"--stats", "ref.fa.part"}}), "");
}

TEST_F(OutputClash, SeesWhatLiesBesideTheFiles) {
    EXPECT_THAT(message({{"-f", "ref.fa.gz"}}, {{"-o", "./ref.fa.gz.fai"}}),
                HasSubstr("-f ref.fa.gz.fai (beside ref.fa.gz)"));
    EXPECT_NE(message({{"-f", "ref.fa.gz"}}, {{"-o", "ref.fa.gz.gzi"}}), "");
    EXPECT_NE(message({{"the input", "in.vcf.gz"}}, {{"--stats", "in.vcf.gz.tbi"}}), "");
    EXPECT_NE(message({{"the input", "in.bam"}}, {{"-o", "in.bam.bai"}}), "");
    EXPECT_NE(message({{"the input", "in.bam"}}, {{"-o", "in.bai"}}), "");
    EXPECT_NE(message({}, {{"-o", "o.vcf.gz"}, {"--stats", "o.vcf.gz.csi"}}), "");
    EXPECT_NE(message({}, {{"-o", "o.vcf.gz"}, {"--stats", "o.vcf.gz.part"}}), "");
    EXPECT_NE(message({{"-T", "o.vcf.part"}}, {{"-o", "o.vcf"}}), "");
    EXPECT_NE(message({{"-R", "o.vcf.gz.tbi"}}, {{"-o", "o.vcf.gz"}}), "");
}

TEST_F(OutputClash, StreamsAndDevicesAreExempt) {
    EXPECT_EQ(message({{"the input", "-"}}, {{"-o", "-"}}), "");
    EXPECT_EQ(message({{"-f", ""}}, {{"-o", ""}}), "");
    EXPECT_EQ(message({{"the input", "/dev/null"}}, {{"-o", "/dev/null"}, {"--fix", "/dev/null"}}),
              "");
}

}  // namespace
}  // namespace varhush::apps
