#include "shell.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <random>

// `varhush sioff` as users run it, and against bowtie.
namespace varhush::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class SioffCommand : public testing::Test {
  protected:
    ShellResult run(const std::string& script) const { return run_shell(script, box_.folder()); }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(box_.folder() / name, std::ios::binary) << text;
    }
    void refused(const std::string& script, int code, const std::string& message) const {
        const ShellResult got = run(script);
        EXPECT_EQ(got.exit_code, code) << script << "\n" << got.err;
        EXPECT_THAT(got.err, HasSubstr(message)) << script;
        for (const char* name : {"out.tsv", "out.tsv.part", "sum.tsv", "sum.tsv.part"}) {
            EXPECT_FALSE(fs::exists(box_.folder() / name)) << script;
        }
    }
    Sandbox box_;
};

/// Sequences with shared stretches, low complexity and N, and guides near their sites.
void write_search(const fs::path& folder, unsigned seed) {
    std::mt19937 random(seed);
    const auto draw = [&](std::size_t length) {
        std::string bases(length, 'A');
        for (char& base : bases) {
            base = "ACGT"[random() % 4];
        }
        return bases;
    };
    std::vector<std::string> records;
    std::ofstream fasta(folder / "t.fa");
    for (int i = 0; i < 30; ++i) {
        std::string bases = draw(2000);
        for (int copy = 0; copy < 20 && !records.empty(); ++copy) {
            std::string piece = records[random() % records.size()].substr(random() % 1500, 300);
            piece[random() % piece.size()] = "ACGT"[random() % 4];
            bases += piece;
        }
        bases += std::string(40, "ACGT"[random() % 4]) + "NN" + draw(200);
        fasta << ">t" << i << "\n" << bases << "\n";
        records.push_back(bases);
    }
    std::ofstream guides(folder / "guides.fa");
    for (int i = 0; i < 400; ++i) {
        std::string guide;
        do {
            guide = records[random() % records.size()].substr(random() % 2000, 19);
        } while (guide.find('N') != std::string::npos);
        std::reverse(guide.begin(), guide.end());
        for (char& base : guide) {
            base = base == 'A' ? 'T' : base == 'C' ? 'G' : base == 'G' ? 'C' : 'A';
        }
        for (std::size_t change = random() % 4; change > 0; --change) {
            guide[random() % guide.size()] = "ACGT"[random() % 4];
        }
        guides << ">g" << i << "\n" << guide << "\n";
    }
    guides << ">poly\nTTTTTTTTTTTTTTTTTTT\n";
}

TEST_F(SioffCommand, FindsExactlyWhatBowtieFinds) {
    if (run("command -v bowtie").exit_code != 0) {
        GTEST_SKIP() << "needs bowtie";
    }
    for (const unsigned seed : {1U, 2U}) {
        write_search(box_.folder(), seed);
        for (const int k : {0, 1, 2, 3}) {
            const ShellResult got = run(
                "varhush siindex -q t.fa -o t.sidx; bowtie-build -q t.fa b > /dev/null 2>&1; "
                "bowtie -f -v " +
                std::to_string(k) +
                " -a --nofw -x b guides.fa 2> /dev/null | cut -f1,3,4 | LC_ALL=C sort > theirs; "
                "varhush sioff -q -x t.sidx -k " +
                std::to_string(k) +
                " --strand guide --no-seed-sites guides.fa | tail -n +2 | cut -f1-3 | LC_ALL=C "
                "sort > "
                "ours; cmp ours theirs && wc -l < ours");
            EXPECT_EQ(got.exit_code, 0) << got.out << got.err;
            EXPECT_GT(std::stoi(got.out), k < 2 ? 50 : 500) << "k = " << k;
        }
    }
}

