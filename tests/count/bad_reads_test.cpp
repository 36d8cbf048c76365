#include "shell.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <string>

// Reads that are damaged, odd or do not fit, for `varhush count` and `varhush cover`: a clear error
// and no output, or a discard that is counted. (Unsorted, empty and foreign files and pile-ups are
// in the tests of each command.)
namespace varhush::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kHead = "@HD\tVN:1.6\tSO:coordinate\n@SQ\tSN:c\tLN:100\n";
constexpr const char* kVcf =
    "##fileformat=VCFv4.2\n##contig=<ID=c,length=100>\n"
    "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">\n"
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tone\n"
    "c\t13\t.\tA\tG\t.\t.\t.\tGT\t0|1\nc\t100\t.\tA\tG\t.\t.\t.\tGT\t0|1\n";
const std::string kCount = "varhush count -V p.vcf --fasta-ref r.fa -o out.tsv ";
const std::string kBlocks = kCount + "--blocks out.blocks ";
const std::string kCover = "varhush cover -o out.bedgraph ";

class BadReads : public testing::Test {
  protected:
    BadReads() {
        write("r.fa", ">c\n" + std::string(100, 'A') + "\n");
        write("p.vcf", kVcf);
        write("good.sam",
              std::string(kHead) + "@RG\tID:x\tSM:one\n" +
                  "a\t0\tc\t11\t60\t10M\t*\t0\t0\tAAAAAAAAAA\tIIIIIIIIII\tRG:Z:x\n"
                  "b\t0\tc\t12\t60\t10M\t*\t0\t0\tAGAAAAAAAA\tIIIIIIIIII\tRG:Z:x\n");
    }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(box_.folder() / name, std::ios::binary) << text;
    }
    ShellResult run(const std::string& script) const { return run_shell(script, box_.folder()); }
    void refused(const std::string& script, int code, const std::string& message) const {
        const ShellResult got = run(script);
        EXPECT_EQ(got.exit_code, code) << script << '\n' << got.err;
        EXPECT_NE(got.err.find(message), std::string::npos) << script << '\n' << got.err;
        for (const auto& entry : fs::directory_iterator(box_.folder())) {
            EXPECT_FALSE(entry.path().filename().string().starts_with("out.")) << entry.path();
        }
    }
    // The alleles of both sites and the last line of the summary.
    void counts(const std::string& reads, const std::string& alleles, const std::string& summary) {
        const ShellResult got = run("varhush count -V p.vcf --fasta-ref r.fa -o c.tsv " + reads +
                                    "; tail -n +2 c.tsv | cut -f 2,8-10; rm c.tsv");
        EXPECT_EQ(got.exit_code, 0) << got.err;
        EXPECT_EQ(got.out, alleles);
        EXPECT_NE(got.err.find(summary), std::string::npos) << got.err;
    }
    Sandbox box_;
};

// Half a line may have lost its tags: it must not pass for a read.
TEST_F(BadReads, ALineThatIsCutIsAnError) {
    const std::string text = read_file(box_.folder() / "good.sam");
    const std::size_t last = text.rfind("b\t0");
    for (std::size_t length = last + 1; length < text.size();
         length += length + 9 < text.size() ? 7 : 1) {
        write("cut.sam", text.substr(0, length));
        refused(kCount + "cut.sam", 3, "cut");
        refused(kCover + "- < cut.sam", 3, "cut");
        refused("rm -f fifo; mkfifo fifo; cat cut.sam > fifo & timeout 20 " + kCover + "fifo",
                3,
                "cut");
    }
    write("cut.sam", text.substr(0, text.find("\n@RG") + 8));
    refused(kCover + "cut.sam", 3, "cut");
    // A pipe with a name is opened once: opening it again would wait for another writer.
    EXPECT_EQ(run("mkfifo pipe; (cat good.sam > pipe &); timeout 60 varhush cover pipe").out,
              run("varhush cover good.sam").out);
    refused("(head -c -1 good.sam > pipe &); timeout 60 " + kCover + "pipe", 3, "cut");
    write("crlf.sam", text);
    EXPECT_EQ(run("sed -i 's/$/\\r/' crlf.sam; varhush cover crlf.sam").out,
              run("varhush cover good.sam").out);
}

TEST_F(BadReads, CutFilesAreErrors) {
    for (const std::string& command : {kCount, kBlocks, kCover}) {
        refused("samtools view -b good.sam | head -c -28 > cut.bam\n" + command + "cut.bam",
                3,
                "is cut");
        refused(
            "samtools view -C -T r.fa good.sam | head -c -38 > cut.cram\n" + command + "cut.cram",
            3,
            "is cut");
        refused("samtools view -u good.sam | bgzip -dc | head -c -30 | bgzip > torn.bam\n" +
                    command + "torn.bam",
                3,
                "damaged or cut");
        refused("samtools view -b good.sam | head -c -28 | " + command + "-", 3, "is cut");
        // An index does not make up for the end.
        refused(
            "samtools view -b --write-index good.sam -o i.bam; head -c -28 i.bam > j.bam\n"
            "mv i.bam.csi j.bam.csi; " +
                command + "j.bam",
            3,
            "is cut");
    }
}

