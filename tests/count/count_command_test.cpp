#include "shell.hpp"
#include "two_haplotypes.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

// `varhush count` as users run it: by hand on small inputs, beside bcftools mpileup on real reads,
// and on reads simulated with known variants.
namespace varhush::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kVcfHead =
    "##fileformat=VCFv4.2\n##contig=<ID=c,length=100>\n##contig=<ID=d,length=50>\n"
    "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">\n"
    "##FORMAT=<ID=AD,Number=.,Type=Integer,Description=\"other\">\n"
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tone\n";
// Reads of AAAAAAAAAA with letters changed; the reference is all A.
constexpr const char* kSamHead =
    "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:c\tLN:100\n@SQ\tSN:d\tLN:50\n"
    "@RG\tID:x\tSM:one\n@RG\tID:y\tSM:two\n@RG\tID:z\tSM:one\n";

std::string read(const std::string& name,
                 int flags,
                 const std::string& group,
                 const std::string& bases,
                 const std::string& qualities = "IIIIIIIIII",
                 const std::string& mapping = "60") {
    return name + "\t" + std::to_string(flags) + "\tc\t11\t" + mapping + "\t10M\t=\t11\t10\t" +
           bases + "\t" + qualities + (group.empty() ? "" : "\tRG:Z:" + group) + "\n";
}

class CountCommand : public testing::Test {
  protected:
    CountCommand() {
        write("r.fa", ">c\n" + std::string(100, 'A') + "\n>d\n" + std::string(50, 'A') + "\n");
        write("snv.vcf", std::string(kVcfHead) + "c\t15\trs1\tA\tG\t.\t.\t.\tGT:AD\t0|1:7\n");
    }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(box_.folder() / name, std::ios::binary) << text;
    }
    ShellResult run(const std::string& script) const { return run_shell(script, box_.folder()); }
    // Columns of `count`'s table, tab-separated.
    std::string columns(const std::string& options, const std::string& wanted) const {
        const ShellResult got =
            run("varhush count --quiet --fasta-ref r.fa " + options +
                " | awk -F'\\t' -v OFS='\\t' -v wanted='" + wanted +
                "' 'NR == 1 {n = split(wanted, w, \" \"); for (i = 1; i <= NF; i++) at[$i] = i} "
                "{line = $at[w[1]]; for (i = 2; i <= n; i++) line = line OFS $at[w[i]]; print "
                "line}' | tail -n +2");
        EXPECT_EQ(got.exit_code, 0) << got.err;
        return got.out;
    }
    void refused(const std::string& script, int code, const std::string& message) const {
        const ShellResult got = run(script);
        EXPECT_EQ(got.exit_code, code) << script << got.err;
        EXPECT_NE(got.err.find(message), std::string::npos) << script << got.err;
        for (const auto& entry : fs::directory_iterator(box_.folder())) {
            EXPECT_FALSE(entry.path().filename().string().starts_with("out.")) << entry.path();
        }
    }
    Sandbox box_;
};

TEST_F(CountCommand, CountsFragmentsBySampleAndReason) {
    write("reads.sam",
          std::string(kSamHead) + read("ref", 0, "x", "AAAAAAAAAA") +
              read("alt", 16, "z", "AAAAGAAAAA") + read("both", 99, "x", "AAAAGAAAAA") +
              read("both", 147, "x", "AAAAGAAAAA") + read("fight", 99, "x", "AAAAGAAAAA") +
              read("fight", 147, "x", "AAAAAAAAAA") +
              read("half", 99, "x", "AAAAGAAAAA", "IIII#IIIII") +
              read("half", 147, "x", "AAAAGAAAAA") +
              read("weak", 0, "x", "AAAAGAAAAA", "IIII#IIIII") +
              read("third", 0, "x", "AAAATAAAAA") + read("copy", 1024, "x", "AAAAGAAAAA") +
              read("lost", 0, "x", "AAAAGAAAAA", "IIIIIIIIII", "3") +
              read("other", 0, "y", "AAAAGAAAAA") + read("stray", 0, "q", "AAAAGAAAAA"));
    const std::string wanted =
        "sample ref_count alt_count other depth ref_forward alt_forward alt_reverse flags "
        "mapping_quality base_quality mate_conflict";
    EXPECT_EQ(columns("-q 10 -V snv.vcf reads.sam", wanted),
              "one\t1\t3\t1\t5\t1\t1\t2\t1\t1\t1\t1\n"
              "two\t0\t1\t0\t1\t0\t1\t0\t0\t0\t0\t0\n");
    EXPECT_EQ(columns("--count-reads -q 10 -V snv.vcf reads.sam", wanted),
              "one\t2\t5\t1\t8\t1\t2\t3\t1\t1\t2\t0\n"
              "two\t0\t1\t0\t1\t0\t1\t0\t0\t0\t0\t0\n");
    const ShellResult got = run("varhush count --fasta-ref r.fa -V snv.vcf reads.sam -o t.tsv");
    EXPECT_NE(got.err.find("1 reads belong to no sample"), std::string::npos) << got.err;
}

