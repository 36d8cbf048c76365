#include "shell.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

// What `varhush cover` counts, and where: by hand on small inputs, and beside samtools, bedtools
// and mosdepth on real reads.
namespace varhush::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kPairs =
    "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:c\tLN:100\n"
    "p1\t99\tc\t11\t60\t10M\t=\t16\t15\t*\t*\tHP:i:1\n"
    "p1\t147\tc\t16\t60\t10M\t=\t11\t-15\t*\t*\tHP:i:2\n"
    "far\t99\tc\t31\t60\t5M\t=\t51\t25\t*\t*\n"
    "lone\t73\tc\t41\t60\t5M\t=\t41\t0\t*\t*\n"
    "far\t147\tc\t51\t60\t5M\t=\t31\t-25\t*\t*\n";

class CoverModes : public testing::Test {
  protected:
    CoverModes() { write("pairs.sam", kPairs); }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(box_.folder() / name, std::ios::binary) << text;
    }
    ShellResult run(const std::string& script) const { return run_shell(script, box_.folder()); }
    std::string output(const std::string& options) const {
        const ShellResult got = run("varhush cover " + options);
        EXPECT_EQ(got.exit_code, 0) << got.err;
        return got.out;
    }
    void same(const std::string& script) const {
        const ShellResult got = run(script);
        EXPECT_EQ(got.exit_code, 0) << script << '\n' << got.out << got.err;
    }
    void refused(const std::string& options, int code, const std::string& message) const {
        const ShellResult got = run("varhush cover " + options + " -o out.bw");
        EXPECT_EQ(got.exit_code, code) << options << got.err;
        EXPECT_NE(got.err.find(message), std::string::npos) << options << got.err;
        for (const auto& entry : fs::directory_iterator(box_.folder())) {
            EXPECT_FALSE(entry.path().filename().string().starts_with("out.")) << entry.path();
        }
    }
    Sandbox box_;
};

TEST_F(CoverModes, MatesCountOnceUnlessAskedFor) {
    const std::string rest = "c\t30\t35\t1\nc\t40\t45\t1\nc\t50\t55\t1\n";
    EXPECT_EQ(output("pairs.sam"), "c\t10\t25\t1\n" + rest);
    EXPECT_EQ(output("--count-overlaps pairs.sam"),
              "c\t10\t15\t1\nc\t15\t20\t2\nc\t20\t25\t1\n" + rest);
}

TEST_F(CoverModes, AMateThatIsLeftOutTakesNothingAway) {
    EXPECT_EQ(output("-F 0x40 pairs.sam"), "c\t15\t25\t1\nc\t50\t55\t1\n");
}

TEST_F(CoverModes, FragmentsReachFromFirstBaseToLast) {
    const ShellResult got = run("varhush cover --mode fragment pairs.sam");
    EXPECT_EQ(got.out, "c\t10\t25\t1\nc\t30\t55\t1\n");
    EXPECT_NE(got.err.find("5 reads, 2 fragments counted, 2 second mates (the first speaks for "
                           "them), left out: 1 not "
                           "in a proper pair"),
              std::string::npos)
        << got.err;
    EXPECT_EQ(output("--mode fragment --max-fragment 20 pairs.sam"), "c\t10\t25\t1\n");
    EXPECT_EQ(output("--mode fragment --single-reads pairs.sam"),
              "c\t10\t25\t1\nc\t30\t40\t1\nc\t40\t45\t2\nc\t45\t55\t1\n");
    EXPECT_EQ(output("--mode fragment --extend 20 pairs.sam"),
              "c\t10\t25\t1\nc\t30\t40\t1\nc\t40\t55\t2\nc\t55\t60\t1\n");
}

TEST_F(CoverModes, FragmentsReachIntoRegionsThatNeitherReadTouches) {
    EXPECT_EQ(run("samtools view -b --write-index -o p.bam pairs.sam && varhush cover --quiet "
                  "--mode fragment -r c:37-38 -r c:53 p.bam")
                  .out,
              "c\t36\t38\t1\nc\t52\t53\t1\n");
}