// Without a read: what is there of the header must not pass for all of it, nor may a pipe be waited
// for forever.
TEST_F(BadReads, HeadersThatAreCutAreErrors) {
    // Each length of the input that is no whole one; what ends otherwise is told.
    write("each.sh",
          "file=$1; last=$2; step=$3; whole=$4; shift 4; length=0\n"
          "while [ $length -le $last ]; do\n"
          "  head -c $length $file > cut\n"
          "  for input in cut -; do\n"
          "    code=0; cat cut | timeout 20 \"$@\" $input 2> err || code=$?\n"
          "    case \" $whole \" in *\" $length \"*) continue;; esac\n"
          "    [ $code = 3 ] && grep -q 'cut\\|empty\\|looks like' err && [ -z \"$(ls | grep "
          "'^out')\" ] "
          "|| echo $file $length $input $code\n"
          "  done\n"
          "  rm -f out.*; length=$((length + step))\n"
          "done\n");
    const std::string text = read_file(box_.folder() / "good.sam");
    std::string whole;  // complete lines: a SAM with a shorter header
    for (std::size_t at = text.find('\n'); at < text.find("a\t0"); at = text.find('\n', at + 1)) {
        whole += std::to_string(at + 1) + " ";
    }
    run("samtools view --no-PG -b good.sam -o good.bam; gzip -k good.sam\n"
        "samtools view --no-PG -C -T r.fa good.sam -o good.cram");
    const std::string head = std::to_string(text.find("a\t0"));
    for (const std::string& command : {kCover, kCount}) {
        const auto each = [&](const std::string& name,
                              const std::string& last,
                              int step,
                              const std::string& complete) {
            const ShellResult got = run("sh each.sh " + name + " " + last + " " +
                                        std::to_string(step) + " '" + complete + "' " + command);
            EXPECT_EQ(got.out, "") << command << got.err;
            EXPECT_EQ(got.exit_code, 0) << command << got.err;
        };
        each("good.sam", head, 9, whole);
        each("good.sam.gz", "$(($(wc -c < good.sam.gz) - 1))", 31, "");
        each("good.bam", "$(($(wc -c < good.bam) - 1))", 43, "");
        each("good.cram", "$(($(wc -c < good.cram) - 39))", 97, "");
        // Into the end block of a CRAM, for every number of threads.
        for (const char* threads : {"1", "2"}) {
            refused("head -c -30 good.cram | " + command + "-@ " + threads + " -", 3, "cut");
        }
    }
}

TEST_F(BadReads, CompressedSamHasRegionsToo) {
    run("bgzip -k good.sam; samtools index good.sam.gz");
    EXPECT_EQ(run("varhush cover -r c:1-11 -r c:20-30 good.sam.gz").out,
              "c\t10\t11\t1\nc\t19\t20\t2\nc\t20\t21\t1\n");
    EXPECT_EQ(run("varhush cover good.sam.gz").out, run("varhush cover good.sam").out);
}

TEST_F(BadReads, WithoutReadGroupsAFileIsASample) {
    run("grep -v '^@RG' good.sam | sed 's/\\tRG:Z:x//' > bare.sam");
    counts("bare.sam", "13\t1\t1\t0\n100\t0\t0\t0\n", "fragments of an allele 2");
    refused(kBlocks + "bare.sam", 3, "p.vcf has no sample 'bare.sam'");
    EXPECT_EQ(run("varhush cover bare.sam").out, run("varhush cover good.sam").out);
    // Groups that the header does not name belong to nobody, and are counted.
    run("sed 's/RG:Z:x/RG:Z:y/' good.sam > other.sam");
    counts("other.sam", "13\t0\t0\t0\n100\t0\t0\t0\n", "2 reads belong to no sample of the header");
}

TEST_F(BadReads, AnIndexIsNeededOnlyToJump) {
    run("samtools view -b good.sam -o bare.bam");
    counts("bare.bam", "13\t1\t1\t0\n100\t0\t0\t0\n", "2 reads looked at");
    refused(kCover + "-r c:1-20 bare.bam", 3, "needs an index");
    write("bare.bam.bai", "nonsense");
    refused(kCover + "-r c:1-20 bare.bam", 3, "needs an index");
}

TEST_F(BadReads, ContigsThatTheVariantsDoNotHave) {
    run("sed 's/^c\\t/chr7\\t/; s/ID=c/ID=chr7/' p.vcf > far.vcf");
    refused("varhush count -V far.vcf --fasta-ref r.fa -o out.tsv good.sam",
            3,
            "no contig in common: 'chr7' and 'c'");
    refused(
        "varhush cover --phased-vcf far.vcf -o out.bw good.sam", 3, "are the contigs named alike?");
}

