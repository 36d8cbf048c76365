// `varhush siindex` and `varhush sioff` on odd and bad input, as users run them.
#include "shell.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace varhush::test {
namespace {

namespace fs = std::filesystem;

class OffTargetCommands : public testing::Test {
  protected:
    ShellResult run(const std::string& script) const { return run_shell(script, box_.folder()); }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(box_.folder() / name, std::ios::binary) << text;
    }
    /// `code`, a message, and no output left.
    void refused(const std::string& script, int code, const std::string& message) const {
        const ShellResult got = run(script);
        EXPECT_EQ(got.exit_code, code) << script << got.err;
        EXPECT_NE(got.err.find(message), std::string::npos) << got.err;
        for (const auto& entry : fs::directory_iterator(box_.folder())) {
            EXPECT_FALSE(entry.path().filename().string().starts_with("out.")) << entry.path();
        }
    }
    std::string search(const std::string& options) const {
        return "varhush sioff -x data/demo/demo.sidx data/demo/guides.fa " + options;
    }
    Sandbox box_;
};

std::vector<std::string> split(const std::string& text, char separator) {
    std::vector<std::string> parts;
    std::istringstream in(text);
    for (std::string part; std::getline(in, part, separator);) {
        parts.push_back(part);
    }
    return parts;
}

/// The column `name` of a table, without its head.
std::vector<std::string> column(const std::string& table, const std::string& name) {
    std::vector<std::string> values;
    std::size_t at = 0;
    for (const std::string& line : split(table, '\n')) {
        const auto fields = split(line, '\t');
        if (values.empty()) {
            at = static_cast<std::size_t>(std::find(fields.begin(), fields.end(), name) -
                                          fields.begin());
        }
        values.push_back(at < fields.size() ? fields[at] : "no field");
    }
    values.erase(values.begin());
    return values;
}

TEST_F(OffTargetCommands, AFailedOutputTakesTheOthersAlong) {
    refused(search("-o out.tsv --summary /dev/full"), 6, "/dev/full");
    refused(search("-o out.tsv --bed /dev/full"), 6, "/dev/full");
    refused(search("--bed out.bed --summary out.sum > /dev/full"), 6, "standard output");
    refused(search("-o - --bed -"), 2, "-o and --bed are both standard output");
    write("t.fa", ">t\nTTTTGGCATTACGGATCCAGTTCAATTTT\n");
    refused("varhush siindex t.fa -o /dev/full", 6, "/dev/full");
}

TEST_F(OffTargetCommands, ExpressionTablesOfManyForms) {
    const auto tpm = [&](const std::string& table) {
        write("e.tsv", table);
        const ShellResult got = run(search("--expression e.tsv"));
        EXPECT_EQ(got.exit_code, 0) << got.err;
        return got.exit_code == 0 ? column(got.out, "tpm").at(0) : got.err;
    };
    const std::string kallisto = "target_id\tlength\teff_length\test_counts\ttpm\n";
    EXPECT_EQ(tpm(kallisto + "TANGO2-T1\t1\t1\t1\t5\n"), "5.000");
    EXPECT_EQ(tpm(kallisto + "TANGO2-T1|TANGO2|-|-|TANGO2-201|TANGO2|9|\t1\t1\t1\t5\n"), "5.000");
    EXPECT_EQ(tpm("Name\tLength\tEffectiveLength\tTPM\tNumReads\nTANGO2-T1\t1\t1\t5\t7\n"),
              "5.000");
    EXPECT_EQ(tpm("#1.2\n1\t1\nName\tDescription\tLiver\nTANGO2\tx\t2.5\n"), "2.500");
    EXPECT_EQ(tpm("TANGO2\t1e300\n").size(), 305U);
}