TEST_F(CoverModes, EndsAndCutSitesFollowTheStrand) {
    EXPECT_EQ(output("--mode five-prime pairs.sam"),
              "c\t10\t11\t1\nc\t24\t25\t1\nc\t30\t31\t1\nc\t40\t41\t1\nc\t54\t55\t1\n");
    EXPECT_EQ(output("--mode cut-site pairs.sam"),
              "c\t14\t15\t1\nc\t19\t20\t1\nc\t34\t35\t1\nc\t44\t45\t1\nc\t49\t50\t1\n");
    EXPECT_EQ(output("--mode cut-site --shift 4,-4 --bin 20 pairs.sam"),
              "c\t0\t20\t1\nc\t20\t60\t2\n");
    const ShellResult got = run("varhush cover --mode cut-site --shift=-11,-5 pairs.sam");
    EXPECT_NE(got.err.find("1 outside the contig"), std::string::npos) << got.err;
}

TEST_F(CoverModes, SpansHoldWhatIsDeletedOrSkipped) {
    write("gaps.sam",
          "@SQ\tSN:c\tLN:400000\n"
          "a\t0\tc\t1\t60\t2M3D2M300000N2M\t*\t0\t0\t*\t*\nb\t0\tc\t3\t60\t4S1M2I1M5S\t*\t0\t0\t*"
          "\t*\n");
    EXPECT_EQ(output("gaps.sam"), "c\t0\t4\t1\nc\t5\t7\t1\nc\t300007\t300009\t1\n");
    EXPECT_EQ(output("--mode span gaps.sam"), "c\t0\t2\t1\nc\t2\t4\t2\nc\t4\t300009\t1\n");
}

TEST_F(CoverModes, SplitsByStrandAndHaplotype) {
    same("varhush cover --strands pairs.sam -o s.bedgraph.gz");
    EXPECT_EQ(run("bgzip -dc s.plus.bedgraph.gz").out,
              "c\t10\t20\t1\nc\t30\t35\t1\nc\t40\t45\t1\n");
    EXPECT_EQ(run("bgzip -dc s.minus.bedgraph.gz").out, "c\t15\t25\t1\nc\t50\t55\t1\n");
    same("varhush cover --strands --strand-of second pairs.sam -o t.bedgraph");
    EXPECT_EQ(run("cat t.minus.bedgraph").out,
              "c\t10\t25\t1\nc\t30\t35\t1\nc\t40\t45\t1\nc\t50\t55\t1\n");
    EXPECT_EQ(run("cat t.plus.bedgraph").out, "");
    same("varhush cover --hp-tag pairs.sam -o h.bedgraph");
    EXPECT_EQ(run("cat h.hap1.bedgraph").out, "c\t10\t20\t1\n");
    EXPECT_EQ(run("cat h.hap2.bedgraph").out, "c\t15\t25\t1\n");
    EXPECT_EQ(run("cat h.unphased.bedgraph").out, "c\t30\t35\t1\nc\t40\t45\t1\nc\t50\t55\t1\n");
}

TEST_F(CoverModes, AssignsReadsByHeterozygousSites) {
    const std::string head =
        "##fileformat=VCFv4.2\n##contig=<ID=c,length=100>\n"
        "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">\n"
        "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tx\ty\n";
    write("phased.vcf",
          head +
              "c\t13\t.\tA\tG\t.\t.\t.\tGT\t0|1\t0/1\nc\t15\t.\tA\tG\t.\t.\t.\tGT\t1|0\t0/1\n"
              "c\t33\t.\tA\tAG\t.\t.\t.\tGT\t0|1\t0/1\n");
    const std::string tail = "\t60\t5M\t*\t0\t0\t";
    write("bases.sam",
          "@SQ\tSN:c\tLN:100\n"
          "first\t0\tc\t11" +
              tail + "CCACC\tIIIII\n" + "second\t0\tc\t12" + tail + "CGCCC\tIIIII\n" +
              "weak\t0\tc\t12" + tail + "CGCCC\tI#III\n" + "both\t0\tc\t12" + tail +
              "CACAC\tIIIII\n" + "gap\t0\tc\t12\t60\t1M1D4M\t*\t0\t0\tCCCCC\tIIIII\n" +
              "none\t0\tc\t31" + tail + "CCACC\tIIIII\n");
    const ShellResult got =
        run("varhush cover bases.sam --phased-vcf phased.vcf -s x -o h.bedgraph");
    ASSERT_EQ(got.exit_code, 0) << got.err;
    EXPECT_EQ(run("cat h.hap1.bedgraph").out, "c\t10\t15\t1\n");
    EXPECT_EQ(run("cat h.hap2.bedgraph").out, "c\t11\t16\t1\n");
    EXPECT_EQ(run("cat h.unphased.bedgraph").out,
              "c\t11\t12\t3\nc\t12\t13\t2\nc\t13\t16\t3\nc\t16\t17\t1\nc\t30\t35\t1\n");
    EXPECT_NE(got.err.find("2 phased heterozygous SNVs of 1 phase sets used, 1 other records not"),
              std::string::npos)
        << got.err;
    EXPECT_NE(got.err.find("1 speak for both haplotypes alike"), std::string::npos) << got.err;
    refused("bases.sam --phased-vcf phased.vcf -s y", 3, "no phased heterozygous SNV");
    refused("bases.sam --phased-vcf phased.vcf", 2, "name one with --sample");
}

