#include "stream_support.hpp"

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <tuple>

namespace varhush::io::test {
namespace {

class VariantRegions : public FolderTest {
  protected:
    void SetUp() override {
        FolderTest::SetUp();
        std::string text = header_text();
        for (const char* contig : {"chr1", "chr2"}) {
            for (int i = 1; i <= 3000; ++i) {
                // Every tenth record is a deletion that reaches over the next ones.
                const std::string ref = i % 10 == 0 ? std::string(200, 'A') : "A";
                text += std::string(contig) + "\t" + std::to_string(i * 50) + "\t.\t" + ref +
                        "\tC\t.\tPASS\tDP=" + std::to_string(i) + "\n";
            }
        }
        write("in.vcf", text);
        ASSERT_EQ(shell("cd " + folder_.string() +
                        " && bgzip -k in.vcf && cp in.vcf.gz csi.vcf.gz && bcftools index -t "
                        "in.vcf.gz && bcftools index -c csi.vcf.gz && bcftools view -Ob in.vcf -o "
                        "in.bcf && bcftools index in.bcf")
                      .status,
                  0);
    }

    static std::vector<seq::Region> parse(const std::string& list) {
        std::vector<seq::Region> regions;
        std::stringstream stream(list);
        std::string one;
        while (std::getline(stream, one, ',')) {
            regions.push_back(seq::parse_region(one));
        }
        return regions;
    }

