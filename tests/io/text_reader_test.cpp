#include "varhush/io/text_reader.hpp"

#include "varhush/core/error.hpp"

#include <boost/iostreams/copy.hpp>
#include <boost/iostreams/filter/bzip2.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filter/zstd.hpp>
#include <boost/iostreams/filtering_streambuf.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace varhush::io {
namespace {

namespace bio = boost::iostreams;
using testing::ElementsAre;
using testing::HasSubstr;

template <class Filter>
std::string compress(const std::string& text, Filter filter) {
    std::istringstream in(text);
    std::ostringstream out;
    bio::filtering_streambuf<bio::output> chain;
    chain.push(filter);
    chain.push(out);
    bio::copy(in, chain);
    return out.str();
}

std::string gzip(const std::string& text) {
    return compress(text, bio::gzip_compressor());
}
std::string bzip2(const std::string& text) {
    return compress(text, bio::bzip2_compressor());
}
std::string zstd(const std::string& text) {
    return compress(text, bio::zstd_compressor());
}

const std::string kBgzfEnd(
    "\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0\x42\x43\x02\0\x1b\0\x03\0\0\0\0\0\0\0\0\0", 28);

/// A BGZF block is a gzip member with an extra field; what the field says is not read.
std::string bgzf_block(const std::string& text) {
    std::string member = gzip(text);
    std::string header("\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0\x42\x43\x02\0\0\0", 18);
    return header + member.substr(10);
}

class TextReaderTest : public testing::Test {
  protected:
    TextReaderTest()
        : path_(std::filesystem::path(testing::TempDir()) /
                (std::string("varhush_text_") +
                 testing::UnitTest::GetInstance()->current_test_info()->name())) {}
    ~TextReaderTest() override { std::filesystem::remove(path_); }

    std::vector<std::string> lines(const std::string& bytes) {
        std::ofstream(path_, std::ios::binary) << bytes;
        TextReader reader(path_.string());
        std::vector<std::string> result;
        std::string line;
        while (reader.next(line)) {
            result.push_back(line);
            EXPECT_EQ(reader.line_number(), static_cast<std::int64_t>(result.size()));
        }
        EXPECT_FALSE(reader.next(line));
        return result;
    }

    /// The message of the kInput error that reading `bytes` ends in.
    std::string failure(const std::string& bytes) {
        try {
            (void)lines(bytes);
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::kInput);
            return error.what();
        }
        return "no error";
    }

    std::filesystem::path path_;
};

std::string numbers(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
        text += std::to_string(i * 7919) + '\n';
    }
    return text;
}

TEST_F(TextReaderTest, TakesLfCrlfAndALastLineWithoutEnd) {
    EXPECT_THAT(lines("a\nb\r\n\nc"), ElementsAre("a", "b", "", "c"));
    EXPECT_THAT(lines("a\n"), ElementsAre("a"));
    EXPECT_THAT(lines("a\rb\n"), ElementsAre("a\rb"));
    EXPECT_THAT(lines("\xEF\xBB\xBF"
                      "a\nb"),
                ElementsAre("a", "b"));
}

TEST_F(TextReaderTest, KnowsWhetherTheLastLineHasItsEnd) {
    for (const auto& [text, complete] :
         {std::pair("a\nb", false), {"a\nb\r", false}, {"a\nb\n", true}, {"a\nb\r\n", true}}) {
        std::ofstream(path_, std::ios::binary) << text;
        TextReader reader(path_.string());
        std::string line;
        ASSERT_TRUE(reader.next(line));
        EXPECT_TRUE(reader.last_line_complete());
        EXPECT_NO_THROW(reader.refuse_cut_line());
        ASSERT_TRUE(reader.next(line));
        EXPECT_EQ(line, "b");
        EXPECT_EQ(reader.last_line_complete(), complete);
        EXPECT_FALSE(reader.next(line));
        try {
            reader.refuse_cut_line();
            EXPECT_TRUE(complete);
        } catch (const Error& error) {
            EXPECT_FALSE(complete);
            EXPECT_EQ(error.kind(), ErrorKind::kInput);
            EXPECT_THAT(error.what(), testing::HasSubstr(":2: the last line has no line end"));
            EXPECT_THAT(error.hint(), testing::HasSubstr("echo >>"));
        }
    }
}

TEST_F(TextReaderTest, EmptyFilesOfEveryKindHaveNoLine) {
    EXPECT_TRUE(lines("").empty());
    EXPECT_TRUE(lines(gzip("")).empty());
    EXPECT_TRUE(lines(bzip2("")).empty());
    EXPECT_TRUE(lines(zstd("")).empty());
    EXPECT_TRUE(lines(kBgzfEnd).empty());
}