TEST_F(SioffCommand, ThreadsAndCompressionChangeNothing) {
    write_search(box_.folder(), 3);
    const ShellResult got = run(
        "varhush siindex -q t.fa -o t.sidx; varhush sioff -q -@ 1 -x t.sidx --summary s1 --bed b1 "
        "guides.fa > one; varhush sioff -q -@ 3 -x t.sidx --summary s3 --bed b3 guides.fa -o "
        "three.gz; gzip -dc three.gz | cmp - one; cmp s1 s3; cmp b1 b3; test $(wc -l < b1) = "
        "$(($(wc -l < "
        "one) - 1))");
    EXPECT_EQ(got.exit_code, 0) << got.out << got.err;
}

TEST_F(SioffCommand, ReadsGuidesInEveryForm) {
    const std::string index = "varhush sioff -q -x data/demo/demo.sidx -k 0 --strand guide ";
    write("a.fa", ">one\nuccagcugcggcugcagguag\n>two words\nCTGCTCCTGG\nCTGGACAGAAA\n");
    write("a.tsv", "guide\tid\nUCCAGCUGCGGCUGCAGGUAG\tone\nCTGCTCCTGGCTGGACAGAAA\ttwo\n");
    write("plain.txt", "\nUCCAGCUGCGGCUGCAGGUAG\r\nCTGCTCCTGGCTGGACAGAAA\n");
    const ShellResult fasta = run(index + "a.fa | cut -f1-4");
    EXPECT_EQ(fasta.out,
              "guide_id\ttranscript\tstart\tend\none\tTANGO2-T1\t402\t421\n"
              "two\tCCDC188-T1\t302\t321\n")
        << fasta.err;
    EXPECT_EQ(run(index + "a.tsv | cut -f1-4").out, fasta.out);
    EXPECT_EQ(run(index + "- < a.tsv | cut -f1-4").out, fasta.out);
    EXPECT_EQ(run(index + "plain.txt | cut -f2-4").out, run(index + "a.fa | cut -f2-4").out);
}

TEST_F(SioffCommand, BadGuidesAreRefusedOrSetApart) {
    const std::string index = "varhush sioff -x data/demo/demo.sidx -o out.tsv ";
    write("n.fa", ">good\nUCCAGCUGCGGCUGCAGGUAG\n>bad\nUCCAGCUGCNGCUGCAGGUAG\n>short\nACGU\n");
    write("twice.fa", ">a\nUCCAGCUGCGGCUGCAGGUAG\n>a\nCTGCTCCTGGCTGGACAGAAA\n");
    write("empty.fa", "\n");
    write("other.tsv", "sequence\tid\nUCCAGCUGCGGCUGCAGGUAG\tx\n");
    write("ragged.tsv", "guide\tid\nUCCAGCUGCGGCUGCAGGUAG\n");
    refused(index + "n.fa", 3, "guide bad cannot be used: position 10 is 'N'");
    refused(index + "twice.fa", 3, "guide a is there twice");
    refused(index + "empty.fa", 3, "there is no guide in the file");
    refused(index + "other.tsv", 3, "no column is called 'guide'");
    refused(index + "ragged.tsv", 3, "ragged.tsv:2: 1 fields");
    const ShellResult got = run(index + "--skip-bad --summary sum.tsv n.fa; cut -f1,2,4 sum.tsv");
    EXPECT_EQ(got.exit_code, 0);
    EXPECT_EQ(got.out,
              "guide_id\tguide\tstatus\ngood\tUCCAGCUGCGGCUGCAGGUAG\tok\n"
              "bad\tUCCAGCUGCNGCUGCAGGUAG\tposition 10 is 'N', not A, C, G or U\n"
              "short\tACGU\tit has 4 nucleotides; a guide has 19 to 23\n");
    EXPECT_THAT(got.err, HasSubstr("2 guides were set apart, the first: bad"));
}

