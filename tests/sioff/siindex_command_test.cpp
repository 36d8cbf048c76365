#include "shell.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

// `varhush siindex` as users run it.
namespace varhush::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

constexpr const char* kGtf =
    "chr1\\t.\\texon\\t11\\t60\\t.\\t+\\t.\\tgene_id \"g1\"; transcript_id \"t1\";\\n"
    "chr1\\t.\\texon\\t101\\t150\\t.\\t+\\t.\\tgene_id \"g1\"; transcript_id \"t1\";\\n"
    "chr1\\t.\\tCDS\\t21\\t110\\t.\\t+\\t0\\tgene_id \"g1\"; transcript_id \"t1\";\\n"
    "chr1\\t.\\texon\\t11\\t60\\t.\\t-\\t.\\tgene_id \"g2\"; transcript_id \"t2\";\\n";
constexpr const char* kGenome =
    "GATTACAGCCATTGACCATGGTAAATTGCACCATTGCATTTCGAGCTTAGGCATCGATCGGGTTTAAACCCATCAGTCAGTACGTTGCAT"
    "TGCAACGTCCAATTGGTCTAGACCTGAGTCAATGCCGTTAAGCTTCGAATCCGGATTACGACTGA";

class SiindexCommand : public testing::Test {
  protected:
    SiindexCommand() {
        write("genome.fa", std::string(">chr1\n") + kGenome + "\n");
        (void)run(std::string("printf '") + kGtf + "' > genes.gtf");
    }
    ShellResult run(const std::string& script) const { return run_shell(script, box_.folder()); }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(box_.folder() / name, std::ios::binary) << text;
    }
    void refused(const std::string& script, int code, const std::string& message) const {
        const ShellResult got = run(script);
        EXPECT_EQ(got.exit_code, code) << script << "\n" << got.err;
        EXPECT_THAT(got.err, HasSubstr(message)) << script;
        EXPECT_FALSE(fs::exists(box_.folder() / "out.sidx")) << script;
        EXPECT_FALSE(fs::exists(box_.folder() / "out.sidx.part")) << script;
    }
    /// VCF with one sample and these lines of contig, POS, REF, ALT, GT.
    void write_vcf(const std::string& lines) const {
        write("s.vcf",
              "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=155>\n##contig=<ID=t9,length=60>\n"
              "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"G\">\n"
              "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS1\n" +
                  lines);
    }
    Sandbox box_;
};

std::string vcf_line(const std::string& contig,
                     int position,
                     const std::string& ref,
                     const std::string& alt,
                     const std::string& genotype) {
    return contig + "\t" + std::to_string(position) + "\t.\t" + ref + "\t" + alt +
           "\t.\t.\t.\tGT\t" + genotype + "\n";
}

TEST_F(SiindexCommand, SplicesBothStrandsAndKnowsTheCodingRegion) {
    // Guide against the junction of t1, guide against t2 (minus strand).
    const ShellResult got = run(
        "varhush siindex -q --gtf genes.gtf -f genome.fa -o out.sidx && varhush siindex --describe "
        "out.sidx | grep -v checksum");
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_EQ(got.out,
              "transcripts\t2\ngenes\t2\nbases\t150\nstored_bases\t150\ntranscripts_with_cds\t1\n"
              "utr3_bases\t40\nalleles\t0\nspecies\t.\t2\n");
    const std::string genome = kGenome;
    const std::string junction = genome.substr(50, 10) + genome.substr(100, 9);
    write("sites.txt", junction + "\n" + genome.substr(20, 19) + "\n");
    const ShellResult hits = run(
        "{ rev sites.txt | tr ACGT TGCA; cut -c1-19 sites.txt; } > guides.txt; varhush sioff -q -x "
        "out.sidx -k 0 --strand guide --no-seed-sites guides.txt | cut -f1-4,9,12");
    EXPECT_EQ(hits.out,
              "guide_id\ttranscript\tstart\tend\tgene\tregion\n"
              "guide1\tt1\t40\t59\tg1\tcds\nguide2\tt1\t10\t29\tg1\tcds\n"
              "guide4\tt2\t21\t40\tg2\t.\n")
        << hits.err;
}

