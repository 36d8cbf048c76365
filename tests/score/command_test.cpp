// The command as users run it, without a model: statuses, counts, formats, bad input.
#include "command_fixture.hpp"
#include "sample_vcf.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace varhush::apps {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class ScoreCommand : public CommandFixture {
  protected:
    // What an error must look like: its exit code, its words, and nothing left behind.
    void expect_failure(const std::string& command, int code, const std::string& words) {
        const auto outcome = run(command);
        EXPECT_EQ(outcome.exit_code, code) << command << "\n" << outcome.err;
        EXPECT_THAT(outcome.err, HasSubstr(words)) << command;
        EXPECT_THAT(files("out"), IsEmpty()) << command;
    }
};

const std::string kBases = "NNNNNNNNNNACGTACGTACGTTTTTACGGGCATacgtacgtACGTRYACGT";  // 50 bases

std::string status_vcf() {
    return kSampleHead + "##INFO=<ID=END,Number=1,Type=Integer,Description=\"End\">\n" +
           kSampleColumns +
           "chr1\t11\tsnv\tA\tG\t.\t.\t.\n"
           "chr1\t12\tmismatch\tA\tG\t.\t.\t.\n"
           "chr1\t13\tsymbolic\tG\t<DEL>\t.\t.\tEND=20\n"
           "chr1\t14\tstar\tT\tC,*\t.\t.\t.\n"
           "chr1\t15\tmonomorphic\tA\t.\t.\t.\t.\n"
           "chr1\t16\talt_n\tC\tN\t.\t.\t.\n"
           "chr1\t17\tlower\tg\ta\t.\t.\t.\n"
           "chr1\t35\tsoft_masked\tA\tT\t.\t.\t.\n"
           "chr1\t49\tpast_end\tGTT\tG\t.\t.\t.\n"
           "chr1\t900\tbeyond\tG\tA\t.\t.\t.\n"
           "chr2\t5\tcontig\tA\tC\t.\t.\t.\n";
}

TEST_F(ScoreCommand, EveryAlleleGetsItsStatus) {
    write("ref.fa", ">1\n" + kBases + "\n");
    write("in.vcf", status_vcf());
    const auto outcome =
        run("varhush score -m none -f ref.fa in.vcf --stats stats.json -o out.vcf");
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_EQ(run("bcftools query -f '%ID %VH_STATUS\\n' out.vcf").out,
              "snv SKIPPED\n"
              "mismatch REF_MISMATCH\n"
              "symbolic SYMBOLIC\n"
              "star SKIPPED,STAR\n"
              "monomorphic .\n"
              "alt_n NON_ACGT\n"
              "lower SKIPPED\n"
              "soft_masked SKIPPED\n"
              "past_end REF_MISMATCH\n"
              "beyond REF_MISMATCH\n"
              "contig CONTIG_MISSING\n");
    EXPECT_THAT(outcome.err,
                HasSubstr("11 records, 11 alleles = 0 scored + 3 REF_MISMATCH + 1 SYMBOLIC + "
                          "1 STAR + 1 NON_ACGT + 1 CONTIG_MISSING + 4 SKIPPED"));
    const auto stats = nlohmann::json::parse(read("stats.json"));
    EXPECT_EQ(stats["alleles"], 11);
    EXPECT_EQ(stats["records"], 11);
    EXPECT_EQ(stats["status"]["REF_MISMATCH"], 3);
    EXPECT_EQ(stats["model"], "none");
    EXPECT_THAT(outcome.err, HasSubstr("genome build"));  // 3 of 9: a loud warning
}

TEST_F(ScoreCommand, OtherFieldsAndTheHeaderStayAsTheyWere) {
    write("in.vcf", sample_vcf(300));
    ASSERT_EQ(run("varhush score -m none --no-version in.vcf -o out.vcf").exit_code, 0);
    EXPECT_EQ(run("bcftools annotate --no-version -x INFO/VH_STATUS out.vcf | grep -v varhush").out,
              read("in.vcf"));
}

