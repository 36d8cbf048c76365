#include "varhush/io/fasta_reader.hpp"

#include "stream_support.hpp"

#include <chrono>
#include <fstream>
#include <random>
#include <thread>

namespace varhush::io::test {
namespace {

class FastaReaderTest : public FolderTest {
  protected:
    static std::string small() {
        return ">one first\nACGTac\ngtnRYa\nAC\n>two\nGGGG\n>none\n>three\nTT\n";
    }
};

TEST_F(FastaReaderTest, ReadsUpperCaseAndPadsWithN) {
    const FastaReader reader(write("a.fa", small()));
    EXPECT_EQ(reader.fetch("one", 0, 14), "ACGTACGTNNNAAC");
    EXPECT_EQ(reader.fetch("one", -3, 4), "NNNACGT");
    EXPECT_EQ(reader.fetch("one", 12, 17), "ACNNN");
    EXPECT_EQ(reader.fetch("two", -2, 6), "NNGGGGNN");
    EXPECT_EQ(reader.fetch("two", 100, 103), "NNN");
    EXPECT_EQ(reader.fetch("two", 2, 2), "");
    EXPECT_EQ(reader.fetch("three", 0, 2), "TT");
    EXPECT_EQ(reader.length_bp("one"), 14);
    EXPECT_EQ(reader.length_bp("none"), std::nullopt);  // it has no base: samtools agrees
    EXPECT_EQ(reader.length_bp("One"), std::nullopt);
    ASSERT_EQ(reader.contigs().size(), 3U);
    EXPECT_EQ(reader.contigs()[2].name, "three");
    EXPECT_EQ(error_of([&] { (void)reader.fetch("four", 0, 1); })->kind(), ErrorKind::kInternal);
}

TEST_F(FastaReaderTest, MakesTheIndexThatSamtoolsMakes) {
    const std::string fasta = write("a.fa", small());
    const FastaReader reader(fasta);
    EXPECT_EQ(files(), (std::vector<std::string>{"a.fa", "a.fa.fai"}));
    const std::string ours = read_all(fasta + ".fai");
    ASSERT_EQ(shell("rm " + fasta + ".fai; samtools faidx " + fasta).status, 0);
    EXPECT_EQ(ours, read_all(fasta + ".fai"));
}

TEST_F(FastaReaderTest, ReadsBgzipWithAndWithoutIndex) {
    std::mt19937 random(7);
    std::string bases;
    for (int i = 0; i < 300000; ++i) {
        bases += "ACGT"[random() % 4];
    }
    std::string text = ">chr1\n";
    for (std::size_t i = 0; i < bases.size(); i += 70) {
        text += bases.substr(i, 70) + "\n";
    }
    const std::string fasta = write("a.fa", text);
    ASSERT_EQ(shell("bgzip " + fasta).status, 0);
    for (int round = 0; round < 2; ++round) {
        const FastaReader reader(fasta + ".gz");
        EXPECT_EQ(files(), (std::vector<std::string>{"a.fa.gz", "a.fa.gz.fai", "a.fa.gz.gzi"}));
        for (int i = 0; i < 200; ++i) {
            const auto start = static_cast<std::int64_t>(random() % 290000);
            EXPECT_EQ(reader.fetch("chr1", start, start + 9000),
                      bases.substr(static_cast<std::size_t>(start), 9000));
        }
        EXPECT_EQ(reader.fetch("chr1", 0, 300000), bases);
    }
    const std::string ours = read_all(fasta + ".gz.gzi");
    ASSERT_EQ(shell("bgzip -r " + fasta + ".gz").status, 0);
    EXPECT_EQ(ours, read_all(fasta + ".gz.gzi"));
}

TEST_F(FastaReaderTest, ReadsCarriageReturns) {
    const FastaReader reader(write("a.fa", ">x\r\nACG\r\nTTT\r\nA\r\n>y\r\nCC\r\n"));
    EXPECT_EQ(reader.fetch("x", 0, 8), "ACGTTTAN");
    EXPECT_EQ(reader.fetch("y", 0, 2), "CC");
}

TEST_F(FastaReaderTest, ReadsAFileWithoutALastLineEnd) {
    const FastaReader reader(write("a.fa", ">x\nACG\nTTT"));
    EXPECT_EQ(reader.fetch("x", 0, 6), "ACGTTT");
}

TEST_F(FastaReaderTest, IndexesElsewhereWhenTheFolderCannotBeWritten) {
    // Root may write anywhere, so the place of the index is taken by a folder instead.
    const std::string fasta = write("a.fa", small());
    std::filesystem::create_directories(fasta + ".fai.part/x");
    const FastaReader reader(fasta);
    EXPECT_EQ(reader.fetch("two", 0, 4), "GGGG");
    EXPECT_FALSE(std::filesystem::exists(fasta + ".fai"));
}

TEST_F(FastaReaderTest, NoticesAnIndexOfAnotherFile) {
    const std::string fasta = write("a.fa", small());
    { const FastaReader reader(fasta); }
    write("a.fa", ">zero\nACGTAC\n" + small());
    const FastaReader reader(fasta);
    EXPECT_EQ(reader.contigs().size(), 4U);
    EXPECT_EQ(reader.fetch("two", 0, 4), "GGGG");
}

/// Each time the file is replaced by one in which only a little of the index is wrong.
TEST_F(FastaReaderTest, NoticesThatOneSequenceOfManyIsAnother) {
    const auto many = [](int odd, const std::string& name, const std::string& bases) {
        std::string text;
        for (int i = 0; i < 1500; ++i) {
            text += i == odd ? ">" + name + "\n" + bases + "\n"
                             : ">s" + std::to_string(1000 + i) + " a>b\nACGT\nAC\n";
        }
        return text;
    };
    const std::string fasta = write("a.fa", many(-1, "", ""));
    { const FastaReader reader(fasta); }
    const std::string fai = read_all(fasta + ".fai");
    const std::string good = many(-1, "", "");
    const auto reads = [&](const std::string& text) {
        write("a.fa", text);
        std::filesystem::last_write_time(
            fasta, std::filesystem::last_write_time(fasta + ".fai") + std::chrono::seconds(5));
        testing::internal::CaptureStderr();
        const FastaReader reader(fasta);
        const std::string said = testing::internal::GetCapturedStderr();
        EXPECT_EQ(read_all(fasta + ".fai"), fai);
        EXPECT_EQ(said.empty(), text == good) << said;
        return std::pair(reader.contigs().size(), reader.contigs()[701]);
    };
    const auto is = [](const std::pair<std::size_t, seq::ReferenceSource::Contig>& got,
                       std::size_t count,
                       const std::string& name,
                       std::int64_t length) {
        EXPECT_EQ(got.first, count);
        EXPECT_EQ(got.second.name, name);
        EXPECT_EQ(got.second.length_bp, length);
    };
    is(reads(good), 1500, "s1701", 6);
    is(reads(many(701, "s9999 a>b", "ACGT\nAC")), 1500, "s9999", 6);
    is(reads(many(701, "s17012 a>", "ACGT\nAC")), 1500, "s17012", 6);
    is(reads(many(701, "s1701 a>bc", "ACGT\nA")), 1500, "s1701", 5);
    is(reads(good + ">more\nAC\n"), 1501, "s1701", 6);
}

TEST_F(FastaReaderTest, RefusesWhatIsNoFasta) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"", "is empty"},
        {">x\n>y\n", "holds no sequence"},
        {"hello\n>x\nAC\n", ":1: not a FASTA"},
        {">x\nACGT\nAC\nACGT\n", ":4: lines of different length in sequence x"},
        {">x\nAC\nACGT\n", ":3: lines of different length in sequence x"},
        {">x\nAC\n\nAC\n", ":4: lines of different length in sequence x"},
        {">x\nAC\n>y\nAC\n>x\nAC\n", ":5: the sequence name x is there twice"},
        {"> \nAC\n", ":1: a sequence without a name"}};
    for (const auto& [text, message] : cases) {
        const std::string fasta = write("a.fa", text);
        const auto error = error_of([&] { const FastaReader reader(fasta); });
        ASSERT_TRUE(error.has_value());
        EXPECT_EQ(error->kind(), ErrorKind::kInput);
        EXPECT_NE(std::string(error->what()).find(message), std::string::npos) << error->what();
        EXPECT_EQ(files(), (std::vector<std::string>{"a.fa"}));
    }
    EXPECT_EQ(error_of([&] { const FastaReader reader(path("nowhere.fa")); })->kind(),
              ErrorKind::kInput);
    EXPECT_EQ(error_of([&] { const FastaReader reader(folder_.string()); })->kind(),
              ErrorKind::kInput);
    EXPECT_EQ(error_of([&] { const FastaReader reader("-"); })->kind(), ErrorKind::kUsage);
}

