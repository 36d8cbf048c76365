#include "stream_support.hpp"

namespace varhush::io::test {
namespace {

class VariantRoundTrip : public FolderTest {
  protected:
    static std::string records() {
        return "chr1\t100\trs1\tA\tC,G\t29.5\tPASS\tDP=7;AF=0.25,0.5;TXT=x,y\tGT:GQ\t0/"
               "1:30\t1|2:4\n"
               "chr1\t100\t.\tAC\t.\t.\t.\t.\tGT\t./.\t0/0\n"
               "chr1\t250\t.\tN\t<DEL>,*\t0\tq10\tTXT=caf\xc3\xa9\tGT\t.\t1/2\n"
               "chr2\t5\ta;b\tg\tt\t1e-05\tq10;PASS\tDP=.\tGT:GQ\t0:1\t1:.\n";
    }
    std::string input() const { return write("in.vcf", header_text({"S1", "S2"}) + records()); }
};

TEST_F(VariantRoundTrip, KeepsEveryByteOfRecordsAndHeader) {
    const std::string in = input();
    pass_through({.path = in}, {.path = path("out.vcf")});
    EXPECT_EQ(read_all(path("out.vcf")), read_all(in));
    EXPECT_EQ(files(), (std::vector<std::string>{"in.vcf", "out.vcf"}));
}

TEST_F(VariantRoundTrip, BcftoolsSeesTheSameInEveryFormat) {
    const std::string in = input();
    const std::string wanted = shell("bcftools view --no-version " + in).output;
    ASSERT_NE(wanted.find("chr2\t5\ta;b"), std::string::npos) << wanted;
    const std::pair<VariantFormat, std::string> formats[] = {
        {VariantFormat::kVcf, "o.vcf"},
        {VariantFormat::kVcfGz, "o.vcf.gz"},
        {VariantFormat::kBcf, "o.bcf"},
        {VariantFormat::kBcfUncompressed, "u.bcf"}};
    for (const auto& [format, name] : formats) {
        for (const int threads : {0, 2}) {
            pass_through({.path = in}, {.path = path(name), .format = format}, threads);
            const auto seen = shell("bcftools view --no-version " + path(name));
            EXPECT_EQ(seen.status, 0);
            EXPECT_EQ(seen.output, wanted) << name;
            pass_through({.path = path(name)}, {.path = path("back.vcf")}, threads);
            EXPECT_EQ(read_all(path("back.vcf")), wanted) << name;
        }
    }
}

TEST_F(VariantRoundTrip, ReadsPlainGzipAsBcftoolsDoes) {
    const std::string in = input();
    ASSERT_EQ(shell("gzip -k " + in).status, 0);
    pass_through({.path = in + ".gz"}, {.path = path("out.vcf")});
    EXPECT_EQ(read_all(path("out.vcf")), read_all(in));
}

TEST_F(VariantRoundTrip, AcceptsCarriageReturns) {
    std::string text = header_text() + "chr1\t7\t.\tA\tC\t.\t.\tDP=3\n";
    std::string dos;
    for (const char c : text) {
        dos += c == '\n' ? std::string("\r\n") : std::string(1, c);
    }
    pass_through({.path = write("dos.vcf", dos)}, {.path = path("out.vcf")});
    EXPECT_EQ(read_all(path("out.vcf")), text);
}

TEST_F(VariantRoundTrip, HeaderOnlyGivesHeaderOnly) {
    const std::string in = write("in.vcf", header_text());
    pass_through(
        {.path = in},
        {.path = path("out.vcf.gz"), .format = VariantFormat::kVcfGz, .index = IndexKind::kTbi});
    EXPECT_EQ(shell("bcftools view --no-version " + path("out.vcf.gz")).output, header_text());
    EXPECT_EQ(files(), (std::vector<std::string>{"in.vcf", "out.vcf.gz", "out.vcf.gz.tbi"}));
}

TEST_F(VariantRoundTrip, SetsInfoOfEveryKind) {
    const std::string in = input();
    const ThreadPool pool(0);
    for (const VariantFormat format : {VariantFormat::kVcf, VariantFormat::kBcf}) {
        VariantReader reader({.path = in}, pool);
        VariantHeader header = reader.header();
        header.add_line("##INFO=<ID=VH_S,Number=A,Type=String,Description=\"s\">");
        header.add_line("##INFO=<ID=VH_F,Number=A,Type=Float,Description=\"f\">");
        VariantWriter writer({.path = path("out"), .format = format}, header, pool);
        VariantRecord record;
        ASSERT_TRUE(reader.next(record));
        record.set_info(header, "VH_S", std::vector<std::string>{"OK", ""});
        record.set_info(header, "VH_F", std::vector<std::optional<float>>{0.5F, std::nullopt});
        record.set_info(header, "AF", std::vector<std::optional<float>>{});
        record.set_info(header, "TXT", std::vector<std::string>{"a;b,c", "d"});
        writer.write(record);
        writer.close();
        EXPECT_EQ(shell("bcftools view -H " + path("out")).output,
                  "chr1\t100\trs1\tA\tC,G\t29.5\tPASS\tDP=7;TXT=a%3Bb%2Cc,d;VH_S=OK,.;VH_F=0.5,."
                  "\tGT:GQ\t0/1:30\t1|2:4\n");
    }
}

TEST_F(VariantRoundTrip, RecordsMayBeKeptAndMovedWhileOthersAreRead) {
    const ThreadPool pool(1);
    VariantReader reader({.path = input()}, pool);
    std::vector<VariantRecord> kept;
    VariantRecord record;
    while (reader.next(record)) {
        kept.push_back(std::move(record));
    }
    ASSERT_EQ(kept.size(), 4U);
    EXPECT_EQ(kept[0].where(), "chr1:100 rs1");
    EXPECT_EQ(kept[1].alt_count(), 0U);
    EXPECT_EQ(kept[2].alt(1), "*");
    EXPECT_EQ(kept[3].where(), "chr2:5 a;b");
}

TEST_F(VariantRoundTrip, IndicesOfTheFormerFileAreGone) {
    write("old.vcf", header_text() + "chr1\t10\t.\tA\tC\t.\tPASS\tDP=1\n");
    write("new.vcf", header_text() + "chr2\t500000\t.\tA\tC\t.\tPASS\tDP=1\n");
    const auto pack = [&](const char* in, IndexKind kind) {
        pass_through({.path = path(in)},
                     {.path = path("out.vcf.gz"), .format = VariantFormat::kVcfGz, .index = kind});
    };
    const std::vector<std::pair<IndexKind, std::vector<std::string>>> cases = {
        {IndexKind::kTbi, {"new.vcf", "old.vcf", "out.vcf.gz", "out.vcf.gz.tbi"}},
        {IndexKind::kCsi, {"new.vcf", "old.vcf", "out.vcf.gz", "out.vcf.gz.csi"}},
        {IndexKind::kNone, {"new.vcf", "old.vcf", "out.vcf.gz"}}};
    for (const auto& [kind, wanted] : cases) {
        pack("old.vcf", IndexKind::kTbi);
        std::filesystem::copy_file(path("out.vcf.gz.tbi"), path("out.vcf.gz.csi"));
        pack("new.vcf", kind);
        EXPECT_EQ(files(), wanted);
        if (kind != IndexKind::kNone) {
            VariantReaderOptions options;
            options.path = path("out.vcf.gz");
            options.regions = {{"chr2", 499999, 500000}};
            EXPECT_EQ(read_records(options), std::vector<std::string>{"chr2:500000 A>C"});
        }
    }
}

TEST_F(VariantRoundTrip, AFailedRunKeepsTheFormerFileAndItsIndex) {
    write("old.vcf", header_text() + "chr1\t10\t.\tA\tC\t.\tPASS\tDP=1\n");
    write("cut.vcf", header_text() + "chr1\t10\t.\tA\tC\t.\tPASS\tDP=1");
    const VariantWriterOptions out = {
        .path = path("out.vcf.gz"), .format = VariantFormat::kVcfGz, .index = IndexKind::kCsi};
    pass_through({.path = path("old.vcf")}, out);
    const std::string data = read_all(path("out.vcf.gz"));
    const std::string index = read_all(path("out.vcf.gz.csi"));
    (void)error_of([&] { pass_through({.path = path("cut.vcf")}, out); });
    EXPECT_EQ(read_all(path("out.vcf.gz")), data);
    EXPECT_EQ(read_all(path("out.vcf.gz.csi")), index);
}

TEST_F(VariantRoundTrip, AnIndexThatIsALinkStaysOne) {
    write("old.vcf", header_text() + "chr1\t10\t.\tA\tC\t.\tPASS\tDP=1\n");
    const VariantWriterOptions out = {
        .path = path("out.vcf.gz"), .format = VariantFormat::kVcfGz, .index = IndexKind::kCsi};
    write("store.csi", "old");
    std::filesystem::create_symlink(path("store.csi"), path("out.vcf.gz.csi"));
    pass_through({.path = path("old.vcf")}, out);
    EXPECT_TRUE(std::filesystem::is_symlink(path("out.vcf.gz.csi")));
    VariantReaderOptions options;
    options.path = path("out.vcf.gz");
    options.regions = {{"chr1", 9, 10}};
    EXPECT_EQ(read_records(options), std::vector<std::string>{"chr1:10 A>C"});
}

}  // namespace
}  // namespace varhush::io::test