TEST_F(ScoreCommand, HeaderNamesVersionCommandAndModel) {
    write("in.vcf", sample_vcf(3));
    const auto full = run("varhush score -m none in.vcf").out;
    EXPECT_THAT(full, HasSubstr("##varhush_scoreVersion="));
    EXPECT_THAT(full, HasSubstr("##varhush_scoreCommand=score -m none in.vcf\n"));
    EXPECT_THAT(full, HasSubstr("##varhush_model=<ID=none,SHA256=.,Window=.,Calibration=none,"));
    const auto bare = run("varhush score -m none --no-version in.vcf").out;
    EXPECT_THAT(bare, Not(HasSubstr("varhush_score")));
    EXPECT_THAT(bare, HasSubstr("##varhush_model=<ID=none,"));
}

TEST_F(ScoreCommand, ASecondRunReplacesTheFirst) {
    write("in.vcf", sample_vcf(50));
    ASSERT_EQ(run("varhush score -m none --no-version in.vcf -o out1.vcf").exit_code, 0);
    ASSERT_EQ(run("varhush score -m none --no-version out1.vcf -o out2.vcf").exit_code, 0);
    EXPECT_EQ(read("out1.vcf"), read("out2.vcf"));
}

TEST_F(ScoreCommand, MaxUnscoredGivesExitFourWithACompleteOutput) {
    write("in.vcf", sample_vcf(100));
    const auto outcome = run("varhush score -m none --max-unscored 99% in.vcf -o out.vcf");
    EXPECT_EQ(outcome.exit_code, 4);
    EXPECT_THAT(outcome.err, HasSubstr("more than --max-unscored 99% allows"));
    EXPECT_EQ(run("bcftools view -H out.vcf | wc -l").out, "100\n");
    EXPECT_EQ(run("varhush score -m none --max-unscored 100% in.vcf -o out.vcf").exit_code, 0);
}

TEST_F(ScoreCommand, QuietSaysNothing) {
    write("in.vcf", sample_vcf(3));
    EXPECT_EQ(run("varhush score -q -m none in.vcf -o out.vcf").err, "");
}

TEST_F(ScoreCommand, SummaryIsTheLastLine) {
    write("in.vcf", sample_vcf(7));
    const auto err = run("varhush score -m none in.vcf -o out.vcf").err;
    EXPECT_THAT(err, HasSubstr("7 records, 8 alleles = 0 scored + 1 STAR + 7 SKIPPED"));
    EXPECT_THAT(err, EndsWith("alleles/s)\n"));
}

TEST_F(ScoreCommand, HeaderOnlyInputGivesHeaderOnlyOutput) {
    write("in.vcf", kSampleHead + kSampleColumns);
    for (const auto* type : {"v", "z", "b", "u"}) {
        const auto outcome = run("varhush score -m none in.vcf -o out -O " + std::string(type));
        EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
        EXPECT_EQ(run("bcftools view -H out").out, "");
        EXPECT_THAT(run("bcftools view -h out").out, HasSubstr("ID=VH_STATUS"));
    }
}

TEST_F(ScoreCommand, TableHasALineForEachAllele) {
    write("in.vcf", sample_vcf(7));
    const auto outcome =
        run("varhush score -m none --no-version in.vcf -o out.tsv && grep -v '##' out.tsv");
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.out, testing::StartsWith("chrom\tpos\tid\tref\talt\tstatus\nchr1\t"));
    EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 9);
}

