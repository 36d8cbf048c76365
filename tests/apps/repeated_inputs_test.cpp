#include "apps/common/repeated_inputs.hpp"

#include "varhush/core/error.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace varhush::apps {
namespace {

namespace fs = std::filesystem;

class RepeatedInputs : public testing::Test {
  protected:
    RepeatedInputs()
        : folder_(fs::path(testing::TempDir()) / ("repeated_inputs_" + std::to_string(getpid()))) {
        fs::create_directories(folder_);
        for (const char* name : {"a.bam", "b.bam"}) {
            std::ofstream(folder_ / name) << "same text";
        }
        fs::create_symlink("a.bam", folder_ / "link.bam");
        fs::create_hard_link(folder_ / "a.bam", folder_ / "hard.bam");
    }
    ~RepeatedInputs() override { fs::remove_all(folder_); }

    [[nodiscard]] std::string path(const std::string& name) const { return folder_ / name; }
    static std::string message(const std::vector<std::string>& paths) {
        try {
            reject_repeated_inputs(paths);
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::kUsage);
            return error.what();
        }
        return "";
    }
    fs::path folder_;
};

TEST_F(RepeatedInputs, TakesFilesThatDiffer) {
    EXPECT_EQ(message({}), "");
    EXPECT_EQ(message({"-"}), "");
    EXPECT_EQ(message({path("a.bam"), path("b.bam"), "-"}), "");
    EXPECT_EQ(message({path("none.bam"), path("neither.bam"), "s3://x/a.bam"}), "");
}

TEST_F(RepeatedInputs, FindsAFileByWhateverName) {
    const std::string a = path("a.bam");
    EXPECT_EQ(message({a, path("b.bam"), a}), "the input " + a + " is given twice");
    for (const std::string other : {"./a.bam", "link.bam", "hard.bam"}) {
        EXPECT_EQ(message({path("b.bam"), a, path(other)}),
                  "the inputs " + a + " and " + path(other) + " are the same file");
    }
    EXPECT_EQ(message({"s3://x/a.bam", "s3://x/a.bam"}), "the input s3://x/a.bam is given twice");
}

}  // namespace
}  // namespace varhush::apps
