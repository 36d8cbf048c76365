#include "stream_support.hpp"

#include <sys/mount.h>
#include <unistd.h>

// Input that is cut, malformed or at odds with its header: each case says message and kind, and
// that no output is left behind.
namespace varhush::io::test {
namespace {

const std::string kGood = "chr1\t10\t.\tA\tC\t.\tPASS\tDP=1\n";

class VariantHostile : public FolderTest {
  protected:
    /// Passes `name` through into out.vcf and expects an error with `message`.
    Error refused(const std::string& name, const std::string& message, int threads = 0) {
        const auto error = error_of(
            [&] { pass_through({.path = path(name)}, {.path = path("out.vcf")}, threads); });
        EXPECT_TRUE(error.has_value()) << message;
        if (!error) {
            return Error(ErrorKind::kInternal, "none");
        }
        EXPECT_EQ(error->kind(), ErrorKind::kInput) << error->what();
        EXPECT_NE(std::string(error->what()).find(message), std::string::npos)
            << "got: " << error->what() << "\nwanted: " << message;
        EXPECT_FALSE(std::filesystem::exists(path("out.vcf")));
        EXPECT_FALSE(std::filesystem::exists(path("out.vcf.part")));
        return *error;
    }
    void refused_text(const std::string& text, const std::string& message) {
        write("in.vcf", text);
        refused("in.vcf", message);
    }
    /// For the other end of a named pipe.
    static void in_background(const std::string& command) {
        ASSERT_EQ(shell("( " + command + " ) > /dev/null 2>&1 &").status, 0);
    }
    /// Many records, so that a bgzipped file has several blocks.
    std::string big() const {
        std::string text = header_text();
        for (int i = 1; i <= 20000; ++i) {
            text += "chr1\t" + std::to_string(i * 7) +
                    "\t.\tA\tC\t.\tPASS\tDP=" + std::to_string(i * 37 % 1000) + "\n";
        }
        return text;
    }
};

TEST_F(VariantHostile, HeadersThatAreNotThereOrBroken) {
    refused_text("", "is empty");
    refused_text("hello\n", "is not a VCF or BCF");
    refused_text(kGood, "is not a VCF or BCF");
    refused_text("##fileformat=VCFv4.2\n", "no #CHROM line");
    refused_text("##fileformat=VCFv4.2\n" + kGood, ":2: a record before the #CHROM line");
    refused_text("##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\n",
                 "eight fixed column names");
    refused_text("##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tS1\n",
                 "do not start with FORMAT");
    refused_text(header_text({"S1", "S1"}), "the sample 'S1' is there twice");
    std::string cut = header_text();
    cut.pop_back();
    refused_text(cut, "cut in the #CHROM line");
    EXPECT_EQ(error_of([&] { (void)read_records({.path = path("nowhere.vcf")}); })->kind(),
              ErrorKind::kInput);
    EXPECT_EQ(error_of([&] { (void)read_records({.path = folder_.string()}); })->kind(),
              ErrorKind::kInput);
    EXPECT_EQ(error_of([&] { (void)read_records({.path = "http://localhost/a.vcf"}); })->kind(),
              ErrorKind::kInput);
}

TEST_F(VariantHostile, MalformedRecords) {
    const std::string head = header_text();
    const std::pair<std::string, std::string> cases[] = {
        {"chr1\t10\t.\tA\tC\n", ":12: only 5 of the 8 fixed columns"},
        {"chr1\t10\t.\tA\tC\t.\tPASS\n", ":12: only 7 of the 8 fixed columns"},
        {kGood + "chr1\n", ":13: only 1 of the 8 fixed columns"},
        {"chr1\t\t.\tA\tC\t.\tPASS\t.\n", "the column POS is empty"},
        {"chr1\t-5\t.\tA\tC\t.\tPASS\t.\n", "POS is not a position: -5"},
        {"chr1\t10x\t.\tA\tC\t.\tPASS\t.\n", "POS is not a position: 10x"},
        {"chr1\t99999999999999999999\t.\tA\tC\t.\tPASS\t.\n", "POS is not a position"},
        {"chr1\t10\t.\t\tC\t.\tPASS\t.\n", "the column REF is empty"},
        {"chr1\t10\t.\tA\tC\tgood\tPASS\t.\n", "QUAL is not a number: good"},
        {"chr1\t10\t.\tA\tC\t.\tPASS\t.\tGT\t0/1\n", "1 sample columns, but the header names no"},
        {std::string("chr1\t10\t.\tA\0C\tC\t.\tPASS\t.\n", 26), "NUL byte"},
        {"chr1\t10\t.\tA\tC\t.\tPASS\tDP=3", "the last line has no line end"}};
    for (const auto& [text, message] : cases) {
        refused_text(head + text, message);
    }
}

TEST_F(VariantHostile, SampleColumnsThatDoNotFitTheHeader) {
    const std::string head = header_text({"S1", "S2"});
    refused_text(head + "chr1\t10\t.\tA\tC\t.\tPASS\t.\n", "0 sample columns");
    refused_text(head + "chr1\t10\t.\tA\tC\t.\tPASS\t.\tGT\t0/1\n", "1 sample columns");
    refused_text(head + "chr1\t10\t.\tA\tC\t.\tPASS\t.\tGT\t0\t0\t0\n", "3 sample columns");
    refused_text(head + "chr1\t10\t.\tA\tC\t.\tPASS\t.\tGT\t0:1\t0\n", "more fields than FORMAT");
}

TEST_F(VariantHostile, TruncatedBgzfIsFoundAtOnceAndInAPipe) {
    const std::string in = write("big.vcf", big());
    ASSERT_EQ(shell("bgzip -k " + in).status, 0);
    const auto size = std::filesystem::file_size(in + ".gz");
    for (const std::uintmax_t left : {size - 28, size - 10, size / 2, std::uintmax_t{30}}) {
        std::filesystem::copy_file(
            in + ".gz", path("cut.vcf.gz"), std::filesystem::copy_options::overwrite_existing);
        std::filesystem::resize_file(path("cut.vcf.gz"), left);
        for (const int threads : {0, 2}) {
            refused("cut.vcf.gz", "", threads);
        }
    }
    // At a block boundary only the missing end-of-file block tells; a pipe learns it at the end.
    std::filesystem::copy_file(
        in + ".gz", path("cut.vcf.gz"), std::filesystem::copy_options::overwrite_existing);
    std::filesystem::resize_file(path("cut.vcf.gz"), size - 28);
    EXPECT_NE(std::string(refused("cut.vcf.gz", "end-of-file block is missing").hint()), "");
    ASSERT_EQ(shell("mkfifo " + path("pipe")).status, 0);
    for (const int threads : {0, 2}) {
        in_background("cat " + path("cut.vcf.gz") + " > " + path("pipe"));
        refused("pipe", "end-of-file block is missing", threads);
    }
}

TEST_F(VariantHostile, DamagedBlocksAndMembers) {
    const std::string in = write("big.vcf", big());
    ASSERT_EQ(shell("bgzip -k " + in + " && gzip -c " + in + " > " + path("plain.gz")).status, 0);
    for (const std::string name : {"big.vcf.gz", "plain.gz"}) {
        std::string bytes = read_all(path(name));
        for (std::size_t i = 0; i < 40; ++i) {
            bytes[bytes.size() / 2 + i] = static_cast<char>(bytes[bytes.size() / 2 + i] ^ 0x5a);
        }
        write("damaged", bytes);
        for (const int threads : {0, 2}) {
            refused("damaged", "", threads);
        }
    }
    const std::string bytes = read_all(path("plain.gz"));
    write("cut.gz", bytes.substr(0, bytes.size() - 6));
    refused("cut.gz", "cannot be read (damaged or cut) after line");
    write("cut.gz", bytes.substr(0, bytes.size() / 3));
    refused("cut.gz", "cannot be read (damaged or cut) after line");
}

TEST_F(VariantHostile, TruncatedBcf) {
    const std::string in = write("big.vcf", big());
    pass_through({.path = in}, {.path = path("b.bcf"), .format = VariantFormat::kBcf});
    pass_through({.path = in}, {.path = path("u.bcf"), .format = VariantFormat::kBcfUncompressed});
    const std::string packed = read_all(path("b.bcf"));
    write("cut.bcf", packed.substr(0, packed.size() - 28));
    refused("cut.bcf", "end-of-file block is missing");
    const std::string plain = read_all(path("u.bcf"));
    for (const std::size_t cut : {std::size_t{1}, std::size_t{20}, plain.size() / 2}) {
        write("cut.bcf", plain.substr(0, plain.size() - cut));
        refused("cut.bcf", "");
    }
    write("cut.bcf", plain.substr(0, 60));
    refused("cut.bcf", "BCF header is damaged or cut");
}

TEST_F(VariantHostile, BcfWithIdsTheHeaderDoesNotDefine) {
    const std::string in = write("in.vcf", header_text() + kGood);
    pass_through({.path = in}, {.path = path("u.bcf"), .format = VariantFormat::kBcfUncompressed});
    const std::string bytes = read_all(path("u.bcf"));
    const std::size_t length =
        static_cast<unsigned char>(bytes[5]) + 256U * static_cast<unsigned char>(bytes[6]);
    std::string contig = bytes;
    contig[9 + length + 8] = 7;  // CHROM of the first record
    write("contig.bcf", contig);
    refused("contig.bcf", "record 1: damaged or cut, or a contig or tag id");
    std::string negative = bytes;
    negative[9 + length + 12 + 3] = static_cast<char>(0x80);  // POS
    write("negative.bcf", negative);
    refused("negative.bcf", "negative position");
}

TEST_F(VariantHostile, UndefinedNamesAreDefinedInTheWrittenHeader) {
    const std::string in =
        write("in.vcf",
              header_text({"S1"}) + "chr1\t10\t.\tA\tC\t.\tPASS\tDP=1\tGT\t0/1\n" +
                  "chrUn\t10\t.\tA\tC\t.\tmuddy\tDP=2;NEW=4,x;GQ=2\tGT:ZZ\t0/1:7\n" +
                  "chr2\t10\t.\tA\tC\t.\tq10\tDP=3\tGT\t0/1\n");
    const std::string wanted =
        "chr1\t10\t.\tA\tC\t.\tPASS\tDP=1;VH_S=OK\tGT\t0/1\n"
        "chrUn\t10\t.\tA\tC\t.\tmuddy\tDP=2;NEW=4,x;GQ=2;VH_S=OK\tGT:ZZ\t0/1:7\n"
        "chr2\t10\t.\tA\tC\t.\tq10\tDP=3;VH_S=OK\tGT\t0/1\n";
    const std::pair<VariantFormat, IndexKind> formats[] = {
        {VariantFormat::kVcf, IndexKind::kNone},
        {VariantFormat::kVcfGz, IndexKind::kTbi},
        {VariantFormat::kBcf, IndexKind::kCsi},
        {VariantFormat::kBcfUncompressed, IndexKind::kNone}};
    for (const auto& [format, index] : formats) {
        const ThreadPool pool(2);
        VariantReader reader({.path = in}, pool);
        VariantHeader header = reader.header();
        header.add_line("##INFO=<ID=VH_S,Number=A,Type=String,Description=\"s\">");
        VariantWriter writer({.path = path("out"), .format = format, .index = index}, header, pool);
        VariantRecord record;
        while (reader.next(record)) {
            record.set_info(header, "VH_S", std::vector<std::string>{"OK"});
            writer.write(record);
        }
        writer.close();
        EXPECT_EQ(reader.header().contigs().size(), 3U);
        EXPECT_EQ(shell("bcftools view -H " + path("out")).output, wanted);
        const std::string head = shell("bcftools view -h --no-version " + path("out")).output;
        for (const char* line : {"##contig=<ID=chrUn>",
                                 "##FILTER=<ID=muddy,",
                                 "##INFO=<ID=NEW,",
                                 "##INFO=<ID=GQ,",
                                 "##FORMAT=<ID=ZZ,"}) {
            EXPECT_NE(head.find(line), std::string::npos) << line;
        }
        if (index != IndexKind::kNone) {
            EXPECT_EQ(
                shell("bcftools view -H -r chrUn " + path("out")).output,
                wanted.substr(wanted.find("chrUn"), wanted.find("chr2") - wanted.find("chrUn")));
        }
        std::filesystem::remove(path("out"));
        std::filesystem::remove(path("out.tbi"));
        std::filesystem::remove(path("out.csi"));
        EXPECT_EQ(files(), std::vector<std::string>{"in.vcf"});
    }
}

TEST_F(VariantHostile, APipeCannotBeIndexed) {
    const std::string in = write("in.vcf", header_text() + kGood);
    ASSERT_EQ(shell("mkfifo " + path("pipe.vcf.gz")).status, 0);
    const auto error = error_of([&] {
        pass_through({.path = in},
                     {.path = path("pipe.vcf.gz"),
                      .format = VariantFormat::kVcfGz,
                      .index = IndexKind::kCsi});
    });
    ASSERT_TRUE(error.has_value());
    EXPECT_EQ(error->kind(), ErrorKind::kUsage);
}

TEST_F(VariantHostile, ABcfStreamCannotTakeUpADefinition) {
    const std::string in =
        write("in.vcf", header_text() + kGood + "chrUn\t10\t.\tA\tC\t.\tPASS\tDP=2\n");
    ASSERT_EQ(shell("mkfifo " + path("pipe")).status, 0);
    in_background("cat < " + path("pipe"));
    const auto error = error_of(
        [&] { pass_through({.path = in}, {.path = path("pipe"), .format = VariantFormat::kBcf}); });
    ASSERT_TRUE(error.has_value());
    EXPECT_EQ(error->kind(), ErrorKind::kInput);
    EXPECT_NE(std::string(error->what()).find("chrUn:10"), std::string::npos) << error->what();
}

TEST_F(VariantHostile, AHundredThousandSamples) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    constexpr int kSamples =
        5000;  // HTSlib grows its list by one: quadratic without realloc in place
#else
    constexpr int kSamples = 100000;
#endif
    std::vector<std::string> samples;
    std::string row;
    for (int i = 0; i < kSamples; ++i) {
        samples.push_back("S" + std::to_string(i));
        row += i % 3 == 0 ? "\t0/1:7" : "\t0|0:99";
    }
    const std::string in =
        write("in.vcf",
              header_text(samples) + "chr1\t10\t.\tA\tC\t.\tPASS\tDP=1\tGT:GQ" + row +
                  "\nchr1\t20\t.\tA\tC\t.\tPASS\tDP=1\tGT:GQ" + row + "\n");
    pass_through({.path = in}, {.path = path("out.vcf")});
    EXPECT_TRUE(read_all(path("out.vcf")) == read_all(in));
}

TEST_F(VariantHostile, IntegersBeyond32BitsAreReported) {
    const std::string in =
        write("in.vcf",
              header_text({"S1", "S2"}) +
                  "chr1\t10\t.\tA\tC\t.\t.\tTXT=99999999999;DP=2147483647;AF=12345678901\tGT:GQ\t0:"
                  "7\t0:8\n"
                  "chr1\t20\t.\tA\tC\t.\t.\tTXT=1;DP=2147483648\tGT:GQ\t0:-9999999999\t0:8\n"
                  "chr1\t30\t.\tA\tC\t.\t.\tDP=99999999999999999999999\tGT:GQ\t0:7\t0:8\n");
    testing::internal::CaptureStderr();
    pass_through({.path = in}, {.path = path("out.vcf")});
    const std::string log = testing::internal::GetCapturedStderr();
    EXPECT_NE(log.find("in.vcf:13: INFO/DP holds an integer beyond 32 bits"), std::string::npos)
        << log;
    EXPECT_NE(log.find("3 integers beyond 32 bits in all"), std::string::npos) << log;
    EXPECT_NE(read_all(path("out.vcf")).find("TXT=1;DP=.\tGT:GQ\t0:.\t0:8"), std::string::npos);
}

TEST_F(VariantHostile, UnsortedRecordsCannotBeIndexed) {
    const std::pair<std::string, std::string> cases[] = {
        {"chr1\t10\t.\tA\tC\t.\t.\t.\nchr1\t9\t.\tA\tC\t.\t.\t.\n", "chr1:9 comes after chr1:10"},
        {"chr2\t10\t.\tA\tC\t.\t.\t.\nchr1\t9\t.\tA\tC\t.\t.\t.\nchr2\t11\t.\tA\tC\t.\t.\t.\n",
         "chr2:11 comes after records on chr1"}};
    for (const auto& [text, message] : cases) {
        const std::string in = write("in.vcf", header_text() + text);
        const auto error = error_of([&] {
            pass_through({.path = in},
                         {.path = path("out.vcf.gz"),
                          .format = VariantFormat::kVcfGz,
                          .index = IndexKind::kCsi});
        });
        ASSERT_TRUE(error.has_value());
        EXPECT_EQ(error->kind(), ErrorKind::kInput);
        EXPECT_NE(std::string(error->what()).find(message), std::string::npos) << error->what();
        EXPECT_EQ(files(), std::vector<std::string>{"in.vcf"});
    }
}

TEST_F(VariantHostile, PositionsThatAFormatCannotHold) {
    const std::string in = write("in.vcf", header_text() + "chr1\t3000000000\t.\tA\tC\t.\t.\t.\n");
    const auto bcf = error_of([&] {
        pass_through({.path = in}, {.path = path("out.bcf"), .format = VariantFormat::kBcf});
    });
    ASSERT_TRUE(bcf.has_value());
    EXPECT_EQ(bcf->kind(), ErrorKind::kInput);
    const auto tbi = error_of([&] {
        pass_through({.path = in},
                     {.path = path("out.vcf.gz"),
                      .format = VariantFormat::kVcfGz,
                      .index = IndexKind::kTbi});
    });
    ASSERT_TRUE(tbi.has_value());
    EXPECT_NE(tbi->what() + std::string(), "");
    EXPECT_NE(std::string(tbi->what()).find("csi"), std::string::npos);
    EXPECT_EQ(files(), std::vector<std::string>{"in.vcf"});
    pass_through({.path = in}, {.path = path("out.vcf")});
    EXPECT_EQ(read_all(path("out.vcf")), read_all(in));
}

TEST_F(VariantHostile, AFullDeviceIsAnOutputErrorAndLeavesNothing) {
    if (geteuid() != 0) {
        GTEST_SKIP() << "mounting a small tmpfs needs root";
    }
    const std::string in = write("big.vcf", big());
    std::filesystem::create_directories(path("disk"));
    if (::mount("tmpfs", path("disk").c_str(), "tmpfs", 0, "size=16k") != 0) {
        GTEST_SKIP() << "cannot mount a tmpfs here";
    }
    const std::pair<VariantFormat, std::string> formats[] = {
        {VariantFormat::kVcf, "o.vcf"},
        {VariantFormat::kVcfGz, "o.vcf.gz"},
        {VariantFormat::kBcf, "o.bcf"},
        {VariantFormat::kBcfUncompressed, "u.bcf"}};
    for (const auto& [format, name] : formats) {
        for (const int threads : {0, 2}) {
            const auto error = error_of([&] {
                pass_through(
                    {.path = in}, {.path = path("disk/" + name), .format = format}, threads);
            });
            EXPECT_TRUE(error.has_value()) << name;
            if (error) {
                EXPECT_EQ(error->kind(), ErrorKind::kOutput) << error->what();
            }
            EXPECT_TRUE(std::filesystem::is_empty(path("disk"))) << name;
        }
    }
    // Detached, because HTSlib leaves the file open when its last flush fails.
    ASSERT_EQ(::umount2(path("disk").c_str(), MNT_DETACH), 0);
}

TEST_F(VariantHostile, WritesDevicesAndPipesDirectlyAndFollowsLinks) {
    const std::string in = write("in.vcf", header_text() + kGood);
    const auto error = error_of([&] { pass_through({.path = in}, {.path = "/dev/full"}); });
    ASSERT_TRUE(error.has_value());
    EXPECT_EQ(error->kind(), ErrorKind::kOutput);
    EXPECT_TRUE(std::filesystem::is_character_file("/dev/full"));
    write("target.vcf", "old");
    std::filesystem::create_symlink("target.vcf", path("link.vcf"));
    pass_through({.path = in}, {.path = path("link.vcf")});
    EXPECT_TRUE(std::filesystem::is_symlink(path("link.vcf")));
    EXPECT_EQ(read_all(path("target.vcf")), read_all(in));
    const auto missing =
        error_of([&] { pass_through({.path = in}, {.path = path("no/out.vcf")}); });
    ASSERT_TRUE(missing.has_value());
    EXPECT_EQ(missing->kind(), ErrorKind::kOutput);
}

TEST_F(VariantHostile, ClashingDefinitionsNameBoth) {
    VariantHeader header;
    header.add_line("##INFO=<ID=VH_S,Number=1,Type=Integer,Description=\"theirs\">");
    const auto error = error_of(
        [&] { header.add_line("##INFO=<ID=VH_S,Number=A,Type=String,Description=\"ours\">"); });
    ASSERT_TRUE(error.has_value());
    EXPECT_EQ(error->kind(), ErrorKind::kInput);
    EXPECT_NE(std::string(error->what()).find("Number=1,Type=Integer"), std::string::npos);
    EXPECT_NE(std::string(error->what()).find("Number=A,Type=String"), std::string::npos);
    header.add_line("##INFO=<ID=VH_S,Number=1,Type=Integer,Description=\"again\">");
    EXPECT_TRUE(header.has_info("VH_S"));
}

}  // namespace
}  // namespace varhush::io::test