TEST_F(ScoreCommand, CutFilesAreInputErrorsAndLeaveNothing) {
    write("in.vcf", sample_vcf(5000));
    ASSERT_EQ(run("bgzip -c in.vcf > in.vcf.gz && bcftools view -Ob -o in.bcf in.vcf").exit_code,
              0);
    ASSERT_EQ(run("head -c -28 in.vcf.gz > no_eof.vcf.gz;"
                  "head -c 20000 in.vcf.gz > mid_block.vcf.gz;"
                  "head -c -40 in.bcf > cut.bcf;"
                  "head -c -10 in.vcf > cut.vcf; head -c 50 in.vcf > in_header.vcf")
                  .exit_code,
              0);
    for (const auto* name :
         {"no_eof.vcf.gz", "mid_block.vcf.gz", "cut.bcf", "cut.vcf", "in_header.vcf"}) {
        expect_failure("varhush score -m none " + std::string(name) + " -o out.vcf.gz", 3, name);
        // Nor may a run through pipes end with 0.
        EXPECT_EQ(run("cat " + std::string(name) + " | varhush score -m none -o out.bcf").exit_code,
                  3)
            << name;
        EXPECT_THAT(files("out"), IsEmpty());
    }
}

TEST_F(ScoreCommand, WhatIsNoVcfIsAnInputError) {
    write("empty.vcf", "");
    write("text.vcf", "hello\nworld\n");
    expect_failure("varhush score -m none empty.vcf -o out.vcf", 3, "empty.vcf");
    expect_failure("varhush score -m none text.vcf -o out.vcf", 3, "text.vcf");
    expect_failure("varhush score -m none absent.vcf -o out.vcf", 3, "absent.vcf");
    expect_failure("varhush score -m none . -o out.vcf", 3, "");
}

TEST_F(ScoreCommand, UnsortedInputWithAnIndexIsAnInputError) {
    write("in.vcf",
          kSampleHead + kSampleColumns +
              "chr1\t200\t.\tA\tC\t.\t.\t.\nchr1\t100\t.\tA\tC\t.\t.\t.\n");
    expect_failure("varhush score -m none -W in.vcf -o out.vcf.gz", 3, "sorted");
    EXPECT_EQ(run("varhush score -m none in.vcf -o out.vcf.gz").exit_code, 0);
}

TEST_F(ScoreCommand, UsageErrorsExitTwoBeforeAnythingIsWritten) {
    write("in.vcf", sample_vcf(3));
    expect_failure("varhush score -m none --bogus in.vcf -o out.vcf", 2, "--bogus");
    expect_failure("varhush score in.vcf -o out.vcf", 2, "-f FASTA");
    expect_failure("varhush score -m none in.vcf -O z -o out.bcf", 2, "out.bcf");
    expect_failure("varhush score -m none in.vcf -W -o out.vcf", 2, "-W");
    expect_failure("varhush score -m none in.vcf -o ./in.vcf", 2, "same file");
    expect_failure("varhush score -m none in.vcf -W", 2, "-W");
    expect_failure(
        "varhush score -m none --compat-tag VH_X -f a --gtf b in.vcf -o out.vcf", 2, "VH_X");
}

TEST_F(ScoreCommand, OutputThatCannotBeOpenedIsExitSix) {
    write("in.vcf", sample_vcf(3));
    expect_failure("varhush score -m none in.vcf -o no/such/folder/out.vcf", 6, "no/such/folder");
}

TEST_F(ScoreCommand, StatsThatCannotBeOpenedAreExitSixWithoutAnOutput) {
    write("in.vcf", sample_vcf(3));
    expect_failure("varhush score -m none in.vcf --stats no/such/s.json -o out.vcf", 6, "no/such");
    EXPECT_EQ(run("varhush score -m none in.vcf --stats out.json -o no/such/o.vcf").exit_code, 6);
    EXPECT_THAT(files("out"), IsEmpty());
}

