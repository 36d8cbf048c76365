#include "shell.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

// `varhush concord` as users run it, on small tables and VCFs written here.
namespace varhush::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kContigs = "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=1000>\n";
constexpr const char* kCountTags =
    "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">\n"
    "##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"\">\n"
    "##FORMAT=<ID=DP,Number=1,Type=Integer,Description=\"\">\n";
constexpr const char* kScoreTags =
    "##INFO=<ID=VH_STATUS,Number=A,Type=String,Description=\"\">\n"
    "##INFO=<ID=VH_MISS,Number=A,Type=String,Description=\"\">\n"
    "##INFO=<ID=VH_TF,Number=A,Type=Float,Description=\"\">\n"
    "##INFO=<ID=ONE,Number=1,Type=Float,Description=\"\">\n";
constexpr const char* kColumns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO";
constexpr const char* kTableHead =
    "contig\tposition\tid\tref\talt\tsample\tstatus\tref_count\talt_count\tother\tdepth\n";

class ConcordCommand : public testing::Test {
  protected:
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(box_.folder() / name, std::ios::binary) << text;
    }
    /// Records as "position REF ALT GT:AD:DP…"; contig chr1, samples a (and b).
    void write_counts(const std::string& records, const std::string& samples = "a") const {
        write("counts.vcf",
              std::string(kContigs) + kCountTags + kColumns + "\tFORMAT\t" + samples + "\n" +
                  records);
    }
    void write_scores(const std::string& records) const {
        write("scores.vcf", std::string(kContigs) + kScoreTags + kColumns + "\n" + records);
    }
    ShellResult run(const std::string& script) const { return run_shell(script, box_.folder()); }
    /// The wanted columns of the table, one line a row.
    [[nodiscard]] std::string columns(const std::string& arguments,
                                      const std::string& wanted) const {
        const ShellResult got = run(
            "varhush concord -q " + arguments + " | awk -F'\\t' -v OFS='\\t' -v wanted='" + wanted +
            "' 'NR == 1 {n = split(wanted, w, \" \"); for (i = 1; i <= NF; i++) at[$i] = i; "
            "next} {line = $at[w[1]]; for (i = 2; i <= n; i++) line = line OFS $at[w[i]]; "
            "print line}'");
        EXPECT_EQ(got.exit_code, 0) << got.err;
        return got.out;
    }
    void refused(const std::string& script, int code, const std::string& message) const {
        const ShellResult got = run(script);
        EXPECT_EQ(got.exit_code, code) << script << got.out << got.err;
        EXPECT_NE(got.err.find(message), std::string::npos) << script << "\n" << got.err;
        for (const auto& entry : fs::directory_iterator(box_.folder())) {
            EXPECT_FALSE(entry.path().filename().string().starts_with("out.")) << entry.path();
        }
    }
    /// As refused(), with the usual files and outputs.
    void refuses_files(int code, const std::string& message) const {
        refused(kRun + "-o out.tsv --json out.json --html out.html", code, message);
    }
    std::string kRun =
        "varhush concord --scores scores.vcf --score VH_TF --min-depth 10 counts.vcf ";
    Sandbox box_;
};

std::string record(const std::string& position,
                   const std::string& ref,
                   const std::string& alt,
                   const std::string& rest,
                   const std::string& contig = "chr1") {
    return contig + "\t" + position + "\t.\t" + ref + "\t" + alt + "\t.\t.\t" + rest + "\n";
}
std::string counted(const std::string& position,
                    const std::string& ref,
                    const std::string& alt,
                    const std::string& samples) {
    return record(position, ref, alt, ".\tGT:AD:DP\t" + samples);
}

TEST_F(ConcordCommand, EveryCountHasAStatusAndEveryScoreAReason) {
    write_counts(
        counted("10", "A", "C", "0/1:30,60:95") + counted("20", "A", "C", "1/1:0,60:60") +
        counted("30", "A", "C", "0|1:4,5:9") + counted("40", "A", "C", "./.:30,60:90") +
        counted("50", "A", "C", "1:30,60:90") + counted("60", "A", "C,G", "1/2:0,40,50:90") +
        counted("70", "A", "C,G", "0/2:40,0,50:90") +
        counted("80", "A", "C,<DEL>", "0/1:30,30,.:60") + counted("90", "AT", "A", "0/1:40,40:80") +
        counted("95", "A", "C", "0/1:30,30:60") + counted("99", "A", "C", "0/1:30,30:60") +
        counted("100", "A", "C", "0/1:30,31:61"));
    write_scores(record("10", "A", "C", "VH_STATUS=OK;VH_TF=0.5") +
                 record("20", "A", "C", "VH_STATUS=OK;VH_TF=0.5") +
                 record("70", "A", "C,G", "VH_STATUS=OK,OK;VH_TF=0.25,-1") +
                 record("80", "A", "C", "VH_STATUS=EDGE;VH_TF=.") +
                 record("90", "AT", "AG", "VH_STATUS=OK;VH_TF=1") +
                 record("95", "A", "C", "VH_STATUS=OK;VH_MISS=mini:NO_GENE;VH_TF=.") +
                 record("100", "A", "C", "VH_STATUS=OK;VH_TF=.") +
                 record("500", "A", "C", "VH_STATUS=OK;VH_TF=1"));
    EXPECT_EQ(
        columns("--scores scores.vcf --score VH_TF --min-depth 10 counts.vcf --expected-ratio "
                "0.5 --rho 0",
                "position alt status ref_count alt_count score score_status agrees"),
        "10\tC\tOK\t30\t60\t0.5\tOK\tyes\n"
        "20\tC\tHOMOZYGOUS\t0\t60\t0.5\tOK\t.\n"
        "30\tC\tLOW_DEPTH\t4\t5\t.\tNOT_IN_SCORES\t.\n"
        "40\tC\tNO_GENOTYPE\t30\t60\t.\tNOT_IN_SCORES\t.\n"
        "50\tC\tPLOIDY\t30\t60\t.\tNOT_IN_SCORES\t.\n"
        "60\tC\tNO_REF\t0\t40\t.\tNOT_IN_SCORES\t.\n"
        "60\tG\tNO_REF\t0\t50\t.\tNOT_IN_SCORES\t.\n"
        "70\tC\tNOT_CARRIED\t40\t0\t0.25\tOK\t.\n"
        "70\tG\tOK\t40\t50\t-1\tOK\tno\n"
        "80\tC\tOK\t30\t30\t.\tEDGE\t.\n"
        "80\t<DEL>\tNOT_COUNTED\t.\t.\t.\tNOT_IN_SCORES\t.\n"
        "90\tA\tOK\t40\t40\t.\tALLELE_MISMATCH\t.\n"
        "95\tC\tOK\t30\t30\t.\tmini:NO_GENE\t.\n"
        "99\tC\tOK\t30\t30\t.\tNOT_IN_SCORES\t.\n"
        "100\tC\tOK\t30\t31\t.\tNO_VALUE\t.\n");
    const ShellResult got = run(kRun + "-o t.tsv");
    EXPECT_NE(got.err.find("15 counts of 15 variants in 1 samples: 7 tested, 1 NOT_COUNTED, 1 "
                           "NO_GENOTYPE, 1 PLOIDY, 1 HOMOZYGOUS, 1 NOT_CARRIED, 2 NO_REF, 1 "
                           "LOW_DEPTH; 9 scored alleles, 2 of them without counts"),
              std::string::npos)
        << got.err;
    EXPECT_NE(got.err.find("2 tested sites with a score (without: 1 ALLELE_MISMATCH, 1 EDGE, 1 "
                           "NOT_IN_SCORES, 1 NO_VALUE, 1 mini:NO_GENE)"),
              std::string::npos)
        << got.err;
}