// Haplotype 1 means the same only inside a phase set.
TEST_F(CoverModes, SitesOfDifferentPhaseSetsAreNotAddedUp) {
    write("sets.vcf",
          "##fileformat=VCFv4.2\n##contig=<ID=c,length=100>\n"
          "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">\n"
          "##FORMAT=<ID=PS,Number=1,Type=Integer,Description=\"\">\n"
          "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tx\n"
          "c\t11\t.\tA\tG\t.\t.\t.\tGT:PS\t0|1:11\nc\t12\t.\tA\tG\t.\t.\t.\tGT:PS\t0|1:11\n"
          "c\t13\t.\tA\tG\t.\t.\t.\tGT:PS\t1|0:13\nc\t14\t.\tA\tG\t.\t.\t.\tGT\t0|1\n"
          "c\t15\t.\tA\tG\t.\t.\t.\tGT\t0|1\nc\t21\t.\tA\tG\t.\t.\t.\tGT:PS\t0|1:11\n");
    const auto one = [](const char* name, int start, const char* bases) {
        return std::string(name) + "\t0\tc\t" + std::to_string(start) + "\t60\t" +
               std::to_string(std::string(bases).size()) + "M\t*\t0\t0\t" + bases + "\t*\n";
    };
    // Two sites for haplotype 1 of set 11 against one for haplotype 2 of set 13; two against two of
    // other sets that agree, and that do not; a set whose own sites disagree.
    write("sets.sam",
          "@SQ\tSN:c\tLN:100\n" + one("more", 11, "AAA") + one("alike", 11, "AACAA") +
              one("unlike", 11, "AACGG") + one("torn", 11, "AGC") + one("later", 20, "CG"));
    same("varhush cover sets.sam --phased-vcf sets.vcf -o h.bedgraph 2> log");
    EXPECT_EQ(run("cat h.hap1.bedgraph").out, "c\t10\t13\t2\nc\t13\t15\t1\n");
    EXPECT_EQ(run("cat h.hap2.bedgraph").out, "c\t19\t21\t1\n");
    EXPECT_EQ(run("cat h.unphased.bedgraph").out, "c\t10\t13\t2\nc\t13\t15\t1\n");
    EXPECT_EQ(run("grep -c 'of 3 phase sets used' log; grep -c '2 speak for both' log").out,
              "1\n1\n");
}

TEST_F(CoverModes, BinsHoldMeansAndStopAtTheContigEnd) {
    write("tail.sam", "@SQ\tSN:c\tLN:25\na\t0\tc\t19\t60\t5M\t*\t0\t0\t*\t*\n");
    EXPECT_EQ(output("--bin 10 tail.sam"), "c\t10\t20\t0.2\nc\t20\t25\t0.6\n");
    EXPECT_EQ(run("samtools view -b --write-index -o t.bam tail.sam && varhush cover --quiet "
                  "--bin 10 -r c:15-22 t.bam")
                  .out,
              "c\t14\t20\t0.33333334\nc\t20\t22\t1\n");
}

TEST_F(CoverModes, NormalisesByAllThatCounts) {
    EXPECT_EQ(output("--normalize cpm --scale 0.5 --mode five-prime -f 0x10 pairs.sam"),
              "c\t24\t25\t250000\nc\t54\t55\t250000\n");
    EXPECT_EQ(output("--normalize rpgc --effective-genome 50 --mode fragment pairs.sam"),
              "c\t10\t25\t1.25\nc\t30\t55\t1.25\n");
    // A region is normalised like the whole file.
    same(
        "samtools view -b --write-index -o p.bam pairs.sam\n"
        "varhush cover --normalize cpm p.bam | awk '$2 >= 30 && $3 <= 45' > whole\n"
        "varhush cover --normalize cpm -r c:31-45 p.bam | cmp - whole; test -s whole");
}