TEST_F(SiindexCommand, AllelesCreateAndDestroySites) {
    const std::string genome = kGenome;
    const std::string ref = genome.substr(24, 1);
    const std::string alt = ref == "A" ? "C" : "A";
    for (const auto& [genotype, zygosity] :
         {std::pair("0|1", "(het)"), std::pair("1/1", "(hom)")}) {
        write_vcf(vcf_line("chr1", 25, ref, alt, genotype));
        write("site.txt", genome.substr(20, 19) + "\n");
        std::string changed = genome.substr(20, 19);
        changed[4] = alt[0];
        write("changed.txt", changed + "\n");
        const ShellResult got = run(
            "varhush siindex -q --gtf genes.gtf -f genome.fa --vcf s.vcf --sample S1 -o out.sidx; "
            "rev "
            "site.txt changed.txt | tr ACGT TGCA > guides.txt; varhush sioff -q -x out.sidx -k 0 "
            "--strand guide --no-seed-sites guides.txt | grep t1 | cut -f1,3,16-18; varhush sioff "
            "-q "
            "-x out.sidx -k 1 --strand guide --no-seed-sites guides.txt | grep t1 | cut "
            "-f1,3,6,16,18");
        const std::string label = "chr1:25:" + ref + ">" + alt + zygosity;
        EXPECT_EQ(got.out,
                  "guide1\t10\tref\t" + label + "\tdestroyed\nguide2\t10\talt\t" + label +
                      "\tcreated\n"
                      "guide1\t10\t0\tref\tchanged\nguide1\t10\t1\talt\tchanged\n"
                      "guide2\t10\t1\tref\tchanged\nguide2\t10\t0\talt\tchanged\n")
            << got.err;
    }
}

TEST_F(SiindexCommand, AGenotypeOfTwoAltsLeavesNoCopyWithTheReference) {
    const std::string genome = kGenome;
    ASSERT_EQ(genome[24], 'A');
    write("guide.txt", "");
    write("site.txt", genome.substr(20, 19) + "\n");
    for (const auto& [genotype, load] :
         {std::pair("0/1", "0.5000"), std::pair("1/2", "0.0000"), std::pair("1|2", "0.0000")}) {
        write_vcf(vcf_line("chr1", 25, "A", "C,G", genotype));
        const ShellResult got = run(
            "varhush siindex -q --gtf genes.gtf -f genome.fa --vcf s.vcf -o out.sidx; rev site.txt "
            "| tr ACGT TGCA > guides.txt; varhush sioff -q -x out.sidx -k 0 --strand guide "
            "--target-gene g2 --no-seed-sites --summary sum.tsv guides.txt > /dev/null; cut -f 1,"
            "$(head -1 sum.tsv | tr '\\t' '\\n' | grep -nx cleavage_load | cut -d: -f1) sum.tsv "
            "| tail -1");
        EXPECT_EQ(got.out, std::string("guide1\t") + load + "\n") << genotype << got.err;
    }
}

TEST_F(SiindexCommand, AnInsertionThatRepeatsTheStartOfAnExonIsInIt) {
    // The first exon of t1 begins with "TT...": one more T, written in front of it.
    const std::string genome = kGenome;
    const std::string first = genome.substr(10, 1);
    write_vcf(vcf_line("chr1", 10, genome.substr(9, 1), genome.substr(9, 1) + first, "1|1"));
    write("site.txt", first + genome.substr(10, 18) + "\n");
    const ShellResult got = run(
        "varhush siindex --gtf genes.gtf -f genome.fa --vcf s.vcf -o out.sidx; rev site.txt | tr "
        "ACGT TGCA > guides.txt; varhush sioff -q -x out.sidx -k 0 --strand guide --no-seed-sites "
        "guides.txt | grep t1 | cut -f1-4,16,18");
    EXPECT_THAT(got.err, HasSubstr("0 in no exon, 2 placed on transcripts"));
    EXPECT_EQ(got.out, "guide1\tt1\t0\t18\talt\tcreated\n") << got.err;
}

TEST_F(SiindexCommand, AllelesMayLieOnTheTranscriptsThemselves) {
    write("t9.fa", std::string(">t9\n") + std::string(kGenome).substr(0, 60) + "\n");
    const std::string ref(1, kGenome[29]);
    const std::string alt = ref == "G" ? "T" : "G";
    write_vcf(vcf_line("t9", 30, ref, alt, "0/1"));
    const ShellResult got = run("varhush siindex t9.fa --vcf s.vcf -o out.sidx");
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.err, HasSubstr("1 placed on transcripts (1 alleles unphased"));
}