// `bcftools norm -m-` makes 1/2 into 1/0 and 0/1: what is not one ALT is the other, not REF.
TEST_F(ConcordCommand, OtherAltsOfThePlaceAreNoReference) {
    write_counts(
        counted("10", "A", "C", "1/0:0,60:120\t0/1:50,60:110") +
            counted("10", "A", "G", "0/1:0,60:120\t0/0:50,0:50") +
            counted("20", "A", "AT", "0/1:2,60:99\t0/1:2,60:99") +
            counted("19", "GA", "GAC", "0/1:2,30:99\t./.:2,30:99") +
            counted("30", "A", "C", "0/1:2,60:99\t0/1:2,60:99") +
            counted("30", "A", "*", "0/1:2,30:99\t0/0:2,30:99") +
            // A deletion of 41 to 44, and what is in it, before it, at its end and behind it.
            counted("40", "ACGTG", "A", "0/1:40,60:100\t0/0:40,0:40") +
            counted("40", "A", "T", "0/1:40,60:100\t0/1:40,60:100") +
            counted("41", "C", "T", "0/1:40,60:100\t0/1:40,60:100") +
            counted("44", "G", "T", "0/1:40,60:100\t0/1:40,60:100") +
            counted("45", "A", "T", "0/1:40,60:100\t0/1:40,60:100") +
            counted("42", "G", "GA", "0/1:40,60:100\t0/1:40,60:100") +
            counted("44", "GA", "GCA", "0/1:40,60:100\t0/1:40,60:100") +
            counted("43", "T", "G", "1/1:40,60:100\t0/1:40,60:100"),
        "a\tb");
    write_scores(record("10", "A", "C", "VH_TF=0.5"));
    EXPECT_EQ(columns("--scores scores.vcf --score VH_TF --min-depth 10 --rho 0 counts.vcf",
                      "sample position alt status"),
              "a\t10\tC\tNO_REF\nb\t10\tC\tOK\n"
              "a\t10\tG\tNO_REF\nb\t10\tG\tHOMOZYGOUS\n"
              "a\t20\tAT\tNO_REF\nb\t20\tAT\tOK\n"
              "a\t19\tGAC\tNO_REF\nb\t19\tGAC\tNO_GENOTYPE\n"
              "a\t30\tC\tNO_REF\nb\t30\tC\tOK\n"
              "a\t30\t*\tNO_REF\nb\t30\t*\tHOMOZYGOUS\n"
              "a\t40\tA\tOVERLAP\nb\t40\tA\tHOMOZYGOUS\n"
              "a\t40\tT\tOK\nb\t40\tT\tOK\n"
              "a\t41\tT\tOVERLAP\nb\t41\tT\tOK\n"
              "a\t44\tT\tOVERLAP\nb\t44\tT\tOK\n"
              "a\t45\tT\tOK\nb\t45\tT\tOK\n"
              "a\t42\tGA\tOVERLAP\nb\t42\tGA\tOK\n"
              "a\t44\tGCA\tOK\nb\t44\tGCA\tOK\n"
              "a\t43\tG\tHOMOZYGOUS\nb\t43\tG\tOK\n");
}