TEST_F(CoverModes, SumsSeveralFiles) {
    same(
        "cp pairs.sam again.sam; varhush cover pairs.sam again.sam | awk -v OFS='\\t' '{$4 /= 2; "
        "print}' > twice\n"
        "varhush cover pairs.sam | cmp - twice && test -s twice");
    write("other.sam", "@SQ\tSN:c\tLN:99\n");
    refused("pairs.sam other.sam", 3, "c (100 bases) and c (99)");
    refused("- -", 2, "only once");
    refused("pairs.sam other.sam ./pairs.sam", 2, "pairs.sam and ./pairs.sam are the same file");
}

TEST_F(CoverModes, LeavesOutWhatTouchesTheBlacklist) {
    write("bad.bed", "c\t17\t18\nelsewhere\t1\t2\n");
    const ShellResult got = run("varhush cover --blacklist bad.bed pairs.sam");
    EXPECT_EQ(got.out, "c\t30\t35\t1\nc\t40\t45\t1\nc\t50\t55\t1\n");
    EXPECT_NE(got.err.find("2 blacklisted"), std::string::npos) << got.err;
    EXPECT_NE(got.err.find("1 regions on contigs that the reads do not have"), std::string::npos);
    write("bad.bed", "chrC\t17\t18\n");
    refused("--blacklist bad.bed pairs.sam", 3, "names no contig of the reads");
}

TEST_F(CoverModes, IndexesWhatItBgzips) {
    same("varhush cover -W pairs.sam -o a.bedgraph.gz && test -e a.bedgraph.gz.tbi");
    EXPECT_EQ(run("tabix a.bedgraph.gz c:35-45").out, "c\t30\t35\t1\nc\t40\t45\t1\n");
    same("varhush cover pairs.sam -o a.bedgraph.gz && test ! -e a.bedgraph.gz.tbi");
    same("varhush cover -W=csi pairs.sam -o a.bedgraph.gz && test -e a.bedgraph.gz.csi");
    refused("-W pairs.sam", 2, "-W indexes bgzipped bedGraph only");
}

// The index is made while the file is written; tabix reads the file. Many blocks and two contigs.
TEST_F(CoverModes, IndexesAsTabixDoes) {
    std::string sam =
        "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:a\tLN:3000000\n@SQ\tSN:none\tLN:500\n"
        "@SQ\tSN:b\tLN:900000\n";
    for (const char* contig : {"a", "b"}) {
        for (int i = 0; i < 30000; ++i) {
            const std::string at = std::to_string(1 + i * 29 + i % 7);
            sam += "r" + std::to_string(i) + "\t0\t" + contig + "\t" + at +
                   "\t60\t20M\t*\t0\t0\t*\t*\n";
        }
    }
    write("many.sam", sam);
    for (const std::string kind : {"tbi", "csi"}) {
        const ShellResult got = run(
            "varhush cover --quiet -W=" + kind + " many.sam -o m.bedgraph.gz && mv m.bedgraph.gz." +
            kind + " ours && tabix " + (kind == "csi" ? "-C " : "") +
            "-p bed m.bedgraph.gz && cmp ours m.bedgraph.gz." + kind +
            " && rm m.bedgraph.gz.* && test $(bgzip -dc m.bedgraph.gz | wc -l) -gt 50000");
        EXPECT_EQ(got.exit_code, 0) << got.out << got.err;
    }
    const ShellResult empty =
        run("grep '^@' many.sam | varhush cover --quiet -W - -o e.bedgraph.gz && tabix "
            "e.bedgraph.gz a");
    EXPECT_EQ(empty.exit_code, 0) << empty.err;
}

TEST_F(CoverModes, RefusesOptionsThatDoNotFit) {
    refused("--strands pairs.sam -o -", 2, "");
    const ShellResult got = run("varhush cover --strands pairs.sam");
    EXPECT_EQ(got.exit_code, 2);
    EXPECT_NE(got.err.find("several tracks need an output file"), std::string::npos) << got.err;
    refused("--normalize rpgc pairs.sam", 2, "needs --effective-genome");
    refused("--extend 5 pairs.sam", 2, "belong to --mode fragment");
    refused("--scale 0 --normalize cpm pairs.sam", 2, "must be above 0");
    refused("--shift 4 pairs.sam", 2, "two numbers");
    refused("--mode nonsense pairs.sam", 2, "--mode");
    refused("--bin 0 pairs.sam", 2, "--bin");
}

