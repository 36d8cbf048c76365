#include "shell.hpp"
#include "two_haplotypes.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>

// What `varhush count` says of bias, and its limits: on reads written here whose alleles differ in
// one thing at a time, and on reads simulated from a stretch that the genome has twice.
namespace varhush::test {
namespace {

namespace fs = std::filesystem;

class BiasFilter : public testing::Test {
  protected:
    // 20 reads of REF and 20 of every ALT at each site, of one base that differs: those of ALT on
    // one strand at 100, of low mapping quality at 200 and 500 (there G, not T), with the site at
    // their end at 300, with all of it at 600, like those of REF at 400. Sample two has the same
    // reads of REF, and those of ALT like them.
    BiasFilter() {
        write("r.fa", ">c\n" + std::string(1000, 'A') + "\n");
        write("make.awk", R"(function reads(sample, p, base, reverse, quality, at,   i, bases) {
    for (i = 0; i < 20; i++) {
        bases = substr("AAAAAAAAAA", 1, at) base substr("AAAAAAAAAA", 1, 9 - at)
        print "r" n++, (reverse || i % 2 ? 16 : 0), "c", p - at, quality, "10M", "*", 0, 0, bases, "IIIIIIIIII",
            "RG:Z:" sample
    }
}
BEGIN {
    OFS = "\t"
    for (s = 1; s <= 2; s++) {
        for (p = 100; p <= 600; p += 100) {
            reads(s, p, "A", 0, 60, 5)
            one = s == 1; all = p == 600
            reads(s, p, "G", one && (p == 100 || all), one && (p == 200 || p == 500 || all) ? 20 : 60, one && (p == 300 || all) ? 0 : 5)
            if (p == 500) reads(s, p, "T", 0, 60, 5)
        }
    }
}
)");
        const ShellResult made = run(
            "(printf '@SQ\\tSN:c\\tLN:1000\\n@RG\\tID:1\\tSM:one\\n@RG\\tID:2\\tSM:two\\n'; awk -f "
            "make.awk) | samtools sort -o reads.bam - 2>/dev/null");
        EXPECT_EQ(made.exit_code, 0) << made.err;
        std::string records;
        for (const std::string place : {"100", "200", "300", "400", "500", "600"}) {
            records += "c\t" + place + "\t.\tA\t" + (place == "500" ? "G,T,<DEL>" : "G") +
                       "\t.\t.\t.\tGT\t0|1\t0|1\n";
        }
        write("v.vcf",
              "##fileformat=VCFv4.2\n##contig=<ID=c,length=1000>\n"
              "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">\n"
              "##FILTER=<ID=MAPPING_BIAS,Description=\"of another run\">\n"
              "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tone\ttwo\n" +
                  records);
    }
    void write(const std::string& name, const std::string& text) const {
        std::ofstream(box_.folder() / name, std::ios::binary) << text;
    }
    ShellResult run(const std::string& script) const { return run_shell(script, box_.folder()); }
    std::string output(const std::string& script) const {
        const ShellResult got = run(script);
        EXPECT_EQ(got.exit_code, 0) << got.err;
        return got.out;
    }
    const std::string kCount = "varhush count -q 0 --fasta-ref r.fa -V v.vcf reads.bam ";
    const std::string kLimits =
        "--max-strand-bias 30 --max-position-bias 4 --max-mapping-bias 4.5 ";
    Sandbox box_;
};

TEST_F(BiasFilter, MeasuresTheThreeOfThem) {
    // U 0 of two groups of 20, each all ties: -200 / sqrt(400 / 12 * (41 - 2 * 7980 / 1560)).
    EXPECT_EQ(output(kCount + "| awk -F'\\t' '$6 == \"one\" && $5 != \"<DEL>\" {print $2, $5, $7, "
                              "$8, $9, sprintf(\"%.1f\", $16), $17, $18}'"),
              "100 G OK 20 20 33.6 . .\n"
              "200 G OK 20 20 0.0 . -6.245\n"
              "300 G OK 20 20 0.0 -6.245 .\n"
              "400 G OK 20 20 0.0 . .\n"
              "500 G OK 20 20 0.0 . -6.245\n"
              "500 T OK 20 20 0.0 . .\n"
              "600 G OK 20 20 33.6 -6.245 -6.245\n");
    // The other way round: ALT maps better.
    EXPECT_EQ(output("samtools view -h reads.bam | awk -v OFS='\\t' '$4 == 195 && /AAAAAG/ {$5 = "
                     "60} $4 == 195 && !/AAAAAG/ {$5 = 3} 1' | varhush count --quiet --fasta-ref "
                     "r.fa -V v.vcf -s one --max-mapping-bias 4 - | awk '$2 == 200 {print $7, "
                     "$18}'"),
              "MAPPING_BIAS 6.245\n");
}

TEST_F(BiasFilter, MarksAllelesInTheTableAndCountsThem) {
    const ShellResult got =
        run(kCount + kLimits + "| cut -f 2,5-9 | sort -k 3,3 -k 1,1n -k 2,2 > t; head -8 t");
    ASSERT_EQ(got.exit_code, 0) << got.err;
    EXPECT_EQ(got.out,
              "100\tG\tone\tSTRAND_BIAS\t20\t20\n"
              "200\tG\tone\tMAPPING_BIAS\t20\t20\n"
              "300\tG\tone\tPOSITION_BIAS\t20\t20\n"
              "400\tG\tone\tOK\t20\t20\n"
              "500\t<DEL>\tone\tSYMBOLIC\t.\t.\n"
              "500\tG\tone\tMAPPING_BIAS\t20\t20\n"
              "500\tT\tone\tOK\t20\t20\n"
              "600\tG\tone\tSTRAND_BIAS;POSITION_BIAS;MAPPING_BIAS\t20\t20\n");
    EXPECT_NE(got.err.find("; alleles of samples beyond a limit of bias 5: 2 STRAND_BIAS, 2 "
                           "POSITION_BIAS, 3 MAPPING_BIAS\n"),
              std::string::npos)
        << got.err;
    EXPECT_EQ(output("awk '$3 == \"two\" {print $4}' t | sort | uniq -c | awk '{print $1, $2}'"),
              "7 OK\n1 SYMBOLIC\n");
    // Each by itself; at the limit is not beyond it.
    EXPECT_EQ(output(kCount + "-s one --max-position-bias 4 | cut -f 7 | tail -n +2 | uniq -c | "
                              "awk '{print $1 $2}' | paste -s -d ' '"),
              "2OK 1POSITION_BIAS 3OK 1SYMBOLIC 1POSITION_BIAS\n");
    EXPECT_EQ(output(kCount + "-s two --max-strand-bias 1 --max-mapping-bias 0 | cut -f 7 | "
                              "sort -u | paste -s -d ' '"),
              "OK SYMBOLIC status\n");
}

TEST_F(BiasFilter, MarksSamplesInFormatAsVcfHasIt) {
    EXPECT_EQ(output(kCount + kLimits +
                     "-O b -o o.bcf; bcftools query -f '%POS[ %FT %VH_FT %AD{1}]\\n' o.bcf"),
              "100 STRAND_BIAS STRAND_BIAS 20 PASS PASS 20\n"
              "200 MAPPING_BIAS MAPPING_BIAS 20 PASS PASS 20\n"
              "300 POSITION_BIAS POSITION_BIAS 20 PASS PASS 20\n"
              "400 PASS PASS 20 PASS PASS 20\n"
              "500 MAPPING_BIAS MAPPING_BIAS,PASS,. 20 PASS PASS,PASS,. 20\n"
              "600 STRAND_BIAS;POSITION_BIAS;MAPPING_BIAS STRAND_BIAS;POSITION_BIAS;MAPPING_BIAS "
              "20 PASS PASS 20\n");
    EXPECT_EQ(output("bcftools view -h o.bcf | grep -E '^##(FILTER|FORMAT)=<ID=(.*_BIAS|FT),'"),
              "##FILTER=<ID=STRAND_BIAS,Description=\"Strand bias of the sample (VH_SB) above "
              "30\">\n"
              "##FILTER=<ID=POSITION_BIAS,Description=\"Position bias of the sample (VH_PB) larger "
              "in size than 4\">\n"
              "##FILTER=<ID=MAPPING_BIAS,Description=\"Mapping bias of the sample (VH_MB) larger "
              "in size than 4.5\">\n"
              "##FORMAT=<ID=FT,Number=1,Type=String,Description=\"PASS, or the limits of bias that "
              "an ALT of the sample is beyond\">\n");
    // bcftools can choose by it, and takes records apart.
    EXPECT_EQ(output("bcftools query -i 'FMT/FT[0] != \"PASS\"' -f '%POS ' o.bcf"),
              "100 200 300 500 600 ");
    EXPECT_EQ(output("bcftools view -s one o.bcf | bcftools norm -m- 2>/dev/null | bcftools query "
                     "-i 'POS == 500' -f '%ALT"
                     "[ %FT %VH_FT %AD]\\n'"),
              "G MAPPING_BIAS MAPPING_BIAS 20,20\n"
              "T MAPPING_BIAS PASS 20,20\n"
              "<DEL> MAPPING_BIAS . 20,.\n");
    // Without limits nothing is said.
    EXPECT_EQ(output(kCount + "-O v | grep -c -E 'VH_FT|ID=FT|STRAND_BIAS' || true"), "0\n");
}

TEST_F(BiasFilter, KeepsBiasedSitesOutOfBlocks) {
    const std::string cut = "; tail -n +2 b.tsv | cut -f 1,5,6,8-11";
    EXPECT_EQ(output(kCount + "-o t.tsv --blocks b.tsv" + cut),
              "one\t100\t600\t6\t120\t120\t0\ntwo\t100\t600\t6\t120\t120\t0\n");
    const ShellResult got = run(kCount + kLimits + "-o t.tsv --blocks b.tsv" + cut);
    EXPECT_EQ(got.out, "two\t100\t600\t6\t120\t120\t0\none\t400\t400\t1\t20\t20\t0\n");
    EXPECT_NE(got.err.find("7 phased heterozygous sites, not used: 5 biased;"), std::string::npos)
        << got.err;
    // Of a genotype of two ALTs none may be biased; with all out there is an empty table.
    EXPECT_EQ(output("sed -i '/^c.500/s/0|1/1|2/g' v.vcf; " + kCount + kLimits +
                     "-t c:500 -o t.tsv --blocks b.tsv" + cut),
              "two\t500\t500\t1\t20\t20\t0\n");
    EXPECT_EQ(output("sed -i '/^c.400/d' v.vcf; " + kCount + kLimits +
                     "-s one -o t.tsv --blocks b.tsv" + cut),
              "");
}

TEST_F(BiasFilter, RefusesLimitsThatAreNone) {
    for (const std::string option :
         {"--max-strand-bias", "--max-position-bias", "--max-mapping-bias"}) {
        for (const std::string value : {"-1", "nan", "inf", "x", "''"}) {
            const ShellResult got = run(kCount + option + "=" + value + " -o out.tsv");
            EXPECT_EQ(got.exit_code, 2) << option << value << got.err;
            EXPECT_NE(got.err.find(option), std::string::npos) << got.err;
            EXPECT_FALSE(fs::exists(box_.folder() / "out.tsv"));
        }
    }
}

TEST_F(BiasFilter, ConcordLeavesMarkedSitesOut) {
    write("scores.tsv", "contig\tposition\tref\talt\tX\nc\t400\tA\tG\t1\n");
    run(kCount + kLimits + "-o t.tsv; " + kCount + kLimits + "-o t.vcf");
    for (const std::string counts : {"t.tsv --genotypes v.vcf", "t.vcf"}) {
        const ShellResult got =
            run("varhush concord --min-depth 10 --rho 0 --expected-ratio 0.5 --scores scores.tsv "
                "--score X " +
                counts + " | awk '$6 == \"one\" {print $2, $5, $8, $9, $10}'");
        EXPECT_EQ(got.exit_code, 0) << got.err;
        EXPECT_EQ(got.out,
                  "100 G STRAND_BIAS 20 20\n200 G MAPPING_BIAS 20 20\n300 G POSITION_BIAS 20 20\n"
                  "400 G OK 20 20\n500 G MAPPING_BIAS 20 20\n500 T NOT_CARRIED 20 20\n"
                  "500 <DEL> NOT_COUNTED . .\n600 G STRAND_BIAS 20 20\n");
        EXPECT_NE(got.err.find("7 tested, 2 NOT_COUNTED, 2 NOT_CARRIED, 2 STRAND_BIAS, 1 "
                               "POSITION_BIAS, 2 MAPPING_BIAS"),
                  std::string::npos)
            << got.err;
    }
}

// A stretch that the genome has twice, with three differences close together every 400 bases. At
// the middle one of every second three the sample has both letters: reads with that of the copy fit
// there better than those of REF do, so they map worse.
TEST_F(BiasFilter, FindsTheBiasOfMappingInReadsOfARepeat) {
    if (run("command -v bwa && command -v wgsim").exit_code != 0) {
        GTEST_SKIP() << "needs bwa and wgsim";
    }
    write("make.awk", R"(!/^>/ { g = g toupper($0) }
function other(p) { return swap[substr(g, p, 1)] (p % 400 == 220 ? "" : substr(g, p + 1, 19)) }
END {
    OFS = "\t"; swap["A"] = "C"; swap["C"] = "G"; swap["G"] = "T"; swap["T"] = "A"
    print "##fileformat=VCFv4.2"; print "##contig=<ID=s,length=120000>"
    print "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">"
    print "#CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO", "FORMAT", "one"
    for (p = 600; p < 119400; p += 400) {
        ref = substr(g, p, 1)
        twice = p >= 30000 && p < 90000
        if (twice) copy = copy substr(g, last, p - 20 - last) other(p - 20) other(p) other(p + 20)
        last = p + 21
        if (n++ % 2) print "s", p, (twice ? "twice" : "once"), ref, swap[ref], ".", ".", ".", "GT", "0|1"
    }
    print ">s\n" g "\n>copy\n" copy > "s.fa"
}
)");
    const ShellResult got = run(
        "gzip -dc data/demo/chr22.fa.gz > g.fa; samtools faidx g.fa\n"
        "samtools faidx g.fa chr22:20300001-20420000 > one.fa\n"
        "awk -f make.awk one.fa > t.vcf; samtools faidx s.fa; " +
        aligned_reads_of_haplotypes("-e 0.002 -N 22000 -1 100 -2 100 -d 300") +
        " | samtools sort -o "
        "s.bam 2>/dev/null; samtools index s.bam\n"
        "varhush count --quiet --max-mapping-bias 4 --fasta-ref s.fa -V t.vcf s.bam -o c.tsv\n"
        "awk -F'\\t' 'NR > 1 && $11 >= 20 {n[$3]++; f[$3] += $7 == \"MAPPING_BIAS\"; below[$3] += "
        "$18 + 0 < 0} END {for (k in n) print k, n[k], f[k], below[k]}' c.tsv | sort");
    ASSERT_EQ(got.exit_code, 0) << got.err;
    std::istringstream lines(got.out);
    std::string kind;
    int sites = 0;
    int marked = 0;
    int below = 0;
    lines >> kind >> sites >> marked >> below;
    EXPECT_EQ(kind, "once") << got.out << got.err;
    EXPECT_GT(sites, 50) << got.out;
    EXPECT_LE(marked, 1) << got.out;
    lines >> kind >> sites >> marked >> below;
    EXPECT_EQ(kind, "twice") << got.out;
    EXPECT_GT(sites, 50) << got.out;
    EXPECT_GT(marked, sites * 0.8) << got.out;
    EXPECT_GT(below, sites * 0.9) << got.out;
}

}  // namespace
}  // namespace varhush::test