// 'count' marks alleles beyond its limits; the genotype goes before, the depth behind.
TEST_F(ConcordCommand, LeavesOutWhatCountMarkedAsBiased) {
    const auto row = [](const std::string& position, const std::string& status) {
        return "chr1\t" + position + "\t.\tA\tC\ta\t" + status + "\t40\t40\t0\t80\n";
    };
    const std::string all = "STRAND_BIAS;POSITION_BIAS;MAPPING_BIAS";
    write("counts.tsv",
          kTableHead + row("10", "STRAND_BIAS") + row("20", "MAPPING_BIAS") + row("30", all) +
              row("40", "POSITION_BIAS") + row("50", "OK") + row("60", "SYMBOLIC") +
              row("70", "STRAND_BIAS;ELSE") + row("80", "STRAND_BIAS") + row("80", "STRAND_BIAS") +
              "chr1\t90\t.\tA\tC\ta\tMAPPING_BIAS\t1\t1\t0\t2\n");
    write_scores(record("10", "A", "C", "VH_TF=0.5"));
    const std::string expected =
        "10\tC\tSTRAND_BIAS\t40\n20\tC\tMAPPING_BIAS\t40\n30\tC\tSTRAND_BIAS\t40\n"
        "40\tC\tPOSITION_BIAS\t40\n50\tC\tOK\t40\n";
    const std::string wanted = "position alt status alt_count";
    EXPECT_EQ(columns("--scores scores.vcf --score VH_TF --assume-het 2 --min-depth 10 counts.tsv",
                      wanted),
              expected +
                  "60\tC\tNOT_COUNTED\t.\n70\tC\tNOT_COUNTED\t.\n80\tC\tSTRAND_BIAS\t40\n"
                  "80\tC\tDUPLICATE\t40\n90\tC\tONE_ALLELE\t1\n");
    // VH_FT of the ALT goes before FT of the sample, which other programs write, too.
    const auto marked = [](const std::string& position,
                           const std::string& alt,
                           const std::string& tags,
                           const std::string& sample) {
        return record(position, "A", alt, ".\tGT:AD:" + tags + "\t0/1:40,40" + sample);
    };
    write("counts.vcf",
          std::string(kContigs) + kCountTags +
              "##FORMAT=<ID=FT,Number=1,Type=String,Description=\"\">\n"
              "##FORMAT=<ID=VH_FT,Number=A,Type=String,Description=\"\">\n" +
              kColumns + "\tFORMAT\ta\n" + marked("10", "C", "FT:VH_FT", ":PASS:STRAND_BIAS") +
              marked("20", "C", "FT", ":LowGQ;MAPPING_BIAS") +
              marked("30", "C", "VH_FT", ":" + all) + marked("40", "C", "FT", ":POSITION_BIAS") +
              marked("50", "C", "FT", ":LowGQ") +
              marked("60", "C", "FT:VH_FT", ":STRAND_BIAS:PASS") +
              marked("70", "C,G", "FT:VH_FT", ",0:STRAND_BIAS:PASS,STRAND_BIAS") +
              marked("80", "G,C", "FT:VH_FT", ",0:STRAND_BIAS:STRAND_BIAS,PASS") +
              marked("90", "C", "FT:VH_FT", ":.:.") +
              record("95", "A", "C", ".\tGT:AD:FT\t1/1:40,40:STRAND_BIAS"));
    EXPECT_EQ(columns("--scores scores.vcf --score VH_TF --min-depth 10 counts.vcf", wanted),
              expected +
                  "60\tC\tOK\t40\n70\tC\tOK\t40\n70\tG\tNOT_CARRIED\t0\n"
                  "80\tG\tSTRAND_BIAS\t40\n80\tC\tNOT_CARRIED\t0\n90\tC\tOK\t40\n"
                  "95\tC\tHOMOZYGOUS\t40\n");
    const ShellResult got = run(kRun + "-o t.tsv --json j.json && grep MAPPING j.json");
    EXPECT_NE(got.err.find("1 HOMOZYGOUS, 2 NOT_CARRIED, 3 STRAND_BIAS, 1 POSITION_BIAS, 1 "
                           "MAPPING_BIAS"),
              std::string::npos)
        << got.err;
    EXPECT_EQ(got.out, "    \"MAPPING_BIAS\": 1,\n");
}

TEST_F(ConcordCommand, TestsWithTheNullThatIsGiven) {
    write_counts(counted("10", "A", "C", "0/1:30,60:90") + counted("20", "A", "C", "1|0:60,30:90"));
    write_scores(record("10", "A", "C", "VH_TF=0.5") + record("20", "A", "C", "VH_TF=0"));
    // scipy 1.10.1: 2 binom.cdf(30, 90, 0.5); intervals: log2 odds of beta.ppf of 60 of 90.
    EXPECT_EQ(
        columns("--scores scores.vcf --score VH_TF --min-depth 10 --expected-ratio 0.5 --rho 0 "
                "counts.vcf",
                "position effect_log2 effect_low effect_high p q significant agrees"),
        "10\t0.988126\t0.344707\t1.68335\t0.00206027\t0.00206027\tyes\tyes\n"
        "20\t-0.988126\t-1.68335\t-0.344707\t0.00206027\t0.00206027\tyes\ttie\n");
    // So small an over-dispersion is none.
    EXPECT_EQ(columns("--scores scores.vcf --score VH_TF --min-depth 10 --expected-ratio 0.5 "
                      "--rho 1e-300 counts.vcf",
                      "position p"),
              "10\t0.00206027\n20\t0.00206027\n");
    // Half of what is against the null goes away when two thirds are expected.
    EXPECT_EQ(columns("--scores scores.vcf --score VH_TF --min-depth 10 --expected-ratio 0.6666667 "
                      "--rho 0.01 counts.vcf",
                      "position significant"),
              "10\tno\n20\tyes\n");
}