TEST_F(TextReaderTest, KnowsCompressionByContentAndReadsEveryMember) {
    const std::string text = numbers(200'000);
    const std::vector<std::string> expected = lines(text + "tail\n");
    ASSERT_EQ(expected.size(), 200'001U);
    EXPECT_EQ(lines(gzip(text) + gzip("tail\n")), expected);
    EXPECT_EQ(lines(bzip2(text) + bzip2("tail\n")), expected);
    EXPECT_EQ(lines(zstd(text) + zstd("tail\n")), expected);
    EXPECT_EQ(lines(bgzf_block(text) + bgzf_block("tail\n") + kBgzfEnd), expected);
}

TEST_F(TextReaderTest, CutStreamsAreErrorsWhereverTheyAreCut) {
    const std::string text = numbers(20'000);
    for (const std::string& whole : {gzip(text),
                                     bzip2(text),
                                     zstd(text),
                                     zstd("short"),
                                     gzip("short"),
                                     bzip2("short"),
                                     gzip(text) + gzip("more"),
                                     zstd(text) + zstd("more")}) {
        for (const std::size_t cut : {std::size_t{1},
                                      std::size_t{2},
                                      std::size_t{4},
                                      std::size_t{7},
                                      std::size_t{8},
                                      whole.size() / 2,
                                      whole.size() - 5}) {
            EXPECT_THAT(failure(whole.substr(0, whole.size() - cut)), HasSubstr("cut"))
                << whole.size() << " bytes, " << cut << " cut off";
        }
    }
}

TEST_F(TextReaderTest, EveryPrefixOfAShortZstdFileIsAnErrorOrEmpty) {
    const std::string whole = zstd("chr1\t1\nchr1\t2\n");
    for (std::size_t size = 4; size < whole.size(); ++size) {
        EXPECT_THAT(failure(whole.substr(0, size)), HasSubstr("cut")) << size;
    }
}

TEST_F(TextReaderTest, BgzfWithoutItsEndBlockIsCut) {
    const std::string block = bgzf_block("a\nb\n");
    EXPECT_THAT(lines(block + kBgzfEnd), ElementsAre("a", "b"));
    EXPECT_THAT(failure(block), HasSubstr("end-of-file block is missing"));
    EXPECT_THAT(failure(block + kBgzfEnd.substr(0, 20)), HasSubstr("cut"));
}

TEST_F(TextReaderTest, DamagedStreamsAreErrors) {
    std::string damaged = gzip(numbers(1000));
    damaged[damaged.size() / 2] = static_cast<char>(damaged[damaged.size() / 2] ^ 0x55);
    EXPECT_THAT(failure(damaged), HasSubstr("damaged"));
    EXPECT_THAT(failure(gzip("a\n") + "junk behind the end"), HasSubstr("damaged"));
    EXPECT_THAT(failure(zstd("a\n") + "junk behind the end"), HasSubstr("damaged"));
    EXPECT_THAT(failure("\xfd"
                        "7zXZ rest"),
                HasSubstr("xz compression is not supported"));
}

TEST_F(TextReaderTest, TheMessageNamesFileAndLine) {
    const std::string whole = gzip(numbers(20'000));
    EXPECT_THAT(failure(whole.substr(0, 20)), HasSubstr(path_.string() + ":1: "));
    std::ofstream(path_, std::ios::binary) << "a\nb\nc\n";
    TextReader reader(path_.string());
    std::string line;
    ASSERT_TRUE(reader.next(line) && reader.next(line));
    EXPECT_EQ(reader.where(), path_.string() + ":2");
}

TEST_F(TextReaderTest, LinesOverTheLimitAreErrorsAndLongOnesBelowItAreNot) {
    EXPECT_EQ(lines(std::string(5'000'000, 'x') + "\ny").at(0).size(), 5'000'000U);
    EXPECT_THAT(failure(gzip(std::string((std::size_t{64} << 20) + 500'000, 'x'))),
                HasSubstr("longer than 64 MiB"));
}

TEST(TextReader, MissingFilesAndFoldersAreErrors) {
    for (const std::string& path : {std::string("/nowhere/genes.gtf"), testing::TempDir()}) {
        try {
            TextReader reader(path);
            ADD_FAILURE() << path;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::kInput);
            EXPECT_THAT(error.what(), HasSubstr(path));
        }
    }
}

TEST(SplitTabs, KeepsEmptyFields) {
    EXPECT_THAT(split_tabs("a\t\tb\t"), ElementsAre("a", "", "b", ""));
    EXPECT_THAT(split_tabs(""), ElementsAre(""));
}

}  // namespace
}  // namespace varhush::io
