#include "varhush/io/output_file.hpp"

#include "varhush/core/error.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

namespace varhush::io {
namespace {

namespace fs = std::filesystem;

std::string content(const fs::path& path) {
    std::ifstream in(path);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
}

class OutputFileTest : public testing::Test {
  protected:
    void SetUp() override {
        folder_ = fs::path(testing::TempDir()) /
                  testing::UnitTest::GetInstance()->current_test_info()->name();
        fs::remove_all(folder_);
        fs::create_directories(folder_);
    }
    void TearDown() override { fs::remove_all(folder_); }

    fs::path folder_;
};

TEST_F(OutputFileTest, AppearsOnlyWhenClosed) {
    const fs::path path = folder_ / "a.txt";
    OutputFile file(path);
    file.write("one\n");
    EXPECT_FALSE(fs::exists(path));
    file.close();
    EXPECT_EQ(content(path), "one\n");
    EXPECT_FALSE(fs::exists(path.string() + ".part"));
}

TEST_F(OutputFileTest, AFinishedFileGetsItsNameAtClose) {
    const fs::path path = folder_ / "a.txt";
    {
        OutputFile dropped(path);
        dropped.write("one\n");
        dropped.finish();
        EXPECT_EQ(content(path.string() + ".part"), "one\n");
    }
    EXPECT_TRUE(fs::is_empty(folder_));
    OutputFile file(path);
    file.write("two\n");
    file.finish();
    EXPECT_FALSE(fs::exists(path));
    EXPECT_THROW(file.write("more\n"), Error);
    file.close();
    EXPECT_EQ(content(path), "two\n");
}

TEST_F(OutputFileTest, LeavesNothingWithoutClose) {
    const fs::path path = folder_ / "a.txt";
    {
        OutputFile file(path);
        file.write(std::string(200000, 'x'));
        EXPECT_TRUE(fs::exists(path.string() + ".part"));
    }
    EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(OutputFileTest, KeepsTheOldFileWhenTheNewOneIsNotFinished) {
    const fs::path path = folder_ / "a.txt";
    std::ofstream(path) << "old";
    { OutputFile(path).write("new"); }
    EXPECT_EQ(content(path), "old");
}

TEST_F(OutputFileTest, UnfinishedFilesAreRemovedOnRequest) {
    OutputFile file(folder_ / "a.txt");
    remove_unfinished_files();
    EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(OutputFileTest, AFullDeviceIsAnOutputError) {
    // A path whose .part is a link to /dev/full stands in for a full disk.
    const fs::path path = folder_ / "full";
    fs::create_symlink("/dev/full", path.string() + ".part");
    OutputFile file(path);
    file.write("one\n");
    try {
        file.close();
        FAIL() << "close() did not notice";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kOutput);
        EXPECT_NE(std::string(error.what()).find("No space left"), std::string::npos);
    }
    EXPECT_FALSE(fs::exists(path));
}

TEST_F(OutputFileTest, AMissingFolderIsAnOutputErrorThatNamesThePath) {
    try {
        OutputFile file(folder_ / "no" / "a.txt");
        FAIL() << "opened";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kOutput);
        EXPECT_NE(std::string(error.what()).find("no/a.txt.part"), std::string::npos);
    }
}

}  // namespace
}  // namespace varhush::io