TEST_F(ConcordCommand, JoinsInAnyOrderAndSpelling) {
    write("counts.tsv",
          std::string(kTableHead) + "1\t90\tx\tGA\tG\ta\tOK\t30\t60\t0\t90\n" +
              "1\t10\ty\tTACC\tTAGC\ta\tOK\t60\t30\t0\t90\n1\t40\t."
              "\tg\tgtt\ta\tOK\t60\t60\t1\t121\n");
    write("gt.vcf",
          std::string(kContigs) + kCountTags + kColumns + "\tFORMAT\tb\ta\n" +
              record("40", "G", "GTT", ".\tGT\t0/0\t0/1") +
              record("12", "C", "G", ".\tGT\t./.\t1|0") +
              record("90", "GA", "G", ".\tGT\t1/1\t0/1"));
    write_scores(record("12", "C", "G", "VH_TF=-0.25") + record("40", "G", "GTT", "VH_TF=2") +
                 record("90", "GAA", "GA", "VH_TF=3"));
    const std::string wanted = "position status score score_status";
    const std::string arguments =
        "--scores scores.vcf --score VH_TF --genotypes gt.vcf --min-depth 10 ";
    EXPECT_EQ(columns(arguments + "counts.tsv", wanted),
              "90\tOK\t3\tOK\n10\tOK\t-0.25\tOK\n40\tOK\t2\tOK\n");
    // One turned round: the same rows in the new order.
    run("(head -1 counts.tsv; tail -n +2 counts.tsv | sort -k2,2n) > sorted.tsv");
    EXPECT_EQ(columns(arguments + "sorted.tsv", wanted),
              "10\tOK\t-0.25\tOK\n40\tOK\t2\tOK\n90\tOK\t3\tOK\n");
    EXPECT_EQ(columns(arguments + "- < counts.tsv", wanted),
              "90\tOK\t3\tOK\n10\tOK\t-0.25\tOK\n40\tOK\t2\tOK\n");
    EXPECT_EQ(columns("--scores - --score VH_TF --genotypes gt.vcf --min-depth 10 counts.tsv "
                      "< scores.vcf",
                      wanted),
              "90\tOK\t3\tOK\n10\tOK\t-0.25\tOK\n40\tOK\t2\tOK\n");
    run("mkfifo pipe; cat counts.tsv > pipe &");
    EXPECT_EQ(columns(arguments + "pipe", wanted),
              "90\tOK\t3\tOK\n10\tOK\t-0.25\tOK\n40\tOK\t2\tOK\n");
}

TEST_F(ConcordCommand, LeftAlignsWithAReference) {
    write("r.fa", ">chr1\n" + std::string(20, 'C') + "GAAAAAAT" + std::string(972, 'C') + "\n");
    write_counts(counted("26", "AA", "A", "0/1:30,60:90"));
    write_scores(record("21", "GA", "G", "VH_TF=1") + record("26", "A", "C", "VH_TF=1"));
    const std::string arguments = "--scores scores.vcf --score VH_TF --min-depth 10 counts.vcf";
    refused(kRun, 3, "no variant in common");
    EXPECT_EQ(columns("-f r.fa " + arguments, "position score"), "26\t1\n");
}

TEST_F(ConcordCommand, SamplesAndAssays) {
    write_counts(counted("10", "A", "C", "0/1:30,60:90\t0/0:1,0:1\t0/1:60,30:90") +
                     counted("20", "A", "C", "0/1:60,30:90\t0/1:40,0:40\t0/1:60,31:91"),
                 "a\tb\tc");
    write_scores(record("10", "A", "C", "VH_TF=1;ONE=-1") +
                 record("20", "A", "C", "VH_TF=1;ONE=-1"));
    EXPECT_EQ(columns("--scores scores.vcf --score VH_TF -s c,a --min-depth 10 counts.vcf",
                      "position sample agrees"),
              "10\ta\tyes\n10\tc\tno\n20\ta\tno\n20\tc\tno\n");
    write("assays.tsv", "sample\tassay\tscore\na\tATAC\tVH_TF\nb\tRNA\tONE\nc\tRNA\tONE\n");
    EXPECT_EQ(columns("--scores scores.vcf --score VH_TF,ONE --assays assays.tsv --min-depth 10 "
                      "counts.vcf",
                      "position sample assay status score_name agrees"),
              "10\ta\tATAC\tOK\tVH_TF\tyes\n10\tb\tRNA\tHOMOZYGOUS\tONE\t.\n"
              "10\tc\tRNA\tOK\tONE\tyes\n20\ta\tATAC\tOK\tVH_TF\tno\n"
              "20\tb\tRNA\tOK\tONE\tyes\n20\tc\tRNA\tOK\tONE\tyes\n");
    const ShellResult got =
        run("varhush concord --scores scores.vcf --score VH_TF,ONE --assays assays.tsv --min-depth "
            "10 counts.vcf -o t.tsv --json j.json && grep -c '\"of\": \"assay\"' j.json");
    EXPECT_EQ(got.out, "4\n") << got.err;
    EXPECT_NE(got.err.find("ONE, RNA: 3 tested sites"), std::string::npos) << got.err;
    refused(kRun + "-s a,x -o out.tsv", 3, "no sample 'x'");
    write("assays.tsv", "sample\tassay\na\tATAC\nb\tRNA\n");
    refused(kRun + "--assays assays.tsv -o out.tsv", 3, "no line for sample 'c'");
}

