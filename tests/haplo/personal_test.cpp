// The personal sequence, beside `bcftools consensus`.
#include "haplo_table.hpp"
#include "shell.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <set>

namespace varhush::test {
namespace {

using ::testing::HasSubstr;

class PersonalSequence : public testing::Test {
  protected:
    ShellResult run(const std::string& script) const { return run_shell(script, box_.folder()); }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(box_.folder() / name) << text;
    }
    // Both haplotypes: bases and chain of both programs. `chain`: compare these texts too.
    void compare(const std::string& fasta,
                 const std::string& vcf,
                 const std::string& sample,
                 bool chain) const {
        for (const std::string copy : {"1", "2"}) {
            const auto result =
                run("varhush haplo -q -m none -f " + fasta + " -s " + sample + " --haplotype " +
                    copy + " --emit-fasta ours.fa --emit-chain ours.chain " + vcf +
                    "\nbcftools consensus -f " + fasta + " -s " + sample + " -H " + copy +
                    " -c theirs.chain -o theirs.fa " + vcf +
                    " 2> /dev/null\n"
                    "tr a-z A-Z < theirs.fa | grep -v '>' > theirs.txt\n"
                    "grep -v '>' ours.fa | cmp - theirs.txt\n" +
                    std::string(chain ? "cmp ours.chain theirs.chain\n" : "") +
                    "ls *.part 2> /dev/null | wc -l");
            EXPECT_EQ(result.exit_code, 0) << vcf << " " << copy << result.out << result.err;
            EXPECT_EQ(result.out, "0\n");
        }
    }