// Real reads of a mixture of people; every mode that another tool has, too.
TEST_F(CoverModes, AgreesWithOtherToolsOnRealReads) {
    if (run("command -v samtools && command -v bedtools && command -v mosdepth").exit_code != 0) {
        GTEST_SKIP() << "needs samtools, bedtools and mosdepth";
    }
    const std::string deeper = " | awk '$4 > 0'";
    same(
        "samtools depth -G 0xF04 data/demo/wgs.bam | awk '$3 > 0' > theirs\n"
        "varhush cover --mode read --bin 1 --count-overlaps -q 0 data/demo/wgs.bam |\n"
        "awk -v OFS='\\t' '{for (i = $2 + 1; i <= $3; i++) print $1, i, $4}' | cmp - theirs\n"
        "test -s theirs");
    same("mosdepth -F 1796 m data/demo/wgs.bam; bgzip -dc m.per-base.bed.gz" + deeper +
         " > theirs\nvarhush cover -F 1796 data/demo/wgs.bam | cmp - theirs; test -s theirs");
    same("mosdepth -x -Q 30 -F 1796 m data/demo/wgs.bam; bgzip -dc m.per-base.bed.gz" + deeper +
         " > theirs\nvarhush cover --mode span --count-overlaps -q 30 -F 1796 data/demo/wgs.bam |"
         " cmp - theirs; test -s theirs");
    same(
        "samtools view -b -F 0xF04 data/demo/wgs.bam -o f.bam\n"
        "bedtools genomecov -bg -5 -ibam f.bam > theirs\n"
        "varhush cover --mode five-prime f.bam | cmp - theirs; test -s theirs\n"
        "bedtools genomecov -bg -5 -strand - -ibam f.bam > theirs\n"
        "varhush cover --mode five-prime --strands f.bam -o o.bg; cmp o.minus.bg theirs\n"
        "bedtools genomecov -bg -pc -ibam data/demo/ctcf.bam > theirs\n"
        "varhush cover --mode fragment data/demo/ctcf.bam | cmp - theirs; test -s theirs");
    same(
        "mosdepth -n -x -F 1796 --by 500 -r chr22 m data/demo/wgs.bam 2>/dev/null ||\n"
        "mosdepth -n -x -F 1796 --by 500 m data/demo/wgs.bam\n"
        "bgzip -dc m.regions.bed.gz | awk '$4 > 0 {printf \"%s\\t%d\\t%d\\t%.2f\\n\", $1, $2, $3, "
        "$4}' > theirs\n"
        "varhush cover --mode span --count-overlaps --bin 500 -F 1796 data/demo/wgs.bam | awk "
        "'{for (s = $2; s < $3; s += 500) {e = s + 500 < $3 ? s + 500 : $3; if ($4 >= 0.005) "
        "printf \"%s\\t%d\\t%d\\t%.2f\\n\", $1, s, e, $4}}' > ours; test -s theirs\n"
        "paste ours theirs | awk '$1 != $5 || $2 != $6 || $3 != $7 || ($4 - $8) ^ 2 > 0.00011 "
        "{print; bad = 1} END {exit bad}'");
}

TEST_F(CoverModes, OneThreadOrTwoGiveTheSame) {
    same(
        "varhush cover -@ 1 data/demo/wgs.bam > one; varhush cover -@ 2 data/demo/wgs.bam | cmp - "
        "one; test -s one\nsamtools view -h data/demo/wgs.bam | varhush cover - | cmp - one\n"
        "gzip -dc data/demo/chr22.fa.gz > r.fa\n"
        "samtools view -C -T r.fa data/demo/wgs.bam -o w.cram && rm r.fa*\n"
        "varhush cover w.cram | cmp - one");
}

TEST_F(CoverModes, SaysWhenACramNeedsItsReference) {
    write("phased.vcf",
          "##fileformat=VCFv4.2\n##contig=<ID=chr22,length=51304566>\n"
          "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">\n"
          "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tx\n"
          "chr22\t20000013\t.\tA\tG\t.\t.\t.\tGT\t0|1\n");
    same(
        "gzip -dc data/demo/chr22.fa.gz > r.fa\n"
        "samtools view -C -T r.fa data/demo/wgs.bam -o w.cram\n"
        "varhush cover --phased-vcf phased.vcf --fasta-ref r.fa w.cram -o good.bedgraph\n"
        "test -s good.unphased.bedgraph; rm r.fa*");
    refused("--phased-vcf phased.vcf w.cram", 3, "need the FASTA it was written with");
}

}  // namespace
}  // namespace varhush::test