TEST_F(ScoreCommand, ClosedDescriptorsDoNotLetTheLogIntoTheOutput) {
    write("in.vcf", sample_vcf(3));
    ASSERT_EQ(run("varhush score -q -m none --no-version in.vcf -o want.vcf").exit_code, 0);
    for (const auto* closed : {"2>&-", "<&- 2>&-", "<&- >&- 2>&-"}) {
        const std::string command = "varhush score -m none --no-version in.vcf -o out.vcf ";
        EXPECT_EQ(run(command + closed).exit_code, 0) << closed;
        EXPECT_EQ(read("out.vcf"), read("want.vcf")) << closed;
    }
    EXPECT_EQ(run("varhush score -m none in.vcf >&-").exit_code, 6);
    EXPECT_EQ(run("varhush score -m none <&- -o none.vcf").exit_code, 3);
    EXPECT_FALSE(exists("none.vcf"));
}

TEST_F(ScoreCommand, OurTagWithAnotherMeaningIsAnInputError) {
    write("in.vcf",
          kSampleHead + "##INFO=<ID=VH_STATUS,Number=1,Type=Integer,Description=\"mine\">\n" +
              kSampleColumns + "chr1\t200\t.\tA\tC\t.\t.\tVH_STATUS=3\n");
    expect_failure("varhush score -m none in.vcf -o out.vcf", 3, "VH_STATUS");
}

TEST_F(ScoreCommand, HeaderWithoutContigsOrInfoDefinitionsIsStreamed) {
    write("in.vcf",
          "##fileformat=VCFv4.2\n" + kSampleColumns +
              "chrA\t5\t.\tA\tC\t.\tLowQ\tXX=7;FLAG\nchrB\t6\t.\tG\tT\t.\t.\tYY=a\n");
    for (const auto* type : {"v", "z", "b"}) {
        const auto outcome = run("varhush score -m none in.vcf -o out -O " + std::string(type));
        ASSERT_EQ(outcome.exit_code, 0) << type << outcome.err;
        const auto text = records("out");
        EXPECT_THAT(text, HasSubstr("chrA\t5\t.\tA\tC\t.\tLowQ\tXX=7;FLAG"));
        EXPECT_THAT(text, HasSubstr("chrB\t6\t.\tG\tT\t.\t.\tYY=a;VH_STATUS=SKIPPED\n"));
    }
}

TEST_F(ScoreCommand, NonAsciiTextPassesThrough) {
    write("in.vcf",
          kSampleHead + "##INFO=<ID=N,Number=1,Type=String,Description=\"Größe\">\n" +
              kSampleColumns + "chr1\t5\trsé\tA\tC\t.\t.\tN=naïve\n");
    ASSERT_EQ(run("varhush score -m none in.vcf -o out.vcf").exit_code, 0);
    EXPECT_THAT(read("out.vcf"),
                HasSubstr("chr1\t5\trsé\tA\tC\t.\t.\tN=naïve;VH_STATUS=SKIPPED\n"));
    EXPECT_THAT(read("out.vcf"), HasSubstr("Description=\"Größe\""));
}

TEST_F(ScoreCommand, ARecordWithAHundredThousandSamplesPasses) {
    std::string head = kSampleHead + "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"G\">\n" +
                       "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT";
    std::string genotypes = "\tGT";
    for (int i = 0; i < 100000; ++i) {
        head += "\ts" + std::to_string(i);
        genotypes += i % 3 == 0 ? "\t0|1" : "\t0/0";
    }
    std::string body;
    for (int i = 0; i < 5; ++i) {
        body += "chr1\t" + std::to_string(10 + i) + "\t.\tA\tC\t.\t.\tAC=1" + genotypes + "\n";
    }
    write("in.vcf", head + "\n" + body);
    ASSERT_EQ(run("varhush score -m none in.vcf -o out.bcf").exit_code, 0);
    EXPECT_EQ(run("bcftools view -H out.bcf | cut -f 9- | md5sum").out,
              run("bcftools view -H in.vcf | cut -f 9- | md5sum").out);
    EXPECT_EQ(run("bcftools query -f '%VH_STATUS\\n' out.bcf | sort | uniq -c | tr -d ' '").out,
              "5SKIPPED\n");
}

}  // namespace
}  // namespace varhush::apps