TEST_F(OffTargetCommands, GuidesSetApartKeepTheColumns) {
    write("g.fa", std::string(">a\nUCCAG\tUGCGGCUGCAGGUAG\n>b\nUC\0\n", 32));
    const ShellResult got =
        run("varhush sioff -x data/demo/demo.sidx g.fa --skip-bad --summary s.tsv && cat s.tsv");
    EXPECT_EQ(got.exit_code, 0) << got.err;
    const auto lines = split(got.out, '\n');
    for (std::size_t i = 1; i < lines.size(); ++i) {
        EXPECT_EQ(split(lines[i], '\t').size(), i == 1 ? split(lines[1], '\t').size() : 36U);
    }
    EXPECT_NE(got.out.find("UCCAG?UGCGGCUGCAGGUAG"), std::string::npos) << got.out;
}

TEST_F(OffTargetCommands, TellsWhenPassengersCameAsGuides) {
    EXPECT_EQ(run(search("")).err.find("passengers?"), std::string::npos);
    write("t.fa", ">t\nTTTTGGCATTACGGATCCAGTTCAATTTT\n");
    write("as.txt", "GGCAUUACGGAUCCAGUUCAA\n");
    const ShellResult got = run("varhush siindex t.fa -o t.sidx && varhush sioff -x t.sidx as.txt");
    EXPECT_NE(got.err.find("1 guides match nothing perfectly while their passengers do"),
              std::string::npos)
        << got.err;
}

constexpr const char* kVcfHead =
    "##fileformat=VCFv4.2\n##contig=<ID=t>\n##contig=<ID=chr9>\n"
    "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n"
    "##FORMAT=<ID=PS,Number=1,Type=Integer,Description=\"Phase set\">\n"
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tS\n";

TEST_F(OffTargetCommands, SaysWhenNoAlleleHasAPlace) {
    write("t.fa", ">t\nTTTTGGCATTACGGATCCAGTTCAATTTT\n");
    write("v.vcf", std::string(kVcfHead) + "chr9\t5\t.\tA\tG\t.\t.\t.\tGT\t0/1\n");
    const ShellResult got = run("varhush siindex t.fa --vcf v.vcf -o t.sidx");
    EXPECT_EQ(got.exit_code, 0);
    EXPECT_NE(got.err.find("not one allele of the sample lies on a transcript"), std::string::npos)
        << got.err;
}

TEST_F(OffTargetCommands, ReadingsOfAmbiguityLettersAreNoEffectOfAlleles) {
    write("t.fa", ">t\nTTTTGGCATTACGRATCCAGTTCAATTTTCCCCCCCCCCCCCCCCCCCCCCCCCCCCCAGG\n");
    write("v.vcf", std::string(kVcfHead) + "t\t59\t.\tA\tG\t.\t.\t.\tGT\t0/1\n");
    write("g.txt", "GAACUGGAUCCGUAAUGCC\n");
    const ShellResult got =
        run("varhush siindex t.fa --vcf v.vcf -o t.sidx && varhush sioff -x t.sidx g.txt");
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_EQ(column(got.out, "allele"), std::vector<std::string>{"iupac"}) << got.out;
    EXPECT_EQ(column(got.out, "effect"), std::vector<std::string>{"."}) << got.out;
}

// A deletion on both copies brings two phase sets together: both ways of combining them count.
TEST_F(OffTargetCommands, PhaseSetsMeetAcrossADeletion) {
    const std::string gone(40, 'C');
    write("t.fa", ">t\nGATTACAGTCAGGCTAATCGTGACTG" + gone + "TCTGAAGTCCATTGCAGGATAC\n");
    write("v.vcf",
          std::string(kVcfHead) + "t\t24\t.\tC\tA\t.\t.\t.\tGT:PS\t0|1:1\n" + "t\t26\t.\tG" + gone +
              "\tG\t.\t.\t.\tGT\t1|1\n" + "t\t68\t.\tC\tA\t.\t.\t.\tGT:PS\t1|0:68\n");
    // ...GCTAATCGTGA[A]TG + T[A]TGAAG: both alternatives on one molecule.
    const std::string site = "AATCGTGAATGTATGAAGT";
    std::string guide(site.rbegin(), site.rend());
    for (char& base : guide) {
        base = std::string_view("UGCA")[std::string_view("ACGT").find(base)];
    }
    write("g.txt", guide + "\n");
    const ShellResult got =
        run("varhush siindex t.fa --vcf v.vcf -o t.sidx && varhush sioff -x t.sidx -k 0 --strand "
            "guide g.txt");
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_EQ(column(got.out, "allele"), std::vector<std::string>{"alt"}) << got.out;
}