TEST_F(ConcordCommand, TablesOfScores) {
    write_counts(counted("10", "A", "C", "0/1:30,60:90") + counted("20", "A", "C", "0/1:30,60:90") +
                 counted("30", "A", "C", "0/1:30,60:90"));
    write("tidy.tsv",
          "variant_id\toutput_type\ttrack_name\traw_score\n"
          "chr1:10:A>C\tATAC\tliver\t0.5\nchr1:10:A>C\tATAC\tliver\t-0.75\n"
          "chr1:10:A>C\tATAC\tbrain\t0.25\nchr1:10:A>C\tRNA\tliver\t9\n"
          "chr1:20:A>C\tATAC\tliver\t\n1:30:A>C\tATAC\tbrain\t1e-3\n");
    EXPECT_EQ(
        columns("--scores tidy.tsv --score raw_score --where output_type=ATAC --by track_name "
                "--min-depth 10 counts.vcf",
                "position score_name score score_status"),
        "10\tliver\t-0.75\tOK\n10\tbrain\t0.25\tOK\n"
        "20\tliver\t.\tNO_VALUE\n20\tbrain\t.\tNOT_IN_SCORES\n"
        "30\tliver\t.\tNOT_IN_SCORES\n30\tbrain\t0.001\tOK\n");
    write("wide.tsv",
          "##x\n#chrom\tpos\tref\talt\tstatus\tvh_tf\n1\t10\tA\tC\tEDGE\t.\n1\t20\tA\tC\tOK\t1\n");
    EXPECT_EQ(columns("--scores wide.tsv --score VH_TF --min-depth 10 counts.vcf",
                      "position score_name score score_status"),
              "10\tVH_TF\t.\tEDGE\n20\tVH_TF\t1\tOK\n30\tVH_TF\t.\tNOT_IN_SCORES\n");
    const std::string start = "varhush concord --min-depth 10 counts.vcf -o out.tsv --scores ";
    refused(start + "tidy.tsv --score none", 3, "no column 'none'");
    refused(
        start + "tidy.tsv --score raw_score --where output_type=X", 3, "no row has what --where");
    refused(start + "counts.vcf --score VH_TF --by x", 2, "--where and --by are for tables");
    // Rows of one variant that differ are chosen from, and nobody asked for that.
    const std::string choose =
        "varhush concord --min-depth 10 counts.vcf -o t.tsv --scores "
        "tidy.tsv --score raw_score ";
    EXPECT_NE(run(choose).err.find("3 scores of tidy.tsv are of a variant that was there with "
                                   "another value"),
              std::string::npos)
        << run(choose).err;
    EXPECT_EQ(run(choose + "--by track_name").err.find("another value"), std::string::npos);
    write("tidy.tsv", "variant_id\traw_score\nchr1:10:A>C\t0.5\nchr1:10:A>C\t0.5\n");
    EXPECT_EQ(run(choose).err.find("another value"), std::string::npos);
    write("tidy.tsv", "variant_id\traw_score\nchr1:10:A>C\t1e308\n");
    refused(start + "tidy.tsv --score raw_score", 3, "tidy.tsv:2: a score beyond 1e100");
    write("tidy.tsv", "variant_id\traw_score\nchr1:10:A>C\tnan\n");
    refused(start + "tidy.tsv --score raw_score", 3, "'nan' in column 'raw_score' is no finite");
    write("tidy.tsv", "variant_id\traw_score\nchr1-10-A-C\t1\n");
    refused(start + "tidy.tsv --score raw_score", 3, "is no CONTIG:POSITION:REF>ALT");
    write("tidy.tsv", "variant_id\traw_score\nchr1:10:A>C\t1");
    refused(start + "tidy.tsv --score raw_score", 3, "tidy.tsv:2");
}

TEST_F(ConcordCommand, RefusesCountsThatCannotBe) {
    write_scores(record("10", "A", "C", "VH_TF=0.5"));
    const std::string table =
        "varhush concord --scores scores.vcf --score VH_TF counts.tsv "
        "--assume-het 2 -o out.tsv";
    const auto refuse_row = [&](const std::string& row, const std::string& message) {
        write("counts.tsv", kTableHead + row);
        refused(table, 3, message);
    };
    refuse_row("chr1\t10\t.\tA\tC\ta\tOK\t-3\t60\t0\t90\n", "counts.tsv:2: counts of -3 and 60");
    refuse_row("chr1\t10\t.\tA\tC\ta\tOK\t9999999\t2\t0\t10000001\n",
               "counts.tsv:2: counts of 9999999 and 2");
    refuse_row("chr1\t10\t.\tA\tC\ta\tOK\t30\t9223372036854775807\t0\t90\n",
               "counts of 30 and 9223372036854775807");
    refuse_row("chr1\t10\t.\tA\tC\ta\tOK\tNaN\t60\t0\t90\n", "'NaN' in column 'ref_count'");
    refuse_row("chr1\t10\t.\tA\tC\ta\tOK\t1.5\t60\t0\t90\n", "is no whole number");
    refuse_row("chr1\t10\t.\tA\tC\ta\tOK\t40\t60\t0\t90\n",
               "have 100 fragments, the depth is only 90");
    refuse_row("chr1\t10\t.\tA\tC\ta\tOK\t40\t60\t0\n", "10 fields, the header has 11");
    refuse_row("chr1\t10\t.\tA\tC\ta\tOK\t40\t60\t0\t100", "counts.tsv:2");
    refuse_row("chr1\t0\t.\tA\tC\ta\tOK\t40\t60\t0\t100\n", "no contig, position or REF");
    refuse_row("", "it has no counts");
    refuse_row(
        "chr1\t10\t.\tA\tC\ta\tOK\t40\t60\t0\t100\nchr1\t10\t.\tA\tC\ta\tOK\t41\t60\t0\t101\n",
        "counts.tsv:3: the variant was there before for sample 'a', with other counts");
    refuse_row("chr7\t10\t.\tA\tC\ta\tOK\t40\t60\t0\t100\n", "no contig in common with the counts");
    refuse_row("chr1\t11\t.\tA\tC\ta\tOK\t40\t60\t0\t100\n",
               "no variant in common with the counts");
    write("counts.tsv", "contig\tposition\tref\talt\tsample\tref_count\n");
    refused(table, 3, "no column 'alt_count'");
    write("counts.tsv", "");
    refused(table, 3, "counts.tsv: no header line");
    // The same counts twice are one.
    write("counts.tsv",
          std::string(kTableHead) + "chr1\t10\t.\tA\tC\ta\tOK\t40\t60\t0\t100\n" +
              "chr1\t9\t.\tTA\tTC\ta\tOK\t40\t60\t0\t100\n");
    EXPECT_EQ(columns("--scores scores.vcf --score VH_TF counts.tsv --assume-het 2 --min-depth 10",
                      "position status"),
              "10\tOK\n10\tDUPLICATE\n");
    // Without genotypes: refused, or assumed where both alleles are there.
    refused("varhush concord --scores scores.vcf --score VH_TF counts.tsv -o out.tsv",
            3,
            "nothing says which sites are heterozygous");
    write("counts.tsv", std::string(kTableHead) + "chr1\t10\t.\tA\tC\ta\tOK\t40\t1\t0\t100\n");
    EXPECT_EQ(columns("--scores scores.vcf --score VH_TF counts.tsv --assume-het 2 --min-depth 10",
                      "position status"),
              "10\tONE_ALLELE\n");
}

