// Repairs of whole files: what VariantFixer makes of them, and whether the real bcftools agrees.

#include "varhush/io/variant_fixer.hpp"

#include "stream_support.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>

namespace varhush::io {
namespace {

using test::shell;
using testing::ElementsAre;
using testing::HasSubstr;

class VariantFixerTest : public test::FolderTest {
  protected:
    //                                        0123456789012345678
    VariantFixerTest() { reference_.add("chr1", "CACACAGGGTTTNNACGTC"); }

    /// Lines of the repaired file, without the header.
    std::vector<std::string> fix(const std::string& vcf,
                                 const VariantFixerOptions& options,
                                 const std::string& output = "out.vcf") {
        const std::string input = write("in.vcf", vcf);
        return fix_file(input, options, output);
    }

    std::vector<std::string> fix_file(const std::string& input,
                                      const VariantFixerOptions& options,
                                      const std::string& output = "out.vcf") {
        const ThreadPool pool(0);
        VariantRecord record;
        VariantReader first({.path = input}, pool);
        while (first.next(record)) {
        }
        VariantReader reader({.path = input}, pool);
        std::optional<VariantWriter> writer;
        VariantFixer fixer(
            first.header(), reference_, options, [&](VariantRecord& one) { writer->write(one); });
        writer.emplace(
            choose_output(path(output), std::nullopt, std::nullopt), fixer.header(), pool);
        while (reader.next(record)) {
            fixer.put(record);
        }
        fixer.finish();
        writer->close();
        counts_ = fixer.counts();
        return records_of(path(output));
    }

    std::vector<std::string> records_of(const std::string& file) {
        std::vector<std::string> lines;
        std::ifstream in(file);
        header_.clear();
        for (std::string line; std::getline(in, line);) {
            if (line[0] == '#') {
                header_ += line + '\n';
            } else {
                lines.push_back(line);
            }
        }
        return lines;
    }