TEST_F(CountCommand, WritesFormatForTheSamplesOfTheReads) {
    write("reads.sam",
          std::string(kSamHead) + read("ref", 0, "x", "AAAAAAAAAA") +
              read("alt", 16, "z", "AAAAGAAAAA") + read("other", 0, "y", "AAAAGAAAAA"));
    write("many.vcf",
          std::string(kVcfHead) + "c\t15\trs1\tA\tG,T,<DEL>\t7\tPASS\t.\tGT:AD\t0|1:7\n" +
              "c\t15\t.\tC\tG\t.\t.\t.\tGT:AD\t0|1:7\n");
    const ShellResult got =
        run("varhush count --no-version --fasta-ref r.fa -V many.vcf reads.sam -O v");
    ASSERT_EQ(got.exit_code, 0) << got.err;
    EXPECT_NE(got.out.find("FORMAT\tone\ttwo\nc\t15\trs1\tA\tG,T,<DEL>\t7\tPASS\t.\t"
                           "GT:AD:ADF:ADR:DP:VH_SB:VH_PB:VH_MB:VH_DROP\t"
                           "0|1:1,1,0,.:1,0,0,.:0,1,0,.:2:"),
              std::string::npos)
        << got.out;
    EXPECT_NE(got.out.find("\t.:0,1,0,.:0,1,0,.:0,0,0,.:1:"), std::string::npos) << got.out;
    EXPECT_NE(got.out.find("\n##FORMAT=<ID=AD,Number=R,"), std::string::npos) << got.out;
    EXPECT_NE(got.err.find("2 records, alleles: 2 counted, 1 REF_MISMATCH, 1 SYMBOLIC"),
              std::string::npos)
        << got.err;
    const ShellResult indexed =
        run("varhush count --fasta-ref r.fa -V many.vcf reads.sam -o o.vcf.gz -W && test -e "
            "o.vcf.gz.csi && bcftools query -f '[%AD ]\\n' -r c:15 o.vcf.gz");
    EXPECT_EQ(indexed.out, "1,1,0,. 0,1,0,. \n.,. .,. \n") << indexed.err;
}

TEST_F(CountCommand, TakesTheGenotypesOfTheSampleItIsToldOf) {
    write("reads.sam", std::string(kSamHead) + read("ref", 0, "x", "AAAAAAAAAA"));
    write("phased.vcf",
          "##fileformat=VCFv4.2\n##contig=<ID=c,length=100>\n"
          "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">\n"
          "##FORMAT=<ID=PS,Number=1,Type=Integer,Description=\"\">\n"
          "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tone\tdonor\n"
          "c\t15\t.\tA\tG\t.\t.\t.\tGT:PS\t0|1:7\t1|0:9\n");
    const auto genotypes = [&](const std::string& options) {
        const ShellResult got =
            run("varhush count --quiet --fasta-ref r.fa -V phased.vcf reads.sam -O u " + options +
                " | bcftools query -f '[%SAMPLE %GT %PS %AD ]\\n'");
        EXPECT_EQ(got.exit_code, 0) << got.err;
        return got.out;
    };
    EXPECT_EQ(genotypes(""), "one 0|1 7 1,0 two . . 0,0 \n");
    EXPECT_EQ(genotypes("-s one --vcf-sample donor"), "one 1|0 9 1,0 \n");
    EXPECT_EQ(genotypes("-s two --vcf-sample donor"), "two 1|0 9 0,0 \n");
    EXPECT_EQ(genotypes("--ignore-rg --vcf-sample one"), "reads.sam 0|1 7 1,0 \n");
    const std::string count = "varhush count --fasta-ref r.fa -V phased.vcf reads.sam ";
    refused(count + "-o out.vcf --vcf-sample one", 2, "of one sample, and these are of 2");
    refused(count + "-o out.vcf -s one --vcf-sample x", 2, "phased.vcf has no sample 'x'");
    refused(count + "-o out.tsv -s one --vcf-sample one", 2, "belongs to --blocks FILE and to VCF");
    refused(
        "bcftools view -G phased.vcf -o none.vcf; varhush count --fasta-ref r.fa -V none.vcf "
        "reads.sam -o out.vcf -s one --vcf-sample one",
        3,
        "none.vcf has no samples");
}