TEST_F(SiindexCommand, WhatItLeavesOutIsCounted) {
    const std::string genome = kGenome;
    write_vcf(vcf_line("chr1", 5, genome.substr(4, 1), "N", "0|1") +
              vcf_line("chr1", 30, genome.substr(29, 1), "<DEL>", "0|1") +
              vcf_line("chr1", 40, genome.substr(39, 1), genome.substr(39, 1) + "TT", ".|1") +
              vcf_line("chr1", 58, genome.substr(57, 9), genome.substr(57, 1), "1|0") +
              vcf_line("chr1", 80, genome.substr(79, 1), genome[79] == 'A' ? "C" : "A", "1|1"));
    const ShellResult got =
        run("varhush siindex --gtf genes.gtf -f genome.fa --vcf s.vcf -o out.sidx");
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_THAT(got.err, HasSubstr("5 alleles of the sample in 5 records: 1 in no exon, 2 placed"));
    EXPECT_THAT(got.err, HasSubstr("1 records have a missing genotype"));
    EXPECT_THAT(got.err, HasSubstr("2 alleles are symbolic or have letters outside ACGT"));
    EXPECT_THAT(got.err, HasSubstr("2 alleles reach over the end of an exon"));
}

TEST_F(SiindexCommand, SaysThatAFastaMayBeCut) {
    write("cut.fa", ">a\nACGTACGTACGTACGTACGTACGT\n>b\nACGTTGCA");
    const ShellResult got = run("varhush siindex cut.fa -o out.sidx");
    EXPECT_EQ(got.exit_code, 0);
    EXPECT_THAT(got.err, HasSubstr("cut.fa:4: the last line has no line end"));
}

TEST_F(SiindexCommand, RefusesBadInput) {
    write("empty.fa", "");
    write("header.fa", ">a\n");
    write("text.fa", "hello\n");
    write("digits.fa", ">a\nACGT1\n");
    write("nameless.fa", "> \nACGT\n");
    write("twice.fa", ">a x\nACGTACGTACGTACGTACGTACGT\n>a y\nACGT\n");
    write("good.fa", ">a\nACGTACGTACGTACGTACGTACGT\n");
    refused("varhush siindex empty.fa -o out.sidx", 3, "empty.fa: there is no sequence");
    refused("varhush siindex header.fa -o out.sidx", 3, "transcript a has no bases");
    refused("varhush siindex text.fa -o out.sidx", 3, "text.fa:1: this is no FASTA");
    refused("varhush siindex digits.fa -o out.sidx", 3, "digits.fa:2: '1' is no base");
    refused("varhush siindex nameless.fa -o out.sidx", 3, "the sequence has no name");
    refused("varhush siindex twice.fa -o out.sidx", 3, "transcript a is there twice");
    refused("varhush siindex good.fa good.fa -o out.sidx", 3, "transcript a is there twice");
    refused(
        "gzip -c data/demo/chr22.fa.gz.fai | head -c 20 > cut.fa.gz; varhush siindex cut.fa.gz -o "
        "out.sidx",
        3,
        "cut or damaged");
    refused("varhush siindex nowhere.fa -o out.sidx", 3, "cannot open");
    refused("varhush siindex good.fa", 2, "-o is missing");
    refused("varhush siindex good.fa -o -", 2, "cannot go to standard output");
    refused("varhush siindex -o out.sidx", 2, "give a FASTA of transcripts");
    refused("varhush siindex --gtf genes.gtf -o out.sidx", 2, "needs the genome");
    refused("varhush siindex good.fa -f genome.fa -o out.sidx", 2, "--fasta-ref needs --gtf");
    refused("varhush siindex good.fa --species a,b -o out.sidx", 2, "--species names 2 for 1");
    refused("varhush siindex good.fa -o good.fa", 2, "good.fa");
    refused("varhush siindex good.fa -o no/such/folder/out.sidx", 6, "cannot create");
}

TEST_F(SiindexCommand, RefusesBadVariants) {
    const std::string other = kGenome[24] == 'A' ? "C" : "A";
    write_vcf(vcf_line("chr1", 25, other, kGenome[24] == 'G' ? "T" : "G", "0|1"));
    refused("varhush siindex --gtf genes.gtf -f genome.fa --vcf s.vcf -o out.sidx",
            3,
            "REF is not in the genome");
    refused("varhush siindex --gtf genes.gtf -f genome.fa --vcf s.vcf --sample X -o out.sidx",
            2,
            "no sample 'X'");
    refused(
        "varhush siindex --gtf genes.gtf -f genome.fa --vcf data/demo/variants.vcf.gz -o out.sidx",
        3,
        "has no samples");
}

}  // namespace
}  // namespace varhush::test