    const Sandbox box_;
};

TEST_F(PersonalSequence, EqualsBcftoolsConsensusOnTheDemo) {
    compare("data/demo/chr22.fa.gz", "data/demo/phased.vcf.gz", "demo1", true);
    compare("data/demo/chr22.fa.gz", "data/demo/phased.vcf.gz", "demo2", true);
}

// Trimmed, the SNV starts where the deletion does; the deletion comes first.
TEST_F(PersonalSequence, OfOverlappingRecordsTheFirstOfTheFileStays) {
    write("o.fa", ">c\nACGTTGCATTTACATCAGGTACCATGACCAGT\n");
    write("o.vcf",
          "##fileformat=VCFv4.2\n##contig=<ID=c,length=32>\n"
          "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"g\">\n"
          "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts\n"
          "c\t5\t.\tTGCA\tT\t.\t.\t.\tGT\t1|1\nc\t6\t.\tG\tT\t.\t.\t.\tGT\t1|1\n"
          "c\t9\t.\tT\tC\t.\t.\t.\tGT\t1|1\nc\t12\t.\tA\tC\t.\t.\t.\tGT\t1|1\n"
          "c\t12\t.\tACA\tA\t.\t.\t.\tGT\t1|1\nc\t14\t.\tA\tG\t.\t.\t.\tGT\t1|1\n");
    run("bgzip o.vcf; tabix o.vcf.gz");
    compare("o.fa", "o.vcf.gz", "s", true);
}

// Random phased records that do not touch: SNVs, insertions, deletions, several ALTs.
TEST_F(PersonalSequence, EqualsBcftoolsConsensusOnRandomVariants) {
    std::mt19937 random(8);
    const auto bases = [&](std::size_t size) {
        std::string text;
        while (text.size() < size) {
            text += "ACGT"[random() % 4];
        }
        return text;
    };
    for (int round = 0; round < 5; ++round) {
        std::string fasta;
        std::string header = "##fileformat=VCFv4.2\n";
        std::string records;
        for (const std::string contig : {"c1", "c2", "c3"}) {
            const std::string genome = bases(3000 + random() % 500);
            fasta += ">" + contig + "\n" + genome + "\n";
            header += "##contig=<ID=" + contig + ",length=" + std::to_string(genome.size()) + ">\n";
            for (std::size_t at = 5; contig != "c3" && at + 20 < genome.size();
                 at += 12 + random() % 40) {
                const std::size_t size = random() % 3 == 0 ? 1 + random() % 9 : 1;
                const std::string ref = genome.substr(at, size);
                std::set<std::string> alts;
                while (alts.size() < 1 + random() % 2) {
                    // The anchor stays where lengths change.
                    const std::string alt = size > 1            ? ref.substr(0, 1)
                                            : random() % 3 == 0 ? ref + bases(1 + random() % 6)
                                                                : bases(1);
                    if (alt == ref || (size > 1 && !alts.empty())) {
                        break;
                    }
                    alts.insert(alt);
                }
                if (alts.empty()) {
                    continue;
                }
                std::string list;
                for (const std::string& alt : alts) {
                    list += (list.empty() ? "" : ",") + alt;
                }
                records += contig + "\t" + std::to_string(at + 1) + "\t.\t" + ref + "\t" + list +
                           "\t.\t.\t.\tGT\t" + std::to_string(random() % (alts.size() + 1)) + "|" +
                           std::to_string(random() % (alts.size() + 1)) + "\n";
            }
        }
        write("g.fa", fasta);
        write("v.vcf",
              header + "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"g\">\n" +
                  "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts\n" + records);
        ASSERT_EQ(run("rm -f g.fa.fai; bgzip -f v.vcf && tabix -f v.vcf.gz").exit_code, 0);
        compare("g.fa", "v.vcf.gz", "s", true);
    }
}

// What bcftools does with what is missing, overlaps, or is longer than needed.
TEST_F(PersonalSequence, OddRecordsAreThoseOfBcftools) {
    write("g.fa",
          ">c1\n" + std::string("ACGTACGTACGTACGTACGTACGTACGTACGTACGTACGTACGTACGTACGT"
                                "ACGTACGTACGTACGTACGTACGTACGTACGTACGTACGTACGTACGTACGT\n"));
    write("v.vcf",
          "##fileformat=VCFv4.2\n##contig=<ID=c1,length=104>\n"
          "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"g\">\n"
          "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ts\n"
          "c1\t5\t.\tACGT\tTT\t.\t.\t.\tGT\t1|0\n"   // other bases, and fewer
          "c1\t30\t.\tC\tG\t.\t.\t.\tGT\t1|1\n"      // a base and, behind it,
          "c1\t30\t.\tC\tCAA\t.\t.\t.\tGT\t1|1\n"    // an insertion
          "c1\t40\t.\tTACGT\tT\t.\t.\t.\tGT\t1|0\n"  // a deletion and
          "c1\t42\t.\tC\tG\t.\t.\t.\tGT\t1|1\n"      // what it takes away
          "c1\t50\t.\tCGTA\tC\t.\t.\t.\tGT\t.|1\n"   // half missing
          "c1\t60\t.\tT\tA\t.\t.\t.\tGT\t1|.\n"
          "c1\t64\t.\tT\tA\t.\t.\t.\tGT\t./.\n"
          "c1\t70\t.\tCGTA\tCGTAGG\t.\t.\t.\tGT\t1|1\n"  // longer than needed
          "c1\t80\t.\tT\tA,C\t.\t.\t.\tGT\t1|2\n"
          "c1\t85\t.\tACG\tTTT\t.\t.\t.\tGT\t1|1\n");
    ASSERT_EQ(run("bgzip -f v.vcf && tabix -f v.vcf.gz").exit_code, 0);
    compare("g.fa", "v.vcf.gz", "s", false);
    // Gaps stand as far as they must: 2 bases come, no more.
    EXPECT_EQ(run("sed -n 2,7p ours.chain").out, "30 0 2\n20 3 0\n20 0 2\n31\n\n");
}

// HP says what | and PS say; never what nobody says.
TEST_F(PersonalSequence, PhaseComesFromHpAsInTheTable) {
    const std::string fasta = ">chr22\n" + std::string(60, 'A') + "\n";
    const auto record = [](int position, const std::string& alt, const std::string& call) {
        return "chr22\t" + std::to_string(position) + "\t.\tA\t" + alt + "\t.\t.\t.\t" + call +
               "\n";
    };
    const auto sequences = [&](const std::string& records) {
        write("in.vcf", haplo_vcf("s", records));
        std::string text;
        for (const std::string copy : {"1", "2"}) {
            text += run("rm -f chain; varhush haplo -m none -f r.fa --haplotype " + copy +
                        " --emit-fasta - --emit-chain chain in.vcf 2> log && cat chain; sed "
                        "'s/^[0-9:]* //' log")
                        .out;
        }
        return text;
    };
    write("r.fa", fasta);
    const std::string bars =
        sequences(record(10, "C", "GT:PS\t1|0:9") + record(20, "AG", "GT:PS\t0|1:9") +
                  record(30, "T,G", "GT:PS\t2|1:30") + record(40, "G", "GT\t1|1"));
    EXPECT_THAT(bars, HasSubstr("haplotype 1 of s: 3 changes"));
    EXPECT_THAT(bars, HasSubstr("joins sets of phase at 1 places"));
    EXPECT_THAT(bars, HasSubstr("AAAAAAAAACAAAAAAAAAAAAAAAAAAAGAAAAAAAAAGAAAAAAAAAAAAAAAAAAAA\n"));
    EXPECT_THAT(bars, HasSubstr("AAAAAAAAAAAAAAAAAAAAGAAAAAAAAATAAAAAAAAAGAAAAAAAAAAAAAAAAAAA\n"));
    EXPECT_EQ(
        sequences(record(10, "C", "GT:HP\t0/1:9-2,9-1") + record(20, "AG", "GT:HP\t0/1:9-1,9-2") +
                  record(30, "T,G", "GT:HP\t1/2:30-2,30-1") + record(40, "G", "GT:HP\t1/1:.")),
        bars);
    // The bar goes before HP, as in the table.
    EXPECT_THAT(sequences(record(10, "C", "GT:HP\t1|0:9-2,9-1")), HasSubstr("AAAAAAAAACAAA"));
    for (const char* none : {".", "9-1", "9-1,9-1", "9-1,8-2", "9-1,9-3", "x-1,x-2"}) {
        EXPECT_THAT(sequences(record(10, "C", "GT:HP\t0/1:" + std::string(none))),
                    HasSubstr("chr22:10: heterozygous without phase"))
            << none;
    }
    EXPECT_EQ(run("ls *.part 2> /dev/null | wc -l").out, "0\n");
}

TEST_F(PersonalSequence, IsRefusedWhereItIsNotKnown) {
    const std::string command =
        "varhush haplo -m none -f data/demo/chr22.fa.gz --emit-fasta out.fa ";
    const auto refused = [&](const std::string& script, int code, const std::string& message) {
        const auto result = run(script);
        EXPECT_EQ(result.exit_code, code) << script << result.err;
        EXPECT_THAT(result.err, HasSubstr(message)) << script;
        EXPECT_EQ(run("ls | grep -c '^out'; true").out, "0\n") << script;
    };
    refused(command + "--haplotype 1 -s demo3 data/demo/phased.vcf.gz",
            3,
            "heterozygous without phase");
    refused(
        command + "--haplotype 1 data/demo/phased.vcf.gz", 2, "of one sample, and 3 are chosen");
    refused(command + "-s demo1 data/demo/phased.vcf.gz", 2, "need --haplotype 1 or 2");
    refused(command + "--haplotype 3 -s demo1 data/demo/phased.vcf.gz", 2, "--haplotype");
    refused(command + "--haplotype 1 -s demo1 -r chr22:1-100 data/demo/phased.vcf.gz",
            2,
            "whole contigs");
    refused(command + "--haplotype 1 -s demo1 - < data/demo/phased.vcf.gz", 2, "a second time");
    refused(command + "--haplotype 1 -s demo1 -o out.tsv data/demo/phased.vcf.gz", 2, "'-m none'");
    EXPECT_THAT(run(command + "--haplotype 1 -s demo1 data/demo/phased.vcf.gz").err,
                HasSubstr("joins sets of phase at 1 places"));
}

}  // namespace
}  // namespace varhush::test