TEST_F(CountCommand, NoOutputOverwritesAList) {
    write("reads.sam", std::string(kSamHead) + read("ref", 0, "x", "AAAAAAAAAA"));
    write("r.bed", "c\t1\t90\n");
    const std::string count = "varhush count --fasta-ref r.fa -V snv.vcf reads.sam ";
    for (const std::string list :
         {"-T r.bed -o r.bed", "-T ^r.bed -o r.bed", "-R r.bed --blocks r.bed"}) {
        refused(count + list, 2, "are the same file");
    }
    EXPECT_EQ(read_file(box_.folder() / "r.bed"), "c\t1\t90\n");
}

TEST_F(CountCommand, HeadersHoldOddFileNamesInOneLine) {
    const ShellResult got = run(
        "printf '@SQ\\tSN:c\\tLN:100\\n' > 'a\nb.sam'; varhush count --quiet --fasta-ref r.fa -V "
        "snv.vcf 'a\nb.sam' -O v -s 'a\nb.sam' | grep -c '^##varhush_countCommand=.*a b.sam'");
    EXPECT_EQ(got.out, "1\n") << got.err;
}

TEST_F(CountCommand, FilesWithoutReadGroupsAreSamplesOfTheirOwn) {
    write("a.sam", "@SQ\tSN:c\tLN:100\n@SQ\tSN:d\tLN:50\n" + read("r", 0, "", "AAAAGAAAAA"));
    write("b.sam", "@SQ\tSN:c\tLN:100\n@SQ\tSN:d\tLN:50\n" + read("r", 0, "", "AAAAAAAAAA"));
    EXPECT_EQ(columns("-V snv.vcf a.sam b.sam", "sample ref_count alt_count"),
              "a.sam\t0\t1\nb.sam\t1\t0\n");
}

TEST_F(CountCommand, CountsTheSamplesThatWereAskedFor) {
    write("reads.sam",
          std::string(kSamHead) + read("ref", 0, "x", "AAAAAAAAAA") +
              read("alt", 0, "z", "AAAAGAAAAA") + read("other", 0, "y", "AAAAGAAAAA") +
              read("stray", 0, "q", "AAAAGAAAAA"));
    const std::string wanted = "sample ref_count alt_count";
    const std::string both = "one\t1\t1\ntwo\t0\t1\n";
    EXPECT_EQ(columns("-s two -V snv.vcf reads.sam", wanted), "two\t0\t1\n");
    EXPECT_EQ(columns("-s two,one,two -V snv.vcf reads.sam", wanted), both);
    EXPECT_EQ(columns("-s ^two -V snv.vcf reads.sam", wanted), "one\t1\t1\n");
    write("list", "two\tmale\n\n");
    EXPECT_EQ(columns("-S list -V snv.vcf reads.sam", wanted), "two\t0\t1\n");
    EXPECT_EQ(columns("-S ^list -V snv.vcf reads.sam", wanted), "one\t1\t1\n");
    EXPECT_EQ(columns("--ignore-rg -V snv.vcf reads.sam", wanted), "reads.sam\t1\t3\n");
    const ShellResult got =
        run("varhush count --fasta-ref r.fa -s two -V snv.vcf reads.sam -o t.tsv");
    EXPECT_NE(got.err.find("4 reads looked at, 2 of other samples;"), std::string::npos) << got.err;
    EXPECT_NE(got.err.find("1 reads belong to no sample"), std::string::npos) << got.err;
}

