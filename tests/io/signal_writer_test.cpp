#include "varhush/io/signal_writer.hpp"

#include "varhush/core/error.hpp"
#include "varhush/io/output_file.hpp"

#include <bigWig.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <limits>
#include <numeric>
#include <sstream>
#include <string>

namespace varhush::io {
namespace {

namespace fs = std::filesystem;
using Contigs = std::vector<seq::ReferenceSource::Contig>;

class SignalWriterTest : public testing::Test {
  protected:
    void SetUp() override {
        folder_ = fs::path(testing::TempDir()) /
                  testing::UnitTest::GetInstance()->current_test_info()->name();
        fs::remove_all(folder_);
        fs::create_directories(folder_);
    }
    void TearDown() override { fs::remove_all(folder_); }
    [[nodiscard]] std::string path(const std::string& name) const { return folder_ / name; }
    [[nodiscard]] std::string text(const std::string& name) const {
        std::ifstream in(path(name));
        std::stringstream out;
        out << in.rdbuf();
        return out.str();
    }
    /// A contig as libBigWig reads it back; NaN where nothing was written.
    [[nodiscard]] std::vector<float> read(const std::string& name,
                                          const char* contig,
                                          std::uint32_t length) const {
        bigWigFile_t* file = bwOpen(path(name).c_str(), nullptr, "r");
        EXPECT_NE(file, nullptr);
        bwOverlappingIntervals_t* found = bwGetValues(file, contig, 0, length, 1);
        std::vector<float> values;
        if (found != nullptr) {
            values.assign(found->value, found->value + found->l);
            bwDestroyOverlappingIntervals(found);
        }
        bwClose(file);
        return values;
    }
    static ErrorKind kind_of(const std::function<void()>& act) {
        try {
            act();
        } catch (const Error& error) {
            return error.kind();
        }
        ADD_FAILURE() << "accepted";
        return ErrorKind::kUsage;
    }
    fs::path folder_;
    Contigs contigs_{{"chr1", 100'000}, {"chr2", 1000}, {"chr3", 10}};
};

TEST_F(SignalWriterTest, BigWigReadsBackBinsAndIntervals) {
    std::vector<float> many(70'000);
    std::iota(many.begin(), many.end(), 0.5F);
    {
        BigWigWriter out(path("a.bw"), contigs_);
        out.add_bins("chr1", 100, 1, std::span(many).first(30'000));
        out.add_bins("chr1", 30'100, 1, std::span(many).subspan(30'000));
        out.add("chr1", 80'000, 80'010, -3);
        out.add("chr1", 80'010, 80'020, 4);
        out.add_bins("chr1", 80'128, 128, std::vector<float>{7, 8});
        out.add("chr2", 0, 1000, 2.25F);
        EXPECT_FALSE(fs::exists(path("a.bw")));
        out.close();
    }
    EXPECT_FALSE(fs::exists(path("a.bw.part")));
    const auto one = read("a.bw", "chr1", 100'000);
    ASSERT_EQ(one.size(), 100'000U);
    for (std::size_t i = 0; i < many.size(); ++i) {
        ASSERT_EQ(one[i + 100], many[i]) << i;
    }
    EXPECT_TRUE(std::isnan(one[99]));
    EXPECT_TRUE(std::isnan(one[70'100]));
    EXPECT_EQ(one[80'009], -3);
    EXPECT_EQ(one[80'019], 4);
    EXPECT_TRUE(std::isnan(one[80'020]));
    EXPECT_EQ(one[80'128 + 127], 7);
    EXPECT_EQ(one[80'128 + 128], 8);
    EXPECT_TRUE(std::isnan(one[80'128 + 256]));
    const auto two = read("a.bw", "chr2", 1000);
    ASSERT_EQ(two.size(), 1000U);
    EXPECT_EQ(two[999], 2.25F);
}

TEST_F(SignalWriterTest, BigWigHasZoomLevelsUnlessTheyAreLeftOut) {
    const std::vector<float> values(100'000, 1.5F);
    for (const int levels : {0, BigWigWriter::kZoomLevels}) {
        BigWigWriter out(path("z.bw"), contigs_, levels);
        out.add_bins("chr1", 0, 1, values);
        out.close();
        bigWigFile_t* file = bwOpen(path("z.bw").c_str(), nullptr, "r");
        ASSERT_NE(file, nullptr);
        EXPECT_EQ(file->hdr->nLevels > 0, levels > 0);
        EXPECT_EQ(file->hdr->nBasesCovered, 100'000U);
        EXPECT_DOUBLE_EQ(file->hdr->sumData, 150'000.0);
        bwClose(file);
    }
}

TEST_F(SignalWriterTest, BigWigWithoutAValueIsStillAFile) {
    BigWigWriter out(path("none.bw"), contigs_);
    out.close();
    bigWigFile_t* file = bwOpen(path("none.bw").c_str(), nullptr, "r");
    ASSERT_NE(file, nullptr);
    EXPECT_EQ(file->cl->nKeys, 3);
    bwClose(file);
}

TEST_F(SignalWriterTest, NothingIsLeftWithoutClose) {
    {
        BigWigWriter out(path("a.bw"), contigs_);
        out.add("chr1", 0, 10, 1);
        EXPECT_TRUE(fs::exists(path("a.bw.part")));
    }
    EXPECT_TRUE(fs::is_empty(folder_));
    BigWigWriter out(path("b.bw"), contigs_);
    remove_unfinished_files();
    EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(SignalWriterTest, BigWigThatCannotBeWrittenIsAnOutputError) {
    EXPECT_EQ(kind_of([&] { BigWigWriter(path("no/such.bw"), contigs_); }), ErrorKind::kOutput);
    EXPECT_EQ(kind_of([&] { BigWigWriter("-", contigs_); }), ErrorKind::kUsage);
    EXPECT_EQ(kind_of([&] { BigWigWriter("/dev/null", contigs_); }), ErrorKind::kOutput);
    fs::create_symlink("/dev/full", path("full.bw.part"));
    EXPECT_EQ(kind_of([&] {
                  BigWigWriter out(path("full.bw"), contigs_);
                  out.add_bins("chr1", 0, 1, std::vector<float>(100'000, 1.0F));
                  out.close();
              }),
              ErrorKind::kOutput);
    EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(SignalWriterTest, BigWigRefusesWhatItCannotHold) {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const auto refused = [&](const std::function<void(BigWigWriter&)>& act) {
        return kind_of([&] {
            BigWigWriter out(path("x.bw"), contigs_);
            act(out);
        });
    };
    EXPECT_EQ(refused([&](auto& out) { out.add("chr1", 0, 1, nan); }), ErrorKind::kInput);
    EXPECT_EQ(refused([&](auto& out) { out.add_bins("chr1", 0, 1, std::vector<float>{nan}); }),
              ErrorKind::kInput);
    EXPECT_EQ(refused([](auto& out) { out.add("chr3", 5, 11, 1); }), ErrorKind::kInternal);
    EXPECT_EQ(refused([](auto& out) {
                  out.add("chr3", 5, 6, 1);
                  out.add("chr3", 4, 5, 1);
              }),
              ErrorKind::kInternal);
    EXPECT_EQ(refused([](auto& out) {
                  out.add("chr2", 5, 6, 1);
                  out.add("chr1", 5, 6, 1);
              }),
              ErrorKind::kInternal);
    EXPECT_EQ(refused([](auto& out) { out.add("chrX", 5, 6, 1); }), ErrorKind::kInternal);
    EXPECT_EQ(kind_of([&] {
                  BigWigWriter(path("x.bw"), {{"long", 5'000'000'000}});
              }),
              ErrorKind::kInput);
    EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(SignalWriterTest, BedGraphJoinsEqualNeighboursAndReadsBackExactly) {
    BedGraphWriter out(path("a.bedgraph"));
    out.add_bins("chr1", 10, 2, std::vector<float>{0.1F, 0.1F, 3});
    out.add("chr1", 16, 20, 3);
    out.add("chr1", 21, 22, 3);
    out.add("chr2", 22, 23, 1e-20F);
    out.close();
    EXPECT_EQ(text("a.bedgraph"),
              "chr1\t10\t14\t0.1\nchr1\t14\t20\t3\nchr1\t21\t22\t3\nchr2\t22\t23\t1e-20\n");
    BedGraphWriter empty(path("empty.bedgraph"));
    empty.close();
    EXPECT_EQ(text("empty.bedgraph"), "");
    EXPECT_EQ(kind_of([&] {
                  BedGraphWriter bad(path("b.bedgraph"));
                  bad.add("chr1", 0, 1, std::numeric_limits<float>::infinity());
              }),
              ErrorKind::kInput);
    EXPECT_FALSE(fs::exists(path("b.bedgraph.part")));
}

TEST(NamesBigwig, GoesByTheEnding) {
    EXPECT_TRUE(names_bigwig("a.bw"));
    EXPECT_TRUE(names_bigwig("a.BigWig"));
    EXPECT_FALSE(names_bigwig("a.bw.gz"));
    EXPECT_FALSE(names_bigwig("bw"));
    EXPECT_FALSE(names_bigwig("a.bedgraph"));
}

}  // namespace
}  // namespace varhush::io