// GATK writes one '.' for all alleles.
TEST_F(ConcordCommand, MissingCountsOfARecordAreNotCounted) {
    write_counts(counted("10", "A", "C", "0/1:.:.") + counted("20", "A", "C,G", "0/1:.:.") +
                 counted("30", "A", "C", "0/1:30,60:90"));
    write_scores(record("10", "A", "C", "VH_TF=0.5"));
    EXPECT_EQ(columns("--scores scores.vcf --score VH_TF --min-depth 10 counts.vcf",
                      "position alt status ref_count"),
              "10\tC\tNOT_COUNTED\t.\n20\tC\tNOT_COUNTED\t.\n20\tG\tNOT_COUNTED\t.\n"
              "30\tC\tOK\t30\n");
    write_counts(counted("10", "A", "C", "0/1:.:.\t0/1:.:.") +
                     counted("20", "A", "C", "0/1:.:.\t0/1:30,60:90"),
                 "a\tb");
    EXPECT_EQ(columns("--scores scores.vcf --score VH_TF --min-depth 10 counts.vcf",
                      "position sample status"),
              "10\ta\tNOT_COUNTED\n10\tb\tNOT_COUNTED\n20\ta\tNOT_COUNTED\n20\tb\tOK\n");
}

TEST_F(ConcordCommand, OfTwoColumnsOfANameNoneIsTaken) {
    write_scores(record("10", "A", "C", "VH_STATUS=OK;VH_TF=0.5"));
    std::string head = kTableHead;
    head.replace(head.find("other"), 5, "Alt_Count");
    write("counts.tsv", head + "chr1\t10\t.\tA\tC\ta\tOK\t40\t60\t0\t100\n");
    refused(
        "varhush concord --scores scores.vcf --score VH_TF --assume-het 1 counts.tsv -o out.tsv",
        3,
        "counts.tsv: the column 'Alt_Count' is there twice");
}

TEST_F(ConcordCommand, TwoGenotypesOfAVariantAreRefused) {
    write_scores(record("10", "A", "C", "VH_TF=0.5"));
    write("counts.tsv", std::string(kTableHead) + "chr1\t10\t.\tA\tC\ta\tOK\t40\t60\t0\t100\n");
    const auto write_genotypes = [&](const std::string& first, const std::string& second) {
        write("g.vcf",
              std::string(kContigs) + kCountTags + kColumns + "\tFORMAT\ta\n" +
                  record("10", "A", "C", ".\tGT\t" + first) +
                  record("10", "A", "C", ".\tGT\t" + second));
    };
    const std::string start =
        "varhush concord --scores scores.vcf --score VH_TF --genotypes g.vcf "
        "--min-depth 10 counts.tsv -o ";
    for (const auto& [first, second] : {std::pair("0/1", "0/0"), {"1/1", "0/1"}}) {
        write_genotypes(first, second);
        refused(start + "out.tsv", 3, "there before with another genotype of sample 'a'");
    }
    for (const auto& [first, second] : {std::pair("0/1", "1|0"), {"./.", "0/1"}, {"0/1", "."}}) {
        write_genotypes(first, second);
        EXPECT_EQ(run(start + "- | cut -f 8").out, "status\nOK\n") << first << second;
    }
    write_counts(counted("10", "A", "C", "0/1:30,60:90") + counted("10", "A", "C", "0/0:30,60:90"));
    refuses_files(3, "there before with another genotype of sample 'a'");
    write_counts(counted("10", "A", "C", "./.:30,60:90") + counted("10", "A", "C", "0/1:30,60:90"));
    EXPECT_EQ(run(kRun + "-o - | cut -f 8").out, "status\nOK\nDUPLICATE\n");
}

TEST_F(ConcordCommand, RefusesVcfsThatDoNotFit) {
    write_counts(counted("10", "A", "C", "0/1:30,60:90"));
    write_scores(record("10", "A", "C", "VH_TF=0.5") + record("10", "A", "C", "VH_TF=0.25"));
    refuses_files(3, "the variant was there before with another INFO/VH_TF");
    write_scores(record("10", "A", "C", "VH_TF=0.5") + record("10", "A", "C", "VH_TF=0.5"));
    EXPECT_EQ(run(kRun).exit_code, 0);
    write_scores(record("10", "A", "C,G", "ONE=0.5"));
    refused("varhush concord --scores scores.vcf --score ONE counts.vcf -o out.tsv",
            3,
            "INFO/ONE has 1 values for 2 ALT alleles");
    refused("varhush concord --scores scores.vcf --score VH_ACC counts.vcf -o out.tsv",
            3,
            "no INFO/VH_ACC");
    write_scores(record("10", "A", "C", "VH_STATUS=OK;VH_TF=0.5"));
    refused("varhush concord --scores scores.vcf --score VH_STATUS counts.vcf -o out.tsv",
            3,
            "INFO/VH_STATUS is 'OK', which is no number");
    write_scores(record("10", "A", "C", "VH_TF=inf"));
    refuses_files(3, "INFO/VH_TF is infinite");
    write_scores("");
    refuses_files(3, "it has no scored allele");
    write_scores(record("10", "A", "C", "VH_TF=0.5"));
    write_counts(counted("10", "A", "C", "0/1:30,60:80"));
    refuses_files(3, "have 90 fragments, the depth is only 80");
    write_counts(counted("10", "A", "C", "0/1:30,-6:80"));
    refuses_files(3, "counts of 30 and -6");
    write_counts(counted("10", "A", "C", "0/1:30:80"));
    refuses_files(3, "FORMAT/AD has not one value for each allele");
    write("counts.vcf", std::string(kContigs) + kColumns + "\n" + record("10", "A", "C", "."));
    refuses_files(3, "no FORMAT/AD");
    refused("varhush concord --scores scores.vcf --score VH_TF - <counts.vcf -o out.tsv",
            3,
            "VCF or BCF where a table was expected");
}