// Half a line of a table is refused; sequences and lists cannot tell, so it is said.
TEST_F(SioffCommand, ALastLineWithoutItsEndIsNotTakenForGranted) {
    const std::string index = "varhush sioff -x data/demo/demo.sidx -o out.tsv ";
    write("cut.tsv", "guide\nUCCAGCUGCGGCUGCAGGUAG\nCTGCTCCTGGCTGGACAGA");
    write("pairs.tsv", "TANGO2\tCCDC188\nCCDC188\tTAN");
    refused(index + "cut.tsv", 3, "cut.tsv:3: the last line has no line end");
    refused(index + "--paralogues pairs.tsv data/demo/guides.fa", 3, "pairs.tsv:2: the last line");
    write("cut.fa", ">a\nUCCAGCUGCGGCUGCAGGU");
    write("cut.txt", "UCCAGCUGCGGCUGCAGGU");
    for (const char* name : {"cut.fa", "cut.txt"}) {
        const ShellResult got = run(index + name);
        EXPECT_EQ(got.exit_code, 0);
        EXPECT_THAT(got.err, HasSubstr("the last line has no line end, so the file may be cut"));
    }
}

TEST_F(SioffCommand, RefusesOtherAndDamagedIndexes) {
    const std::string guides = " -o out.tsv --summary sum.tsv data/demo/guides.fa";
    (void)run(
        "head -c 5000 data/demo/demo.sidx > cut.sidx; cp data/demo/demo.sidx bad.sidx; printf X | "
        "dd of=bad.sidx bs=1 seek=3000 conv=notrunc 2> /dev/null; cp data/demo/demo.sidx v.sidx; "
        "printf '\\011' | dd of=v.sidx bs=1 seek=8 conv=notrunc 2> /dev/null");
    refused("varhush sioff -x cut.sidx" + guides, 3, "cut.sidx: the index is cut");
    refused("varhush sioff -x bad.sidx" + guides, 3, "bad.sidx: section 1 of the index is damaged");
    refused("varhush sioff -x v.sidx" + guides, 3, "v.sidx: the index has version 9");
    refused("varhush sioff -x data/demo/chr22.fa.gz" + guides, 3, "this is no index");
    refused("varhush sioff -x nowhere" + guides, 3, "nowhere: cannot open");
    refused("varhush sioff" + guides, 2, "--index is missing");
    refused("varhush sioff -x data/demo/demo.sidx -k 6" + guides, 2, "6");
    refused("varhush sioff -x data/demo/demo.sidx --target-gene NOPE" + guides,
            3,
            "there is no gene 'NOPE'");
    refused("varhush sioff -x data/demo/demo.sidx --mirna-seeds x -o out.tsv data/demo/guides.fa",
            2,
            "give --summary");
}

class Expression : public SioffCommand {
  protected:
    Expression() {
        write("t.fa",
              ">t1.3 gene=g1.2\nACGTTGCATGCCATTGACATT\n>t2 gene=g1.2\nACGTTGCATGCCATTGACATT\n"
              ">t3 gene=g3\nACGTTGCATGCCATTGACATA\n");
        (void)run("varhush siindex -q t.fa -o t.sidx");
    }
    /// Column tpm of the three transcripts.
    ShellResult tpm(const std::string& table, const std::string& options = "") const {
        write("e.tsv", table);
        return run(
            "printf 'UGUCAAUGGCAUGCAACGU\\n' | varhush sioff -x t.sidx -k 0 --strand guide "
            "--no-seed-sites --expression e.tsv " +
            options + " - | tail -n +2 | cut -f20 | tr '\\n' ' '");
    }
};

TEST_F(Expression, ReadsTheTablesOfTheQuantifiers) {
    EXPECT_EQ(
        tpm("Name\tLength\tEffectiveLength\tTPM\tNumReads\nt1.3\t21\t2\t5.5\t1\nt2.7\t21\t2\t1e1\t"
            "1\nt3\t21\t2\t0\t0\n")
            .out,
        "5.500 10.000 0.000 ");
    EXPECT_EQ(tpm("target_id\tlength\teff_length\test_counts\ttpm\nt1\t21\t2\t9\t5\n").out,
              "5.000 0.000 0.000 ");
    EXPECT_EQ(tpm("#1.2\n2\t2\nName\tDescription\tLiver\tLung\ng1.9\tG\t4\t8\ng3.1\tH\t1\t2\n",
                  "--expression-column Lung")
                  .out,
              "4.000 4.000 2.000 ");
    EXPECT_EQ(tpm("gene_id\tmedian\ng1\t3\n").out, "1.500 1.500 0.000 ");
    EXPECT_EQ(tpm("t1\t3\nt3\t4\n").out, "3.000 0.000 4.000 ");
}