TEST_F(CountCommand, RefusesSamplesThatTheReadsDoNotHave) {
    write("reads.sam", std::string(kSamHead) + read("ref", 0, "x", "AAAAAAAAAA"));
    write("none", "\n");
    const std::string count = "varhush count --fasta-ref r.fa -V snv.vcf -o out.tsv reads.sam ";
    refused(count + "-s one,three", 2, "the reads have no sample 'three'");
    refused(count + "-s ^three", 2, "they have one, two (SM of @RG");
    refused(count + "-s one --ignore-rg", 2, "they have reads.sam");
    refused(count + "-s ^one,two", 2, "no sample is left");
    refused(count + "-s one,", 2, "empty name");
    refused(count + "-S none", 2, "none names no sample");
    refused(count + "-S nowhere", 3, "nowhere");
    refused(count + "-S list -s one", 2, "excludes");
}

TEST_F(CountCommand, KeepsNoMoreThanMaxDepth) {
    write("reads.sam",
          std::string(kSamHead) + read("a", 0, "x", "AAAAAAAAAA") +
              read("b", 0, "x", "AAAAGAAAAA") + read("c", 0, "x", "AAAAGAAAAA"));
    EXPECT_EQ(columns("--max-depth 2 -V snv.vcf reads.sam", "sample depth max_depth"),
              "one\t2\t1\ntwo\t0\t0\n");
}

TEST_F(CountCommand, PileUpsOfHalfAMillionReadsStayInBounds) {
    const ShellResult got =
        run("awk 'BEGIN {print \"@SQ\\tSN:c\\tLN:100\"; for (i = 0; i < 500000; i++) print \"r\" i "
            "\"\\t0\\tc\\t11\\t60\\t10M\\t*\\t0\\t0\\tAAAA\" (i % 2 ? \"G\" : \"A\") "
            "\"AAAAA\\tIIIIIIIIII\"}' | samtools view -u - -o deep.bam\n"
            "varhush cover --quiet deep.bam\n"
            "ulimit -v 600000\n"
            "varhush count -@ 1 --quiet --fasta-ref r.fa -V snv.vcf deep.bam | cut -f 8,9,29");
    if (VARHUSH_SANITIZED) {
        GTEST_SKIP() << "sanitizers need more address space";
    }
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_EQ(got.out,
              "c\t10\t20\t500000\nref_count\talt_count\tmax_depth\n50000\t50000\t400000\n");
}

TEST_F(CountCommand, SitesOutOfOrderNeedAnIndex) {
    write("reads.sam", std::string(kSamHead) + read("alt", 0, "x", "AAAAGAAAAA"));
    write("back.vcf",
          std::string(kVcfHead) + "d\t15\t.\tA\tG\t.\t.\t.\tGT\t0|1\n" +
              "c\t16\t.\tA\tG\t.\t.\t.\tGT\t0|1\nc\t15\t.\tA\tG\t.\t.\t.\tGT\t0|1\n"
              "nowhere\t15\t.\tA\tG\t.\t.\t.\tGT\t0|1\n");
    refused("varhush count --fasta-ref r.fa -V back.vcf reads.sam -o out.tsv", 3, "no index");
    ASSERT_EQ(run("samtools view -b --write-index reads.sam -o r.bam").exit_code, 0);
    EXPECT_EQ(columns("-V back.vcf r.bam", "contig position status alt_count")
                  .substr(0, std::string("d\t15\tOK\t0\n").size()),
              "d\t15\tOK\t0\n");
    EXPECT_EQ(columns("-V back.vcf r.bam", "position sample status alt_count"),
              "15\tone\tOK\t0\n15\ttwo\tOK\t0\n16\tone\tOK\t0\n16\ttwo\tOK\t0\n"
              "15\tone\tOK\t1\n15\ttwo\tOK\t0\n15\tone\tCONTIG_MISSING\t.\n"
              "15\ttwo\tCONTIG_MISSING\t.\n");
}