TEST_F(BadReads, ACramNeedsItsReference) {
    run("samtools view -C -T r.fa good.sam -o r.cram; samtools index r.cram; cp r.fa full.fa");
    const std::string command = "varhush count -V p.vcf -o out.tsv r.cram --fasta-ref ";
    run("sed '2s/^A\\{15\\}/AAAAAAAAAAAAAAC/' r.fa > bad.fa; samtools faidx bad.fa; mv r.fa x");
    refused(command + "bad.fa", 3, "another reference");
    refused(command + "nowhere.fa", 3, "nowhere.fa");
    refused("varhush cover --phased-vcf p.vcf -o out.bw r.cram",
            3,
            "need the FASTA it was written with");
    EXPECT_EQ(run("varhush cover r.cram").out, "c\t10\t11\t1\nc\t11\t20\t2\nc\t20\t21\t1\n");
    EXPECT_EQ(run("varhush count -V p.vcf r.cram --fasta-ref full.fa | cut -f 8,9 | tail -2").out,
              "1\t1\n0\t0\n");
}

TEST_F(BadReads, WhatHangsOverTheContigEndCountsInside) {
    write("hang.sam",
          std::string(kHead) + "a\t0\tc\t95\t60\t10M\t*\t0\t0\tAAAAAGAAAA\tIIIIIIIIII\n");
    counts("hang.sam", "13\t0\t0\t0\n100\t0\t1\t0\n", "fragments of an allele 1");
    const ShellResult got = run("varhush cover hang.sam");
    EXPECT_EQ(got.out, "c\t94\t100\t1\n");
    EXPECT_NE(got.err.find("1 cut at a contig end"), std::string::npos) << got.err;
    write("beyond.sam", std::string(kHead) + "a\t0\tc\t101\t60\t2M\t*\t0\t0\tAA\tII\n");
    refused(kCount + "beyond.sam", 3, "has only 100 bases");
    refused(kCover + "beyond.sam", 3, "has only 100 bases");
}

TEST_F(BadReads, CigarsOfNoLengthCoverNothing) {
    const std::string tail = "\t*\t0\t0\tAGAAAAAAAA\tIIIIIIIIII\n";
    write("zero.sam",
          std::string(kHead) + "a\t0\tc\t12\t60\t0M\t*\t0\t0\t*\t*\nb\t0\tc\t12\t60\t*" + tail +
              "c\t0\tc\t12\t60\t10S" + tail + "d\t0\tc\t12\t60\t0M10S" + tail +
              "e\t0\tc\t12\t60\t10I" + tail + "f\t0\tc\t12\t60\t0D10M0N" + tail);
    counts("zero.sam", "13\t0\t1\t0\n100\t0\t0\t0\n", "fragments of an allele 1");
    const ShellResult got = run("varhush cover zero.sam");
    EXPECT_EQ(got.out, "c\t11\t21\t1\n");
    EXPECT_NE(got.err.find("1 unmapped, 4 without an aligned base"), std::string::npos) << got.err;
    // The same from a BAM, where HTSlib has not parsed text.
    EXPECT_EQ(run("samtools view -b zero.sam 2>/dev/null | varhush cover -").out, got.out);
}

TEST_F(BadReads, ReadsWithoutBasesCarryNoAllele) {
    write("star.sam",
          std::string(kHead) +
              "a\t0\tc\t12\t60\t10M\t*\t0\t0\t*\t*\n"
              "b\t0\tc\t12\t60\t10M\t*\t0\t0\tAGAAAAAAAA\t*\n");
    counts("star.sam", "13\t0\t1\t0\n100\t0\t0\t0\n", "left out: 1 no_bases");
    write("stars.sam", std::string(kHead) + "a\t0\tc\t12\t60\t10M\t*\t0\t0\t*\t*\n");
    refused(kCount + "stars.sam", 3, "the reads have no bases (SEQ is *)");
    EXPECT_EQ(run("varhush cover stars.sam").out, "c\t11\t21\t1\n");
}

TEST_F(BadReads, SamplesThatTheVcfDoesNotHave) {
    refused(kBlocks + "good.sam -s one --vcf-sample three", 2, "p.vcf has no sample 'three'");
    refused(kCount + "good.sam -s three", 2, "the reads have no sample 'three'");
    refused("varhush cover --phased-vcf p.vcf -s three -o out.bw good.sam",
            2,
            "p.vcf has no sample 'three'");
    run("grep '^##' p.vcf > none.vcf; grep -v '^##' p.vcf | cut -f 1-8 >> none.vcf");
    refused(
        "varhush cover --phased-vcf none.vcf -o out.bw good.sam", 3, "has no samples, so no phase");
}

}  // namespace
}  // namespace varhush::test