    std::string ours(const VariantReaderOptions& options) {
        pass_through(options, {.path = path("out.vcf")}, 1);
        const std::string text = read_all(path("out.vcf"));
        return text.substr(text.find('\n', text.find("#CHROM")) + 1);
    }
};

TEST_F(VariantRegions, GiveWhatBcftoolsGivesByPosition) {
    for (const char* list : {"chr1:5000-6000",
                             "chr2",
                             "chr2:140000-",
                             "chr2:100-2000,chr1:5010-5700",
                             "chr1:5000-6000,chr1:5500-7000,chr1:5500-5600,chr1:5000-6000",
                             "chr1:900-1000,chr1:100-200,chr1:1001-1100",
                             "chr1:51-99",
                             "chr1:100000000-200000000"}) {
        for (const char* file : {"in.vcf.gz", "csi.vcf.gz", "in.bcf"}) {
            const std::string wanted = shell("bcftools view -H --regions-overlap pos -r " +
                                             std::string(list) + " " + path(file))
                                           .output;
            VariantReaderOptions options;
            options.path = path(file);
            options.regions = parse(list);
            EXPECT_EQ(ours(options), wanted) << list << " of " << file;
        }
    }
}

// Long deletions from in front of a region, each once, also where they span several regions.
TEST_F(VariantRegions, OverlappingRecordsAreThoseOfBcftools) {
    for (const char* list : {"chr1:5000-6000",
                             "chr1:5051-5060",
                             "chr1:5051-5060,chr1:5071-5080,chr1:5090-5300,chr2:1-50",
                             "chr2:600-610,chr1:510-600,chr1:620-630"}) {
        for (const char* file : {"in.vcf.gz", "csi.vcf.gz", "in.bcf"}) {
            const std::string wanted = shell("bcftools view -H --regions-overlap record -r " +
                                             std::string(list) + " " + path(file))
                                           .output;
            VariantReaderOptions options;
            options.path = path(file);
            options.regions = parse(list);
            options.overlapping = true;
            EXPECT_EQ(ours(options), wanted) << list << " of " << file;
            EXPECT_NE(wanted, "");
        }
    }
}

TEST_F(VariantRegions, TargetsStreamAndMayExclude) {
    for (const char* list : {"chr1:5000-6000", "chr2:140000-,chr1:51-300", "chr2"}) {
        for (const bool excluded : {false, true}) {
            const std::string wanted =
                shell("bcftools view -H --targets-overlap pos -t " +
                      std::string(excluded ? "^" : "") + list + " " + path("in.vcf"))
                    .output;
            VariantReaderOptions options;
            options.path = path("in.vcf");
            options.targets = parse(list);
            options.targets_excluded = excluded;
            EXPECT_EQ(ours(options), wanted) << list;
        }
    }
}

TEST_F(VariantRegions, PiecesPutTogetherAreTheWhole) {
    std::string together;
    for (int i = 0; i < 8; ++i) {
        VariantReaderOptions options;
        options.path = path("in.vcf.gz");
        options.regions = {{"chr1", i * 20000, (i + 1) * 20000}};
        together += ours(options);
    }
    VariantReaderOptions whole;
    whole.path = path("in.vcf.gz");
    whole.regions = {{"chr1", 0, seq::Region::kToContigEnd}};
    EXPECT_EQ(together, ours(whole));
    EXPECT_EQ(std::count(together.begin(), together.end(), '\n'), 3000);
}

TEST_F(VariantRegions, TelomereRecordsBelongToTheFirstBase) {
    write("t.vcf", header_text() + "chr1\t0\t.\tN\t<DEL>\t.\t.\t.\nchr1\t1\t.\tA\tC\t.\t.\t.\n");
    ASSERT_EQ(shell("cd " + folder_.string() + " && bgzip t.vcf && bcftools index t.vcf.gz").status,
              0);
    VariantReaderOptions options;
    options.path = path("t.vcf.gz");
    const auto all = read_records(options);
    EXPECT_EQ(all.size(), 2U);
    options.targets = {{"chr1", 0, 1}};
    EXPECT_EQ(read_records(options), all);
    options.targets.clear();
    options.regions = {{"chr1", 0, 1}};
    EXPECT_EQ(read_records(options), all);
}

TEST_F(VariantRegions, AContigThatIsNotThereGivesNothing) {
    VariantReaderOptions options;
    options.path = path("in.vcf.gz");
    options.regions = {{"chr9", 0, 100}, {"chr1", 49, 50}};
    EXPECT_EQ(read_records(options), std::vector<std::string>{"chr1:50 A>C"});
}

TEST_F(VariantRegions, NeedAnIndexThatCanBeRead) {
    std::filesystem::remove(path("in.vcf.gz.tbi"));
    for (const char* file : {"in.vcf.gz", "in.vcf"}) {
        VariantReaderOptions options;
        options.path = path(file);
        options.regions = {{"chr1", 0, 100}};
        const auto error = error_of([&] { (void)read_records(options); });
        ASSERT_TRUE(error.has_value());
        EXPECT_EQ(error->kind(), ErrorKind::kInput);
        EXPECT_NE(error->hint().find("-t"), std::string::npos);
    }
    write("in.vcf.gz.tbi", "this is no index");
    VariantReaderOptions options;
    options.path = path("in.vcf.gz");
    options.regions = {{"chr1", 0, 100}};
    EXPECT_EQ(error_of([&] { (void)read_records(options); })->kind(), ErrorKind::kInput);
}

/// The first record is changed and the index kept, which still leads there.
TEST_F(VariantRegions, ADamagedBcfIsRefusedLikeInAStream) {
    const std::string good = shell("bgzip -dc " + path("in.bcf")).output;
    const std::size_t start = good.find("\x07\x17\x41\x17\x43");
    ASSERT_NE(start, std::string::npos);  // ID ".", REF "A", ALT "C" of the first record
    const std::size_t fixed = start - 24;
    const auto with = [&](std::size_t at, const std::string& bytes) {
        std::string damaged = good;
        return damaged.replace(at, bytes.size(), bytes);
    };
    const std::size_t filter = start + 5;  // \x11 0: the vector [PASS]
    ASSERT_EQ(good.substr(filter, 2), std::string("\x11\0", 2));
    ASSERT_EQ(good[filter + 2], '\x11');  // the key of INFO/DP
    const std::pair<std::string, std::string> cases[] = {
        {"rid", with(fixed, "\x63")},
        {"FILTER", with(filter + 1, "\x63")},
        {"INFO", with(filter + 3, "\x63")},
        {"size", with(start + 1, "\xf7")},
        {"no allele", with(fixed + 18, std::string("\0\0", 2))},
        {"no REF", with(start + 2, std::string("\0", 1))},
        {"POS", with(fixed + 4, "\xf0\xff\xff\xff")}};
    for (const auto& [what, bytes] : cases) {
        write("bad", bytes);
        ASSERT_EQ(shell("cd " + folder_.string() + " && bgzip -c bad > in.bcf").status, 0);
        for (const bool indexed : {false, true}) {
            VariantReaderOptions options;
            options.path = path("in.bcf");
            if (indexed) {
                options.regions = {{"chr1", 0, 1000}};
            }
            const auto error = error_of([&] { (void)read_records(options); });
            ASSERT_TRUE(error.has_value()) << what << indexed;
            EXPECT_EQ(error->kind(), ErrorKind::kInput) << what << indexed;
        }
    }
}

TEST_F(VariantRegions, FilesInEveryLayout) {
    const std::vector<seq::Region> wanted = {{"chr1", 9, 20}, {"chr2", 99, 100}};
    EXPECT_EQ(read_regions_file(write("a.bed", "#c\ntrack x\nchr1\t9\t20\tn\nchr2\t99\t100\n")),
              wanted);
    EXPECT_EQ(read_regions_file(write("a.tsv", "chr1\t10\t20\nchr2\t100\n")), wanted);
    EXPECT_EQ(read_regions_file(write("one.txt", "chr2\n")),
              (std::vector<seq::Region>{{"chr2", 0, seq::Region::kToContigEnd}}));
    EXPECT_EQ(read_regions_file(write("a.vcf", header_text() + "chr1\t10\t.\tA\tC\t.\t.\t.\n")),
              (std::vector<seq::Region>{{"chr1", 9, 10}}));
    ASSERT_EQ(shell("gzip -k " + path("a.bed")).status, 0);
    EXPECT_EQ(read_regions_file(path("a.bed.gz")), wanted);
}

TEST_F(VariantRegions, FilesThatAreNoRegionFiles) {
    const std::pair<std::string, std::string> cases[] = {{"chr1\tx\t20\n", ":1: not a coordinate"},
                                                         {"chr1\t10\t5\n", "before the start"},
                                                         {"chr1 5 10\n", ":1: 1 columns of 3"},
                                                         {"# nothing\n", "holds no regions"}};
    for (const auto& [text, message] : cases) {
        write("a.bed", text);
        const auto error = error_of([&] { (void)read_regions_file(path("a.bed")); });
        ASSERT_TRUE(error.has_value());
        EXPECT_EQ(error->kind(), ErrorKind::kInput);
        EXPECT_NE(std::string(error->what()).find(message), std::string::npos) << error->what();
    }
}

TEST_F(VariantRegions, FilesThatAreCutOrSeparatedByBlanks) {
    const std::tuple<std::string, std::string, std::string, std::string> cases[] = {
        {"a.bed", "chr1\t9\t20\nchr1\t90\t20", ":2: the last line has no line end", "echo >>"},
        {"a.tsv", "chr1\t9\t20\nchr1", ":2: the last line has no line end", "echo >>"},
        {"a.tsv", "chr1\t9\t20\nchr1 10 20\n", ":2: a contig name with a blank", "tabs"},
        {"a.tsv", "chr1 10\t20\n", ":1: a contig name with a blank", "tabs"},
        {"a.tsv", "chr1 \n", ":1: a contig name with a blank", "tabs"}};
    for (const auto& [name, text, message, hint] : cases) {
        const std::string file = write(name, text);
        const auto error = error_of([&] { (void)read_regions_file(file); });
        ASSERT_TRUE(error.has_value()) << text;
        EXPECT_EQ(error->kind(), ErrorKind::kInput);
        EXPECT_NE(std::string(error->what()).find(message), std::string::npos) << error->what();
        EXPECT_NE(error->hint().find(hint), std::string::npos) << error->hint();
    }
}

}  // namespace
}  // namespace varhush::io::test