TEST_F(Expression, UnknownNamesAreCounted) {
    const ShellResult got = tpm("t1\t3\nnobody\t4\nnothing\t1\n");
    EXPECT_EQ(got.out, "3.000 0.000 0.000 ");
    EXPECT_THAT(
        got.err,
        HasSubstr("3 rows, 1 transcripts, 0 genes, 2 not in the index; 2 transcripts of the "
                  "index have no value"));
}

TEST_F(Expression, RefusesTablesThatAreNone) {
    EXPECT_THAT(tpm("nobody\t4\n").err, HasSubstr("not one of its 1 names is in the index"));
    EXPECT_THAT(tpm("Name\tTPM\nt1\tmany\n").err,
                HasSubstr("e.tsv:2: 'many' is no expression value"));
    EXPECT_THAT(tpm("Name\tTPM\nt1\t-1\n").err, HasSubstr("is no expression value"));
    EXPECT_THAT(tpm("Name\tTPM\nt1\n").err, HasSubstr("e.tsv:2: 1 fields"));
    EXPECT_THAT(tpm("Name\tA\tB\nt1\t1\t2\n").err, HasSubstr("several columns"));
    EXPECT_THAT(tpm("Name\tA\tB\nt1\t1\t2\n", "--expression-column C").err,
                HasSubstr("there is no column 'C'"));
    EXPECT_THAT(tpm("Name\tTPM\nt1\t1\nt2\t1").err, HasSubstr("no line end"));
}

TEST_F(SioffCommand, SummaryKnowsMirnasAndSeedValues) {
    write("let7.txt", "UGAGGUAGUAGGUUGUAUAGU\n");
    write("v.tsv", "seed\tviability\nGAGGTA\t42.5\nCAAUGG\t7\n");
    const ShellResult got =
        run("varhush sioff -q -x data/demo/demo.sidx --mirna-seeds data/sirna/mirna_seeds.tsv "
            "--seed-viability v.tsv --summary sum.tsv let7.txt > /dev/null; tail -1 sum.tsv | awk "
            "-F'\\t' "
            "'{print $(NF-3), $(NF-1)}'");
    EXPECT_THAT(got.out, HasSubstr("hsa-let-7a-5p,")) << got.err;
    EXPECT_THAT(got.out, HasSubstr(",+"));
    EXPECT_THAT(got.out, HasSubstr(" 42.5000"));
    write("v.tsv", "GAGGTA\t42.5\nGAGGUA\t7\n");
    EXPECT_THAT(
        run("varhush sioff -x data/demo/demo.sidx --seed-viability v.tsv --summary s let7.txt").err,
        HasSubstr("seed GAGGUA is there twice"));
}

TEST_F(SioffCommand, ManyGuidesNeedLittleMemory) {
    const ShellResult got =
        run("awk 'BEGIN {srand(4); for (i = 0; i < 100000; i++) {g = \"\"; for (j = 0; j < 21; "
            "j++) g = g "
            "substr(\"ACGU\", 1 + int(rand() * 4), 1); print g}}' > many.txt; ulimit -v 1000000; "
            "varhush "
            "sioff -q -@ 1 -x data/demo/demo.sidx --no-seed-sites --summary sum.tsv many.txt > "
            "out; wc -l < "
            "sum.tsv");
    if (VARHUSH_SANITIZED) {
        GTEST_SKIP() << "sanitizers need more address space";
    }
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_EQ(std::stoi(got.out), 100001);
}

}  // namespace
}  // namespace varhush::test