TEST_F(FastaReaderTest, NamesTheRepairForPlainGzip) {
    const std::string fasta = write("a.fa", small());
    ASSERT_EQ(shell("gzip " + fasta).status, 0);
    const auto error = error_of([&] { const FastaReader reader(fasta + ".gz"); });
    ASSERT_TRUE(error.has_value());
    EXPECT_EQ(error->kind(), ErrorKind::kInput);
    EXPECT_NE(error->hint().find("bgzip"), std::string::npos) << error->hint();
}

TEST_F(FastaReaderTest, SaysWhenTheFileIsCut) {
    const std::string fasta = write("a.fa", ">x\n" + std::string(200000, 'A') + "\n");
    { const FastaReader reader(fasta); }
    const FastaReader reader(fasta);
    std::filesystem::resize_file(fasta, 100);
    const auto error = error_of([&] { (void)reader.fetch("x", 150000, 150010); });
    ASSERT_TRUE(error.has_value());
    EXPECT_EQ(error->kind(), ErrorKind::kInput);
}

TEST_F(FastaReaderTest, ABgzippedFileCutBetweenTwoBlocksIsRefusedAndNotIndexed) {
    std::string text = ">x\n";
    for (int i = 0; i < 4000; ++i) {
        text += std::string(50, "ACGT"[i % 4]) + "\n";
    }
    const std::string fasta = write("a.fa", text) + ".gz";
    ASSERT_EQ(shell("bgzip -i " + path("a.fa")).status, 0);
    const std::string gzi = read_all(fasta + ".gzi");
    std::uintmax_t second_block = 0;
    for (std::size_t i = 8; i-- > 0;) {
        second_block = second_block << 8 | static_cast<unsigned char>(gzi[8 + i]);
    }
    std::filesystem::remove(fasta + ".gzi");
    for (const std::uintmax_t left : {std::filesystem::file_size(fasta) - 28, second_block}) {
        std::filesystem::resize_file(fasta, left);
        const auto error = error_of([&] { const FastaReader reader(fasta); });
        ASSERT_TRUE(error.has_value());
        EXPECT_EQ(error->kind(), ErrorKind::kInput);
        EXPECT_NE(std::string(error->what()).find("end-of-file block is missing"),
                  std::string::npos)
            << error->what();
        EXPECT_NE(error->hint().find("copy or make the file again"), std::string::npos);
        EXPECT_EQ(files(), (std::vector<std::string>{"a.fa.gz"}));
    }
}