TEST_F(ConcordCommand, RefusesCutFiles) {
    std::string records;
    for (int i = 0; i < 3000; ++i) {
        records += counted(std::to_string(i % 900 + 1),
                           "A",
                           i < 900    ? "C"
                           : i < 1800 ? "G"
                                      : "T",
                           "0/1:3" + std::to_string(i % 10) + ",60:99");
    }
    write_counts(records.substr(0, records.size() - 60000));
    write_scores(record("10", "A", "C", "VH_TF=0.5"));
    run("bgzip -c counts.vcf > c.vcf.gz; head -c 4000 c.vcf.gz > counts.vcf.gz; head -c 3000 "
        "counts.vcf > cut.vcf; bgzip -c scores.vcf > s.gz; head -c 200 s.gz > scores.vcf.gz");
    const std::string start = "varhush concord --score VH_TF -o out.tsv --json out.json ";
    refused(start + "--scores scores.vcf counts.vcf.gz", 3, "counts.vcf.gz");
    refused(start + "--scores scores.vcf cut.vcf", 3, "cut.vcf");
    refused(start + "--scores scores.vcf.gz counts.vcf", 3, "scores.vcf.gz");
    refused(start + "--scores none.vcf counts.vcf", 3, "none.vcf");
    write_counts(records);
    refused("varhush concord --score VH_TF --scores scores.vcf counts.vcf -o nowhere/out.tsv",
            6,
            "nowhere/out.tsv");
    refused("varhush concord --score VH_TF --scores scores.vcf counts.vcf -o counts.vcf",
            2,
            "same file");
}

TEST_F(ConcordCommand, RefusesOptionsThatMakeNoSense) {
    refused("varhush concord counts.vcf", 2, "which scores?");
    refused("varhush concord --scores x counts.vcf", 2, "which score?");
    refused(kRun + "--rho 1", 2, "--rho '1' is neither auto nor a number between 0 and 1");
    refused(kRun + "--expected-ratio 0", 2, "--expected-ratio '0'");
    refused(kRun + "--min-depth 0", 2, "--min-depth");
    refused(kRun + "--fdr 2", 2, "--fdr");
    refused(kRun + "--where x", 2, "is not COLUMN=VALUE");
    // What strtod reads as a number and no comparison holds for.
    refused(kRun + "--fdr nan", 2, "--fdr");
    refused(kRun + "--power nan", 2, "--power");
    refused(kRun + "--power-effect nan", 2, "--power-effect");
    refused(kRun + "--rho nan", 2, "--rho 'nan'");
    refused(kRun + "--expected-ratio 0.001", 2, "--expected-ratio is beyond 0.01 to 0.99");
    refused(kRun + "--expected-ratio 0.995", 2, "--expected-ratio is beyond 0.01 to 0.99");
    refused(kRun + "-s ''", 2, "--samples names none");
    refused("varhush concord --scores s.vcf --score VH_TF,VH_ACC,VH_TF counts.vcf -o out.tsv",
            2,
            "--score names VH_TF twice");
    refused(kRun + "--score ONE --score ONE", 2, "--score");
    refused("varhush concord --scores - --score X -", 2, "only once");
}

TEST_F(ConcordCommand, SaysWhatIsDeepEnough) {
    write_counts(counted("10", "A", "C", "0/1:3,4:7") + counted("20", "A", "C", "0/1:30,60:90"));
    write_scores(record("10", "A", "C", "VH_TF=0.5") + record("20", "A", "C", "VH_TF=0.25"));
    const ShellResult got =
        run("varhush concord --scores scores.vcf --score VH_TF --rho 0 "
            "--expected-ratio 0.5 counts.vcf -o t.tsv");
    EXPECT_NE(got.err.find("tested from depth 23: 1 of 1 significant"), std::string::npos)
        << got.err;
    // With so much over-dispersion no depth has the power: what would do without is tested.
    const ShellResult weak =
        run("varhush concord --scores scores.vcf --score VH_TF --rho 0.3 --expected-ratio 0.5 "
            "counts.vcf -o t.tsv --json t.json --html t.html && cut -f 8 t.tsv && "
            "grep power_reached t.json");
    EXPECT_EQ(weak.exit_code, 0) << weak.err;
    EXPECT_EQ(weak.out, "status\nLOW_DEPTH\nOK\n      \"power_reached\": false,\n");
    EXPECT_NE(weak.err.find("no depth finds a 4-fold effect often enough, so sites are tested that "
                            "would be deep enough without it"),
              std::string::npos)
        << weak.err;
    EXPECT_EQ(weak.err.find("nothing was tested"), std::string::npos) << weak.err;
    const ShellResult none =
        run("varhush concord --scores scores.vcf --score VH_TF --min-depth 500 counts.vcf -o "
            "t.tsv");
    EXPECT_EQ(none.exit_code, 0) << none.err;
    EXPECT_NE(none.err.find("nothing was tested: of 2 heterozygous sites none is"),
              std::string::npos)
        << none.err;
    write_counts(counted("10", "A", "C", "1/1:30,40:70"));
    EXPECT_NE(run(kRun + "-o t.tsv").err.find("nothing was tested: no site is heterozygous"),
              std::string::npos);
}