// The two alleles of 1/2 are on two copies, also where both could be inserted one behind the other.
TEST_F(OffTargetCommands, AllelesOfOneRecordAreNeverOnOneCopy) {
    write("t.fa", ">t\nGATTACAGTCAGGCTAATCGTGACTGTCTGAAGTCCATTGCAGGATAC\n");
    write("v.vcf", std::string(kVcfHead) + "t\t20\t.\tG\tGAA,GCC\t.\t.\t.\tGT\t1/2\n");
    write("g.txt",
          "CAGUCAGGUUCGAUUAGCC\nCAGUCAUUGGCGAUUAGCC\nGACAGUCAUUCGAUUAGCC\nGACAGUCAGGCGAUUAGCC\n");
    const ShellResult got = run(
        "varhush siindex t.fa --vcf v.vcf -o t.sidx && varhush sioff -x t.sidx -k 0 --strand guide "
        "g.txt");
    EXPECT_EQ(got.exit_code, 0) << got.err;
    const std::vector<std::string> expected{"t:20:G>GAA(het)", "t:20:G>GCC(het)"};
    EXPECT_EQ(column(got.out, "variants"), expected) << got.out;
}

constexpr const char* kModels =
    "g\tx\texon\t11\t50\t.\t+\t.\tgene_id \"MSTRG.1\"; transcript_id \"MSTRG.1.1\";\n"
    "g\tx\texon\t61\t100\t.\t+\t.\tgene_id \"MSTRG.1\"; transcript_id \"MSTRG.1.2\";\n";

/// 120 bases without a repeat.
std::string genome() {
    return "ACGATTGCCATAGGCTAACTTGAGACCATTCGGTACAAGTCTGCATGGATCAGTTCCAGATTCGAGCCTATGACGTTAGC"
           "CTGAACGGTTCATCCGAATAGTGCTTAGACCGTCATGGAA";
}

TEST_F(OffTargetCommands, AModelWithANumberInItsNameIsAnotherTranscript) {
    write("g.fa", ">g\n" + genome() + "\n");
    write("m.gtf", kModels);
    write("t.fa", ">MSTRG.1.1\n" + genome().substr(10, 40) + "\n");
    const ShellResult got = run(
        "varhush siindex t.fa --gtf m.gtf -f g.fa -o t.sidx && varhush siindex --describe t.sidx");
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_NE(got.out.find("transcripts\t2\n"), std::string::npos) << got.out;
}

TEST_F(OffTargetCommands, InsertionsAtTheEndOfAnExonAreCounted) {
    write("g.fa", ">t\n" + genome() + "\n");
    std::string models = kModels;
    for (std::size_t at = 0; (at = models.find("g\tx", at)) != std::string::npos;) {
        models.replace(at, 1, "t");
    }
    write("m.gtf", models);
    const char base = genome()[9];
    write("v.vcf",
          std::string(kVcfHead) + "t\t10\t.\t" + base + "\t" + base + "GG\t.\t.\t.\tGT\t1|1\n");
    const ShellResult got = run("varhush siindex --gtf m.gtf -f g.fa --vcf v.vcf -o t.sidx");
    EXPECT_EQ(got.exit_code, 0) << got.err;
    EXPECT_NE(got.err.find("1 alleles reach over the end of an exon"), std::string::npos)
        << got.err;
}

}  // namespace
}  // namespace varhush::test