TEST_F(FastaReaderTest, AnIndexThatDoesNotFitIsMadeAnew) {
    std::string text = ">x\n";
    for (int i = 0; i < 20000; ++i) {
        text += std::string(50, "ACGT"[i % 4]) + "\n";
    }
    const std::string fasta = write("a.fa", text + ">last\nGATTACA\n");
    ASSERT_EQ(shell("bgzip " + fasta).status, 0);
    { const FastaReader reader(fasta + ".gz"); }
    const std::string good = read_all(fasta + ".gz.gzi");
    std::string shifted = good;
    shifted[8] = static_cast<char>(shifted[8] + 1);  // packed place of the second block
    std::string grown = good;
    grown[16 + 2] = static_cast<char>(grown[16 + 2] ^ 4);  // its unpacked place
    for (const std::string& bad : {shifted, grown, good.substr(0, good.size() - 3)}) {
        write("a.fa.gz.gzi", bad);
        const FastaReader reader(fasta + ".gz");
        EXPECT_EQ(reader.fetch("last", 0, 7), "GATTACA");
        EXPECT_EQ(reader.fetch("x", 900000, 900002), "AA");
    }
}

TEST_F(FastaReaderTest, ManyThreadsMayFetch) {
    std::string text = ">x\n";
    for (int i = 0; i < 20000; ++i) {
        text += std::string(50, "ACGT"[i % 4]) + "\n";
    }
    const FastaReader reader(write("a.fa", text));
    std::vector<std::thread> threads;
    std::vector<int> wrong(4, 0);
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&, t] {
            for (int i = 0; i < 300; ++i) {
                const int line = (i * 7919 + t * 4001) % 19990;
                const std::string got = reader.fetch("x", line * 50, line * 50 + 100);
                const std::string want =
                    std::string(50, "ACGT"[line % 4]) + std::string(50, "ACGT"[(line + 1) % 4]);
                wrong[static_cast<std::size_t>(t)] += got == want ? 0 : 1;
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    EXPECT_EQ(wrong, (std::vector<int>{0, 0, 0, 0}));
}

}  // namespace
}  // namespace varhush::io::test