TEST_F(ConcordCommand, JoinsHaplotypesByBlock) {
    const std::string head =
        "sample\tfeature\tname\tcontig\tbegin\tend\tphase_set\tsites\thap1\thap2\tconflict\n";
    write("blocks.tsv",
          head + "a\tp1\t.\tchr1\t101\t160\t.\t2\t30\t60\t1\n" +
              "a\tp2\t.\tchr1\t301\t360\t.\t2\t60\t30\t1\n" +
              "b\tp1\t.\tchr1\t101\t160\t.\t2\t60\t30\t1\n" +
              "a\t.\t.\tchr1\t500\t700\t.\t5\t60\t30\t1\n" +
              "a\tp3\t.\tchr1\t800\t850\t1\t5\t60\t30\t1\n" +
              "a\tp3\t.\tchr1\t800\t850\t2\t5\t60\t30\t1\n" +
              "a\tp4\t.\tchr1\t900\t910\t.\t1\t6\t5\t1\n" +
              "a\tp5\t.\tchr1\t920\t930\t.\t1\t60\t5\t1\n" +
              "a\tp6\t.\tchr1\t940\t950\t.\t1\t60\t5\t1\n");
    const std::string columns_of_haplo =
        "##x\nsample\tcontig\tstart\tend\tphase\thaplotype\tmodel\tscore\tstatus\tjoint\tother\n";
    const auto haplo = [](const std::string& sample,
                          const std::string& place,
                          const std::string& haplotype,
                          const std::string& status,
                          const std::string& other,
                          const std::string& score = "VH_TF",
                          const std::string& model = "m") {
        return sample + "\t1\t" + place + "\tphased\t" + haplotype + "\t" + model + "\t" + score +
               "\t" + status + "\t9\t" + other + "\n";
    };
    const std::string lines =
        haplo("a", "110\t150", "1", "OK", "-2") + haplo("a", "110\t150", "2", "OK", "2") +
        haplo("a", "110\t150", "2", "OK", "7", "VH_ACC") + haplo("b", "110\t150", "2", "OK", "1") +
        haplo("a", "301\t360", "low", "OK", "1") + haplo("a", "301\t360", "high", "OK", "2") +
        haplo("a", "510\t520", "2", "OK", "1") + haplo("a", "610\t620", "2", "OK", "1") +
        haplo("a", "810\t820", "2", "OK", "1") + haplo("a", "900\t905", "2", "OK", "-1") +
        haplo("a", "921\t922", "1", "OVERLAP", ".") + haplo("a", "921\t922", "2", "OVERLAP", ".");
    write("haplo.tsv", columns_of_haplo + lines);
    // Of haplotype 2 against haplotype 1, as hap2 and hap1 of the counts.
    EXPECT_EQ(
        columns("--scores haplo.tsv --score VH_TF --min-depth 20 --rho 0 --expected-ratio 0.5 "
                "blocks.tsv",
                "position id ref alt sample status score score_status agrees"),
        "101\tp1\thap1\thap2\ta\tOK\t2\tOK\tyes\n"
        "301\tp2\thap1\thap2\ta\tOK\t.\tPHASE_UNKNOWN\t.\n"
        "101\tp1\thap1\thap2\tb\tOK\t1\tOK\tno\n"
        "500\t.\thap1\thap2\ta\tOK\t.\tSEVERAL_BLOCKS\t.\n"
        "800\tp3\thap1\thap2\ta\tOK\t.\tSEVERAL_COUNTS\t.\n"
        "800\tp3\thap1\thap2\ta\tOK\t.\tSEVERAL_COUNTS\t.\n"
        "900\tp4\thap1\thap2\ta\tLOW_DEPTH\t-1\tOK\t.\n"
        "920\tp5\thap1\thap2\ta\tOK\t.\tOVERLAP\t.\n"
        "940\tp6\thap1\thap2\ta\tOK\t.\tNOT_IN_SCORES\t.\n");
    const std::string start = "varhush concord --min-depth 20 blocks.tsv -o out.tsv --scores ";
    refused(start + "haplo.tsv --score VH_SPL", 3, "no line of the score 'VH_SPL'");
    write("two.tsv",
          columns_of_haplo + lines + haplo("a", "110\t150", "2", "OK", "3", "VH_TF", "n"));
    refused(start + "two.tsv --score VH_TF", 3, "the block was there before");
    EXPECT_EQ(
        run("varhush concord --min-depth 20 blocks.tsv --scores two.tsv --score VH_TF --where "
            "model=m")
            .exit_code,
        0);
    write("far.tsv", columns_of_haplo + haplo("a", "10\t50", "2", "OK", "2"));
    refused(start + "far.tsv --score VH_TF", 3, "no block in common");
    write("far.tsv", columns_of_haplo + haplo("c", "110\t150", "2", "OK", "2"));
    refused(start + "far.tsv --score VH_TF", 3, "it has none of the samples");
    write_scores(record("10", "A", "C", "VH_TF=0.5"));
    refused(start + "scores.vcf --score VH_TF", 3, "need the table of 'varhush haplo'");
    write("wide.tsv", "chrom\tpos\tref\talt\tvh_tf\n1\t10\tA\tC\t1\n");
    refused(start + "wide.tsv --score vh_tf", 3, "need the table of 'varhush haplo'");
    write("blocks.tsv", head + "a\tp1\t.\tchr1\t101\t160\t.\t2\t-3\t60\t1\n");
    refused(start + "haplo.tsv --score VH_TF", 3, "blocks.tsv:2");
    write("blocks.tsv", head + "a\tp1\t.\tchr1\t101\t160\t.\t2\t3\t60\t1");
    refused(start + "haplo.tsv --score VH_TF", 3, "blocks.tsv:2");
}

TEST_F(ConcordCommand, SameBytesAgain) {
    const std::string start =
        "varhush concord -q --no-version --scores data/demo/concord/scores.vcf.gz --score VH_TF "
        "data/demo/concord/counts.vcf.gz ";
    const ShellResult got = run(
        start + "-@ 1 -o a.tsv --json a.json --html a.html && " + start +
        "-@ 2 -o b.tsv.gz --json b.json --html b.html && gzip -dc b.tsv.gz | cmp - a.tsv && cmp "
        "a.json b.json && cmp a.html b.html && ! grep -q version a.json");
    EXPECT_EQ(got.exit_code, 0) << got.out << got.err;
}

}  // namespace
}  // namespace varhush::test