TEST_F(CountCommand, RefusesWhatCannotBeCounted) {
    write("reads.sam", std::string(kSamHead) + read("alt", 0, "x", "AAAAGAAAAA"));
    const std::string count = "varhush count --fasta-ref r.fa -o out.tsv ";
    refused(count + "reads.sam", 2, "which variants");
    refused("varhush count -V snv.vcf reads.sam -o out.tsv", 2, "reference is missing");
    refused(count + "-V - - < reads.sam", 2, "only once");
    refused(count + "-V snv.vcf reads.sam reads.sam", 2, "reads.sam is given twice");
    refused("ln -s reads.sam link; " + count + "-V snv.vcf link reads.sam",
            2,
            "link and reads.sam are the same file");
    refused(count + "-V snv.vcf - reads.sam < reads.sam", 2, "- and reads.sam are the same file");
    refused(count + "-W -V snv.vcf reads.sam", 2, "the output is a table");
    refused(
        "varhush count --fasta-ref data/demo/chr22.fa.gz -V data/demo/variants.vcf.gz "
        "reads.sam -o out.tsv",
        3,
        "no contig in common: 'chr22' and 'c'");
    refused(
        "varhush count --fasta-ref data/demo/chr22.fa.gz -V data/demo/variants.vcf.gz "
        "data/demo/ctcf.bam -o out.tsv",
        3,
        "the reads have no bases");
    refused("samtools view -b reads.sam | head -c -28 > cut.bam; " + count + "-V snv.vcf cut.bam",
            3,
            "is cut");
    refused(
        "echo '>e' > bad.fa; echo A >> bad.fa\n"
        "varhush count --fasta-ref bad.fa -V snv.vcf reads.sam -o out.tsv",
        3,
        "no contig of snv.vcf is in bad.fa");
    refused(
        "samtools view -C -T r.fa reads.sam -o r.cram; samtools index r.cram; rm bad.fa*\n"
        "sed '2s/^A\\{12\\}/AAAAAAAAAAAC/' r.fa > bad.fa; samtools faidx bad.fa\n"
        "varhush count --fasta-ref bad.fa -V snv.vcf r.cram -o out.tsv",
        3,
        "another reference");
    refused("(cat reads.sam; tail -1 reads.sam | sed 's/11/9/') > unsorted.sam; " + count +
                "-V snv.vcf unsorted.sam",
            3,
            "not sorted");
}

// AD of every position that reads of the demo cover, with equal filters.
TEST_F(CountCommand, AgreesWithMpileupOnRealReads) {
    const ShellResult got = run(
        "gzip -dc data/demo/chr22.fa.gz > g.fa; samtools faidx g.fa\n"
        "bcftools mpileup -B -A -x -I -Q 13 -q 20 -d 100000 --ff 0xF04 -a AD,ADF,ADR -f g.fa "
        "data/demo/wgs.bam 2>/dev/null > theirs.vcf\n"
        "bcftools query -f '%POS\\t%REF\\t%ALT[\\t%AD\\t%ADF\\t%ADR]\\n' theirs.vcf |"
        " sed 's/[0-9]*\\(\\t\\|$\\)/&/' | awk -F'\\t' -v OFS='\\t' '$3 != \"<*>\" && $2 != \"N\" "
        "{for (i = 4; i <= 6; i++) sub(/,0$/, \",.\", $i); print}' > theirs\n"
        "varhush count --quiet --count-reads -q 20 --fasta-ref g.fa -V theirs.vcf -O v "
        "data/demo/wgs.bam | bcftools query -f '%POS\\t%REF\\t%ALT[\\t%AD\\t%ADF\\t%ADR]\\n' |"
        " awk -F'\\t' '$3 != \"<*>\" && $2 != \"N\"' > ours\n"
        "wc -l < theirs; diff ours theirs | head -5");
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_GT(std::stoi(got.out), 200);
    EXPECT_EQ(got.out.find('\n'), got.out.size() - 1) << got.out;
}