    seq::StringReference reference_;
    VariantFixerCounts counts_;
    std::string header_;
};

std::string vcf(const std::string& records,
                const std::string& contig = "##contig=<ID=chr1,length=19>\n",
                const std::string& samples = "") {
    return "##fileformat=VCFv4.2\n" + contig +
           "##INFO=<ID=END,Number=1,Type=Integer,Description=\"e\">\n"
           "##INFO=<ID=AC,Number=A,Type=Integer,Description=\"a\">\n"
           "##INFO=<ID=AF,Number=A,Type=Float,Description=\"a\">\n"
           "##INFO=<ID=DPR,Number=R,Type=Integer,Description=\"r\">\n"
           "##INFO=<ID=GC,Number=G,Type=Integer,Description=\"g\">\n"
           "##INFO=<ID=NS,Number=1,Type=Integer,Description=\"n\">\n"
           "##INFO=<ID=TX,Number=A,Type=String,Description=\"t\">\n"
           "##INFO=<ID=DB,Number=0,Type=Flag,Description=\"f\">\n"
           "##FILTER=<ID=q10,Description=\"q\">\n"
           "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"g\">\n"
           "##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"r\">\n"
           "##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"g\">\n"
           "##FORMAT=<ID=DP,Number=1,Type=Integer,Description=\"d\">\n"
           "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO" +
           (samples.empty() ? "" : "\tFORMAT" + samples) + "\n" + records;
}

constexpr VariantFixerOptions kRename{.left_align = false};
constexpr VariantFixerOptions kAlign{.rename = false};
constexpr VariantFixerOptions kSplit{.rename = false, .left_align = false, .split = true};
constexpr VariantFixerOptions kJoin{.rename = false, .left_align = false, .join = true};

TEST_F(VariantFixerTest, RenamesContigsInHeaderRecordsAndBreakends) {
    const auto lines = fix(vcf("1\t7\t.\tG\tT\t.\t.\tNS=1\n1\t8\tb\tG\tG]1:3]\t.\t.\t.\n"
                               "7\t1\t.\tA\tC\t.\t.\t.\n",
                               "##contig=<ID=7>\n##contig=<ID=1,assembly=x>\n"),
                           kRename);
    EXPECT_THAT(lines,
                ElementsAre("chr1\t7\t.\tG\tT\t.\t.\tNS=1",
                            "chr1\t8\tb\tG\tG]chr1:3]\t.\t.\t.",
                            "7\t1\t.\tA\tC\t.\t.\t."));
    EXPECT_THAT(header_, HasSubstr("##contig=<ID=7>\n"));
    EXPECT_THAT(header_, HasSubstr("##contig=<ID=chr1,assembly=x,length=19>\n"));
    EXPECT_EQ(counts_.renamed, 2);
}

TEST_F(VariantFixerTest, RenamesContigsThatTheHeaderLacks) {
    const auto lines =
        fix(vcf("1\t7\t.\tG\tT\t.\t.\tNEW=5\n1\t8\t.\tG\tT\t.\tlate\t.\n", ""), kRename);
    EXPECT_THAT(lines,
                ElementsAre("chr1\t7\t.\tG\tT\t.\t.\tNEW=5", "chr1\t8\t.\tG\tT\t.\tlate\t."));
    EXPECT_THAT(header_, HasSubstr("##contig=<ID=chr1,length=19>\n"));
    EXPECT_THAT(header_, testing::Not(HasSubstr("ID=1>")));
}

TEST_F(VariantFixerTest, DoesNotRenameOntoAContigThatIsThere) {
    const std::string both = "##contig=<ID=chr1,length=19>\n##contig=<ID=1>\n";
    EXPECT_THAT(fix(vcf("chr1\t7\t.\tG\tT\t.\t.\t.\n1\t7\t.\tG\tT\t.\t.\t.\n", both), kRename),
                ElementsAre("chr1\t7\t.\tG\tT\t.\t.\t.", "1\t7\t.\tG\tT\t.\t.\t."));
}

TEST_F(VariantFixerTest, LeftAlignsAndPutsRecordsInOrderAgain) {
    const auto lines = fix(vcf("chr1\t1\ta\tC\tT\t.\t.\t.\n"
                               "chr1\t7\tb\tG\tT\t.\tq10\tNS=3\n"
                               "chr1\t9\tc\tG\tGG\t30\tPASS\tAC=1;END=9\n"
                               "chr1\t9\td\tG\t<DEL>\t.\t.\tEND=12\n"
                               "chr1\t18\te\tT\t*\t.\t.\t.\n"),
                           kAlign);
    EXPECT_THAT(lines,
                ElementsAre("chr1\t1\ta\tC\tT\t.\t.\t.",
                            "chr1\t6\tc\tA\tAG\t30\tPASS\tAC=1;END=6",
                            "chr1\t7\tb\tG\tT\t.\tq10\tNS=3",
                            "chr1\t9\td\tG\t<DEL>\t.\t.\tEND=12",
                            "chr1\t18\te\tT\t*\t.\t.\t."));
    EXPECT_EQ(counts_.left_aligned, 1);
}

TEST_F(VariantFixerTest, KeepsTheOrderOfAnUnsortedFile) {
    VariantFixerOptions options = kAlign;
    options.sorted = false;
    EXPECT_THAT(fix(vcf("chr1\t7\tb\tG\tT\t.\t.\t.\nchr1\t9\tc\tG\tGG\t.\t.\t.\n"
                        "chr1\t1\ta\tC\tT\t.\t.\t.\n"),
                    options),
                ElementsAre("chr1\t7\tb\tG\tT\t.\t.\t.",
                            "chr1\t6\tc\tA\tAG\t.\t.\t.",
                            "chr1\t1\ta\tC\tT\t.\t.\t."));
}

TEST_F(VariantFixerTest, LeavesRecordsOfUnknownContigsAndWithAWrongRef) {
    const std::string records = "chr1\t9\tc\tC\tCC\t.\t.\t.\nchr9\t9\td\tG\tGG\t.\t.\t.\n";
    EXPECT_THAT(fix(vcf(records, "##contig=<ID=chr1>\n##contig=<ID=chr9>\n"), {}),
                ElementsAre("chr1\t9\tc\tC\tCC\t.\t.\t.", "chr9\t9\td\tG\tGG\t.\t.\t."));
}

TEST_F(VariantFixerTest, SplitsEveryKindOfTag) {
    const auto lines =
        fix(vcf("chr1\t7\tx\tG\tA,T,GC\t9.5\tPASS\tAC=1,2,3;AF=0.1,.,0.3;DPR=9,8,7,6;"
                "GC=0,1,2,3,4,5,6,7,8,9;NS=4;TX=a,b,c;DB\tGT:AD:PL:DP\t"
                "0/1:9,8,7,6:0,1,2,3,4,5,6,7,8,9:30\t2|3:.:.:.\t./.\t3:1,2,3,4:5,6,7,8:10\n",
                "##contig=<ID=chr1>\n",
                "\ts1\ts2\ts3\ts4"),
            kSplit);
    EXPECT_THAT(
        lines,
        ElementsAre("chr1\t7\tx\tG\tA\t9.5\tPASS\tAC=1;AF=0.1;DPR=9,8;GC=0,1,2;NS=4;TX=a;DB\t"
                    "GT:AD:PL:DP\t0/1:9,8:0,1,2:30\t0|0:.:.:.\t./.:.:.:.\t0:1,2:5,6:10",
                    "chr1\t7\tx\tG\tT\t9.5\tPASS\tAC=2;AF=.;DPR=9,7;GC=0,3,5;NS=4;TX=b;DB\t"
                    "GT:AD:PL:DP\t0/0:9,7:0,3,5:30\t1|0:.:.:.\t./.:.:.:.\t0:1,3:5,7:10",
                    "chr1\t7\tx\tG\tGC\t9.5\tPASS\tAC=3;AF=0.3;DPR=9,6;GC=0,6,9;NS=4;TX=c;DB"
                    "\tGT:AD:PL:DP\t0/0:9,6:0,6,9:30\t0|1:.:.:.\t./.:.:.:.\t1:1,4:5,8:10"));
    EXPECT_EQ(counts_.split, 1);
}

TEST_F(VariantFixerTest, RefusesToDealOutTheWrongNumberOfValues) {
    for (const std::string tag : {"AC=1", "DPR=1,2", "GC=1,2,3,4", "TX=a,b,c"}) {
        const auto error =
            test::error_of([&] { fix(vcf("chr1\t7\t.\tG\tA,T\t.\t.\t" + tag + "\n"), kSplit); });
        ASSERT_TRUE(error);
        EXPECT_EQ(error->kind(), ErrorKind::kInput);
        EXPECT_THAT(error->what(), HasSubstr("chr1:7: INFO/" + tag.substr(0, tag.find('='))));
    }
    EXPECT_THAT(files(), ElementsAre("in.vcf"));  // no output, no .part
}

TEST_F(VariantFixerTest, JoinsWhatSplittingMade) {
    const std::string original =
        "chr1\t7\tx\tG\tA,T\t9.5\tPASS\tAC=1,2;AF=0.1,0.3;DPR=9,8,7;NS=4;TX=a,b;DB\tGT:AD:DP\t"
        "0/1:9,8,7:30\t2|1:4,5,6:.\t./.:.:.\t2:1,2,3:10\n";
    const std::string samples = "\ts1\ts2\ts3\ts4";
    const auto split = fix(vcf(original, "##contig=<ID=chr1>\n", samples), kSplit, "split.vcf");
    ASSERT_EQ(split.size(), 2U);
    const auto joined = fix_file(path("split.vcf"), kJoin);
    ASSERT_EQ(joined.size(), 1U);
    EXPECT_EQ(joined[0] + "\n", original);
    EXPECT_EQ(counts_.joined, 1);
}

TEST_F(VariantFixerTest, JoinFillsWhatNoRecordKnowsAndProlongsShortAlleles) {
    const auto lines = fix(vcf("chr1\t7\ta\tG\tGA\t5\tq10\tAC=1\tGT:PL\t0/1:9,0,9\n"
                               "chr1\t7\tb\tG\tC\t.\tPASS\tAC=3\tGT:PL\t0/0:1,2,3\n"
                               "chr1\t7\tc\tGGG\tG\t7\tPASS\tNS=2;DB\tGT:PL\t0/1:8,0,7\n"
                               "chr1\t7\td\tG\t<DEL>\t.\t.\t.\tGT\t0/0\n",
                               "##contig=<ID=chr1>\n",
                               "\ts1"),
                           kJoin);
    EXPECT_THAT(lines,
                ElementsAre("chr1\t7\ta;c\tGGG\tGAGG,G\t7\tq10\tAC=1,.;NS=2;DB\tGT:PL\t"
                            "1/2:9,0,9,0,.,7",
                            "chr1\t7\tb\tG\tC\t.\tPASS\tAC=3\tGT:PL\t0/0:1,2,3",
                            "chr1\t7\td\tG\t<DEL>\t.\t.\t.\tGT\t0/0"));
}

TEST_F(VariantFixerTest, DoesNotJoinWhatWouldLoseAGenotype) {
    const auto pair = [](const std::string& a, const std::string& b) {
        return vcf(
            "chr1\t7\ta\tG\tA\t.\t.\t.\tGT\t" + a + "\nchr1\t7\tb\tG\tT\t.\t.\t.\tGT\t" + b + "\n",
            "##contig=<ID=chr1>\n",
            "\ts1");
    };
    for (const auto& [a, b] : {std::pair("0|1", "0|1"),
                               std::pair("1/1", "0/1"),
                               std::pair("0/1", "1"),
                               std::pair("./0/1", "0/0/1")}) {
        EXPECT_EQ(fix(pair(a, b), kJoin).size(), 2U) << a << ' ' << b;
        EXPECT_EQ(counts_.not_joined, 1);
    }
    EXPECT_THAT(fix(pair("0/1", "0/1"), kJoin), ElementsAre(HasSubstr("\t1/2")));
    EXPECT_THAT(fix(pair("1|0", "0|1"), kJoin), ElementsAre(HasSubstr("\t1|2")));
    EXPECT_THAT(fix(pair("./.", "0/1"), kJoin), ElementsAre(HasSubstr("\t./2")));
    // The same change twice is a duplicate, not a second allele.
    EXPECT_EQ(fix(vcf("chr1\t7\ta\tG\tA\t.\t.\t.\nchr1\t7\tb\tG\tA\t.\t.\t.\n"), kJoin).size(), 2U);
}

TEST_F(VariantFixerTest, PassesUntouchedBcfRecordsThroughBitForBit) {
    if (shell("bcftools --version").status != 0) {
        GTEST_SKIP() << "bcftools is not installed";
    }
    write("a.vcf",
          vcf("1\t7\t.\tG\tT\t.\t.\tAF=0.123456789\n", "##contig=<ID=7>\n##contig=<ID=1>\n"));
    ASSERT_EQ(shell("cd " + folder_.string() + " && bcftools view -Ob -o a.bcf a.vcf").status, 0);
    EXPECT_THAT(fix_file(path("a.bcf"), {}), ElementsAre("chr1\t7\t.\tG\tT\t.\t.\tAF=0.123457"));
}

/// A random file with multi-allelic records in a repetitive reference and tags of every kind.
std::string random_vcf(std::mt19937& random, const std::string& bases) {
    const auto below = [&](std::size_t bound) { return random() % bound; };
    const auto list = [&](std::size_t count) {
        std::string text;
        for (std::size_t i = 0; i < count; ++i) {
            text += (i > 0 ? "," : "") + (below(9) == 0 ? "." : std::to_string(below(100)));
        }
        return text;
    };
    std::string text;
    std::size_t position = 20;
    while (position + 30 < bases.size()) {
        const std::string ref = bases.substr(position, 1 + below(5));
        std::vector<std::string> alts;
        for (std::size_t i = 1 + below(3); i > 0; --i) {
            std::string alt = ref;
            alt.insert(below(alt.size() + 1), bases.substr(below(100), below(3)));
            alt.erase(below(alt.size()), below(3));
            if (!alt.empty() && alt != ref &&
                std::find(alts.begin(), alts.end(), alt) == alts.end()) {
                alts.push_back(alt);
            }
        }
        if (alts.empty()) {
            continue;
        }
        const std::size_t n = alts.size() + 1;
        std::string joined;
        for (const std::string& alt : alts) {
            joined += (joined.empty() ? "" : ",") + alt;
        }
        text += "chr1\t" + std::to_string(position + 1) + "\tr" + std::to_string(position) + '\t' +
                ref + '\t' + joined + "\t50\tPASS\tAC=" + list(n - 1) + ";DPR=" + list(n) +
                ";GC=" + list(n * (n + 1) / 2) + ";NS=" + std::to_string(below(9)) +
                "\tGT:AD:PL:DP";
        for (int sample = 0; sample < 3; ++sample) {
            text += '\t' + std::to_string(below(n)) + (below(2) == 0 ? "/" : "|") +
                    std::to_string(below(n)) + ':' + list(n) + ':' + list(n * (n + 1) / 2) + ':' +
                    std::to_string(below(50));
        }
        text += '\n';
        position += 1 + below(12);
    }
    return text;
}

TEST_F(VariantFixerTest, SplitsAndAlignsAsBcftoolsNormDoes) {
    if (shell("bcftools --version && samtools --version").status != 0) {
        GTEST_SKIP() << "bcftools or samtools is not installed";
    }
    std::mt19937 random(11);
    std::string bases = "G";
    while (bases.size() < 6000) {
        const std::string unit = std::string("ACAGTCAT").substr(random() % 6, 1 + random() % 3);
        for (std::size_t i = 1 + random() % 6; i > 0; --i) {
            bases += unit;
        }
    }
    reference_ = seq::StringReference();
    reference_.add("chr1", bases);
    write("ref.fa", ">chr1\n" + bases + "\n");
    const std::string contig = "##contig=<ID=chr1,length=" + std::to_string(bases.size()) + ">\n";
    write("in.vcf", vcf(random_vcf(random, bases), contig, "\ts1\ts2\ts3"));
    const auto compare = [&](const std::string& arguments, const VariantFixerOptions& options) {
        ASSERT_EQ(shell("cd " + folder_.string() + " && samtools faidx ref.fa && bcftools norm " +
                        arguments + " in.vcf -o norm.vcf")
                      .status,
                  0);
        std::vector<std::string> expected = records_of(path("norm.vcf"));
        std::vector<std::string> ours = fix_file(path("in.vcf"), options);
        ASSERT_GT(ours.size(), 500U);
        EXPECT_TRUE(std::is_sorted(ours.begin(), ours.end(), [](const auto& a, const auto& b) {
            return std::stol(a.substr(5)) < std::stol(b.substr(5));
        }));
        // Records at one place may stand in another order.
        std::sort(expected.begin(), expected.end());
        std::sort(ours.begin(), ours.end());
        EXPECT_EQ(ours, expected) << arguments;
    };
    compare("-m-", kSplit);
    compare("-f ref.fa", kAlign);
    compare("-f ref.fa -m-", {.split = true});
}

TEST_F(VariantFixerTest, JoinsTheAllelesBcftoolsNormJoins) {
    if (shell("bcftools --version").status != 0) {
        GTEST_SKIP() << "bcftools is not installed";
    }
    std::mt19937 random(12);
    std::string records;
    for (int position = 1; position < 400; position += 1 + static_cast<int>(random() % 3)) {
        for (const char alt : std::string("ACT")) {
            if (random() % 2 == 0) {
                records += "chr1\t" + std::to_string(position) + "\t.\tG\t" + alt +
                           "\t.\t.\tAC=" + std::to_string(random() % 9) + ";DPR=7," +
                           std::to_string(random() % 9) + "\n";
            }
        }
    }
    write("in.vcf", vcf(records));
    ASSERT_EQ(shell("cd " + folder_.string() + " && bcftools norm -m+ in.vcf -o norm.vcf").status,
              0);
    const auto expected = records_of(path("norm.vcf"));
    const auto ours = fix_file(path("in.vcf"), kJoin);
    ASSERT_GT(counts_.joined, 50);
    EXPECT_EQ(ours, expected);
}

}  // namespace
}  // namespace varhush::io