// Real reads, every second one given to another sample: -s and --ignore-rg as mpileup has them.
TEST_F(CountCommand, ChoosesSamplesLikeMpileup) {
    const ShellResult got = run(
        "gzip -dc data/demo/chr22.fa.gz > g.fa; samtools faidx g.fa\n"
        "samtools view -h data/demo/wgs.bam | awk -v OFS='\\t' '/^@RG/ {print \"@RG\\tID:a\\tSM:"
        "one\"; print \"@RG\\tID:b\\tSM:two\"; next} !/^@/ {sub(/RG:Z:wgs/, NR % 2 ? "
        "\"RG:Z:a\" : \"RG:Z:b\")} 1' | samtools view -b --write-index -o two.bam -\n"
        "for choice in '-s two' '-s ^two' --ignore-rg; do\n"
        "bcftools mpileup $choice -B -A -x -I -Q 13 -q 20 -d 100000 --ff 0xF04 -a AD -f g.fa "
        "two.bam 2>/dev/null | bcftools view -i 'N_ALT > 1 && REF != \"N\"' > theirs.vcf\n"
        "bcftools query -f '%POS %ALT[ %SAMPLE %AD]\\n' theirs.vcf | sed 's/,[0-9]*$//' > theirs\n"
        "varhush count --quiet $choice --count-reads -q 20 --fasta-ref g.fa -V theirs.vcf -O v "
        "two.bam | bcftools query -f '%POS %ALT[ %SAMPLE %AD]\\n' | sed 's/,[.]$//' > ours\n"
        "wc -l < theirs; cut -d ' ' -f 3 theirs | uniq; diff ours theirs | head -5; done");
    EXPECT_EQ(got.exit_code, 0) << got.err;
    std::istringstream lines(got.out);
    for (const std::string expected : {"two", "one", "two.bam"}) {
        int sites = 0;
        std::string sample;
        lines >> sites >> sample;
        EXPECT_GT(sites, 30) << got.out;
        EXPECT_EQ(sample, expected) << got.out;
    }
    EXPECT_FALSE(lines >> std::ws && lines.peek() != EOF) << got.out;
}

// Two haplotypes made from a VCF of SNVs, MNVs, insertions and deletions of up to 30 bases; reads
// of both.
TEST_F(CountCommand, RecoversTheAlleleFractionOfSimulatedVariants) {
    if (run("command -v bwa && command -v wgsim").exit_code != 0) {
        GTEST_SKIP() << "needs bwa and wgsim";
    }
    write("make.awk", R"(BEGIN {
    srand(5); OFS = "\t"
    print "##fileformat=VCFv4.2"; print "##contig=<ID=s,length=300000>"
    print "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">"
    print "#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", "one"
}
!/^>/ { g = g toupper($0) }
function base() { return substr("ACGT", 1 + int(4 * rand()), 1) }
function some(n,   t) { for (t = ""; n > 0; n--) t = t base(); return t }
END {
    for (p = 500; p < length(g) - 500; p += 200) {
        kind = int(4 * rand()); n = 1 + int(30 * rand() * rand())
        ref = substr(g, p, 1)
        if (kind == 0) { do alt = base(); while (alt == ref) }
        if (kind == 1) alt = ref some(n)
        if (kind == 2) { ref = substr(g, p, n + 1); alt = substr(ref, 1, 1) }
        if (kind == 3) {
            ref = substr(g, p, 3)
            do alt = some(3)
            while (substr(alt, 1, 1) == substr(ref, 1, 1) || substr(alt, 3) == substr(ref, 3))
        }
        gt = substr("0|11|01|1", 1 + 3 * int(3 * rand()), 3)
        name = (gt == "1|1" ? "hom." : "het.") substr("snvinsdelmnv", 1 + 3 * kind, 3)
        print "s", p, name, ref, alt, ".", ".", ".", "GT", gt
    }
}
)");
    const ShellResult got =
        run("gzip -dc data/demo/chr22.fa.gz > g.fa; samtools faidx g.fa\n"
            "samtools faidx g.fa chr22:20000001-20300000 | sed '1s/.*/>s/' > s.fa\n"
            "awk -f make.awk s.fa > t.vcf; " +
            aligned_reads_of_haplotypes("-e 0.005 -N 30000 -1 150 -2 150") +
            " | samtools sort -o "
            "s.bam 2>/dev/null; samtools index s.bam\n"
            "varhush count -q 20 --fasta-ref s.fa -V t.vcf s.bam -o c.tsv\n"
            "awk -F'\\t' '$7 == \"OK\" && $11 >= 20 {f[$3] += $9 / ($8 + $9); n[$3]++} END {for (k "
            "in n) printf \"%s %d %.4f\\n\", k, n[k], f[k] / n[k]}' c.tsv | sort");
    ASSERT_EQ(got.exit_code, 0) << got.err;
    std::istringstream lines(got.out);
    std::string kind;
    int sites = 0;
    double fraction = 0;
    int kinds = 0;
    while (lines >> kind >> sites >> fraction) {
        ++kinds;
        EXPECT_GT(sites, 80) << got.out;
        EXPECT_NEAR(fraction, kind.starts_with("het") ? 0.5 : 1.0, 0.02) << got.out << got.err;
    }
    EXPECT_EQ(kinds, 8) << got.out << got.err;
}

}  // namespace
}  // namespace varhush::test
