// `varhush haplo` as users run it.
#include "haplo_table.hpp"
#include "shell.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <vector>

namespace varhush::test {
namespace {

using ::testing::HasSubstr;
using Row = std::map<std::string, std::string>;

const std::string kHaplo = "varhush haplo -f data/demo/chr22.fa.gz -m splice-mini ";

class HaploCommand : public testing::Test {
  protected:
    ShellResult run(const std::string& script) const { return run_shell(script, box_.folder()); }
    void write(const std::string& records, const std::string& samples = "s") const {
        std::ofstream(box_.folder() / "in.vcf") << haplo_vcf(samples, records);
    }
    void expect_refused(const std::string& script, int code, const std::string& message) const {
        const auto result = run(script);
        EXPECT_EQ(result.exit_code, code) << script << "\n" << result.err;
        EXPECT_THAT(result.err, HasSubstr(message)) << script;
        EXPECT_EQ(run("ls").out, before_) << "something was left behind by " << script;
    }
    void remember() { before_ = run("ls").out; }
    std::vector<Row> table(const std::string& more = "") const {
        const auto result = run(kHaplo + "-q --no-version " + more + " in.vcf");
        EXPECT_EQ(result.exit_code, 0) << result.err;
        return haplo_table(result.out);
    }

    const Sandbox box_;
    std::string before_;
};

// The truth: the variant alone, on the genome of the same person without it.
TEST_F(HaploCommand, ADeletionThatReachesOutOfViewIsStillThere) {
    const auto result = run(
        "samtools faidx data/demo/chr22.fa.gz chr22:20111000-20115000 | sed '1s/.*/>c/' > c.fa\n"
        "deleted=$(samtools faidx c.fa c:2040-2339 | grep -v '>' | tr -d '\\n')\n"
        "first=$(printf %s \"$deleted\" | cut -c 1)\n"
        "printf '##fileformat=VCFv4.2\\n##contig=<ID=c>\\n"
        "##FORMAT=<ID=GT,Number=1,Type=String,Description=\"g\">\\n"
        "#CHROM\\tPOS\\tID\\tREF\\tALT\\tQUAL\\tFILTER\\tINFO\\tFORMAT\\ts\\n"
        "c\\t1958\\t.\\tA\\tT\\t.\\t.\\t.\\tGT\\t0|1\\n' > one.vcf\n"
        "cp one.vcf two.vcf; printf \"c\\t2040\\t.\\t$deleted\\t$first\\t.\\t.\\t.\\tGT\\t1|1\\n\" "
        ">> two.vcf\n"
        "haplo='varhush haplo -q --no-version'\n"
        "$haplo -m none -f c.fa --haplotype 1 --emit-fasta p.fa two.vcf 2> /dev/null\n"
        "column() { awk -F'\\t' -v name=$1 '/^##/ {next} !n++ {for (i = 1; i <= NF; i++) at[$i] = "
        "i; next} "
        "$at[\"haplotype\"] == 2 {print $at[name]}'; }\n"
        "$haplo -m splice-mini -f c.fa --max-gap 500 two.vcf | column other\n"
        "$haplo -m splice-mini -f p.fa one.vcf | column joint\n"
        "$haplo -m splice-mini -f c.fa one.vcf | column joint");
    ASSERT_EQ(result.exit_code, 0) << result.err;
    std::istringstream in(result.out);
    double other = 0;
    double truth = 0;
    double alone = 0;
    ASSERT_TRUE(in >> other >> truth >> alone) << result.out;
    EXPECT_NEAR(other, truth, 2e-5);
    EXPECT_GT(std::fabs(truth - alone), 1e-4) << "the deletion does not matter here";
}

TEST_F(HaploCommand, AStarWithoutItsDeletionIsNotTheReference) {
    write("chr22\t20081785\t.\tC\tT,*\t.\t.\t.\tGT\t1|2\n");
    auto rows = table();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].at("status"), "OK");
    EXPECT_EQ(rows[1].at("status"), "STAR");
    write(
        "chr22\t20081783\t.\tTGCCCT\tT\t.\t.\t.\tGT\t0|1\n"
        "chr22\t20081785\t.\tC\tT,*\t.\t.\t.\tGT\t1|2\n");
    rows = table();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[1].at("status"), "OK");
}

TEST_F(HaploCommand, APhaseThatCannotBeIsNoBound) {
    write(
        "chr22\t20081783\t.\tTGCCCT\tT\t.\t.\t.\tGT\t0/1\n"
        "chr22\t20081785\t.\tC\tT,*\t.\t.\t.\tGT\t1/2\n");
    std::set<std::string> changes;
    for (const Row& row : table()) {
        EXPECT_EQ(row.at("status"), "OK");
        changes.insert(row.at("changes"));
    }
    EXPECT_EQ(changes, (std::set<std::string>{"20081778:TGCCC>-", "20081785:C>T"}));
}

TEST_F(HaploCommand, AChangeInTwoSpellingsCountsOnce) {
    write(
        "chr22\t20082999\t.\tGA\tG\t.\t.\t.\tGT\t0|1\n"
        "chr22\t20082999\t.\tGAA\tGA\t.\t.\t.\tGT\t0|1\n");
    const auto rows = table();
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[1].at("changes"), "20083000:A>-");
}

TEST_F(HaploCommand, PhaseSetsThatAreNoNumbersAreRefused) {
    write("chr22\t20082999\t.\tG\tA\t.\t.\t.\tGT:PS\t0|1:1\n");
    run("sed -i 's/ID=PS,Number=1,Type=Integer/ID=PS,Number=1,Type=String/' in.vcf");
    remember();
    expect_refused(kHaplo + "in.vcf", 3, "FORMAT/PS");
}

TEST_F(HaploCommand, TheSequenceGoesToStandardOutputWithoutATable) {
    write("chr22\t20082999\t.\tG\tA\t.\t.\t.\tGT\t0|1\n");
    const auto result =
        run("varhush haplo -q -m none -f data/demo/chr22.fa.gz --haplotype 2 --emit-fasta - in.vcf "
            "| head -c 6");
    EXPECT_EQ(result.out, ">chr22") << result.err;
}

// Every change of the demo's variants by itself: the score that `score` gives it.
TEST_F(HaploCommand, AHaplotypeOfOneVariantHasItsScore) {
    const auto made = run(
        "bcftools view -h data/demo/variants.vcf.gz | grep '^##' > in.vcf\n"
        "echo '##FORMAT=<ID=GT,Number=1,Type=String,Description=\"g\">' >> in.vcf\n"
        "printf '#CHROM\\tPOS\\tID\\tREF\\tALT\\tQUAL\\tFILTER\\tINFO\\tFORMAT\\ts\\n' >> in.vcf\n"
        "bcftools view -H data/demo/variants.vcf.gz | cut -f 1-8 "
        "| awk '{print $0 \"\\tGT\\t\" (NR % 2 ? \"1|0\" : \"0|1\")}' >> in.vcf\n"
        // Several bases at once: as many, and fewer.
        "printf 'chr22\\t20112957\\t.\\tAGAG\\tTGAA\\t.\\t.\\t.\\tGT\\t1|0\\n' >> in.vcf\n"
        "printf 'chr22\\t20112958\\t.\\tGAGT\\tCC\\t.\\t.\\t.\\tGT\\t1|0\\n' >> in.vcf\n"
        "bcftools sort in.vcf -o sorted.vcf 2> /dev/null\n"
        "varhush haplo -q --no-version -f data/demo/chr22.fa.gz --gtf data/demo/genes.gtf.gz "
        "--max-variants 1 sorted.vcf > haplo.tsv\n"
        "varhush score -q --no-version -f data/demo/chr22.fa.gz --gtf data/demo/genes.gtf.gz "
        "sorted.vcf "
        "| bcftools query -f '%POS\\t%VH_SPL\\t%VH_TF\\t%VH_HIST\\t%VH_MPRA\\n' > score.txt");
    ASSERT_EQ(made.exit_code, 0) << made.err;
    std::vector<std::map<std::string, std::string>> scores;  // in the order of the records
    std::istringstream in(read_file(box_.folder() / "score.txt"));
    for (std::string position; std::getline(in, position, '\t');) {
        auto& one = scores.emplace_back();
        one["POS"] = position;
        for (const char* tag : {"VH_SPL", "VH_TF", "VH_HIST"}) {
            std::getline(in, one[tag], '\t');
        }
        std::getline(in, one["VH_MPRA"]);
    }
    std::size_t compared = 0;
    for (const Row& row : haplo_table(read_file(box_.folder() / "haplo.tsv"))) {
        if (row.at("changes") == ".") {
            continue;
        }
        const auto& record = scores.at(compared++ / 4);
        EXPECT_EQ(row.at("start"), record.at("POS"));
        const auto& wanted = record.at(row.at("score"));
        EXPECT_EQ(row.at("joint"), wanted) << row.at("changes") << " " << row.at("score");
        if (row.at("changes").find('+') == std::string::npos) {
            EXPECT_EQ(row.at("sum"), wanted);
        }
        EXPECT_EQ(row.at("other"), wanted) << "the other haplotype is the reference";
    }
    EXPECT_EQ(compared, 157U * 4);
}

TEST_F(HaploCommand, UnknownPhaseGivesBoundsAndNeverAHaplotype) {
    write(
        "chr22\t20112957\t.\tA\tT\t.\t.\t.\tGT\t0/1\n"
        "chr22\t20112960\t.\tG\tA\t.\t.\t.\tGT\t0/1\n");
    const auto rows = table("--gtf data/demo/genes.gtf.gz");
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows[0].at("phase"), "unphased");
    EXPECT_EQ(rows[0].at("haplotype"), "low");
    EXPECT_EQ(rows[0].at("changes"), "20112957:A>T+20112960:G>A");
    EXPECT_EQ(rows[1].at("haplotype"), "high");
    EXPECT_EQ(rows[1].at("changes"), "20112957:A>T");
    EXPECT_GT(std::stod(rows[1].at("joint")), 0.9);
    EXPECT_LT(std::stod(rows[0].at("joint")), -0.5);
    const auto none = table("--gtf data/demo/genes.gtf.gz --max-unphased 0");
    ASSERT_EQ(none.size(), 2U);
    EXPECT_EQ(none[0].at("status"), "UNPHASED");
    EXPECT_EQ(none[0].at("joint"), ".");
}

TEST_F(HaploCommand, PhaseComesFromHpAndSetsOfDifferentNamesAreNotJoined) {
    write(
        "chr22\t20112957\t.\tA\tT\t.\t.\t.\tGT:HP\t0/1:7-1,7-2\n"
        "chr22\t20112960\t.\tG\tA\t.\t.\t.\tGT:HP\t0/1:7-2,7-1\n");
    const auto hp = table();
    ASSERT_EQ(hp.size(), 2U);
    EXPECT_EQ(hp[0].at("phase"), "phased");
    EXPECT_EQ(hp[0].at("changes"), "20112960:G>A");
    EXPECT_EQ(hp[1].at("changes"), "20112957:A>T");
    write(
        "chr22\t20112957\t.\tA\tT\t.\t.\t.\tGT:PS\t0|1:1\n"
        "chr22\t20112960\t.\tG\tA\t.\t.\t.\tGT:PS\t0|1:2\n");
    EXPECT_EQ(table().at(0).at("phase"), "unphased");
}

TEST_F(HaploCommand, EachThatCannotBeScoredSaysWhy) {
    write(
        "chr22\t20030967\t.\tG\tR\t.\t.\t.\tGT\t0|1\n"
        "chr22\t20074845\t.\tT\tA\t.\t.\t.\tGT\t0|1\n"
        "chr22\t20112957\t.\tA\tT,<DEL>\t.\t.\t.\tGT\t1|2\n"
        "chr22\t20114000\t.\tA\tT\t.\t.\t.\tGT\t./.\n"
        "chr22\t20114957\t.\tA\tT\t.\t.\t.\tGT\t0|1|1\n");
    const auto result = run(kHaplo + "--no-version --stats stats.json in.vcf");
    ASSERT_EQ(result.exit_code, 0) << result.err;
    const auto rows = haplo_table(result.out);
    ASSERT_EQ(rows.size(), 6U);
    EXPECT_EQ(rows[0].at("status"), "OK") << "the reference";
    EXPECT_EQ(rows[1].at("status"), "NON_ACGT");
    EXPECT_EQ(rows[3].at("status"), "REF_MISMATCH");
    EXPECT_EQ(rows[4].at("status"), "OK");
    EXPECT_EQ(rows[4].at("other"), ".") << "the other haplotype is not known";
    EXPECT_EQ(rows[5].at("status"), "SYMBOLIC");
    EXPECT_EQ(rows[5].at("joint"), ".");
    const auto stats = nlohmann::json::parse(read_file(box_.folder() / "stats.json"));
    EXPECT_EQ(stats.at("genotypes_missing"), 1);
    EXPECT_EQ(stats.at("genotypes_ploidy"), 1);
    EXPECT_EQ(stats.at("haplotypes"), 6);
    EXPECT_EQ(stats.at("scored"), 3);
    EXPECT_THAT(result.err, HasSubstr("1 genotypes of more than two haplotypes"));
}

TEST_F(HaploCommand, TheSameForEveryNumberOfThreads) {
    const auto one =
        run("varhush haplo -q --no-version -@ 1 -f data/demo/chr22.fa.gz data/demo/phased.vcf.gz");
    const auto three =
        run("varhush haplo -q --no-version -@ 3 -f data/demo/chr22.fa.gz data/demo/phased.vcf.gz");
    ASSERT_EQ(one.exit_code, 0) << one.err;
    EXPECT_GT(one.out.size(), 10000U);
    EXPECT_EQ(one.out, three.out);
}

TEST_F(HaploCommand, ASampleAloneGetsWhatItGetsAmongOthers) {
    const auto all = run(
        "varhush haplo -q --no-version -m splice-mini,varhush-reporter -f data/demo/chr22.fa.gz "
        "data/demo/phased.vcf.gz | grep '^demo2'");
    const auto one =
        run("varhush haplo -q --no-version -m splice-mini,varhush-reporter -f "
            "data/demo/chr22.fa.gz -s demo2 "
            "data/demo/phased.vcf.gz | grep '^demo2'");
    const auto two = run(
        "varhush haplo -q --no-version -m splice-mini,varhush-reporter -f data/demo/chr22.fa.gz "
        "-s ^demo1,demo3 data/demo/phased.vcf.gz | grep -v '^##' | sed 1d");
    ASSERT_EQ(all.exit_code, 0) << all.err;
    EXPECT_EQ(all.out, one.out);
    EXPECT_EQ(two.out, one.out);
}

TEST_F(HaploCommand, TheVcfKeepsItsRecordsAndGetsAFormat) {
    const auto result =
        run(kHaplo +
            "-q -o out.vcf.gz -W --table out.tsv data/demo/phased.vcf.gz\n"
            "bcftools annotate -x FORMAT/VH_HAP out.vcf.gz | bcftools view -H > after.txt\n"
            "bcftools view -H data/demo/phased.vcf.gz > before.txt\n"
            "cmp after.txt before.txt\n"
            "bcftools query -f '[%VH_HAP\\n]' out.vcf.gz | tr ',' '\\n' | grep -v '^\\.$' | sort "
            "-u > packed.txt\n"
            "bcftools index --stats out.vcf.gz\n"
            "ls *.part 2> /dev/null | wc -l");
    ASSERT_EQ(result.exit_code, 0) << result.err;
    std::set<std::string> wanted;
    for (const Row& row : haplo_table(read_file(box_.folder() / "out.tsv"))) {
        wanted.insert(row.at("start") + "-" + row.at("end") + "|" + row.at("haplotype") + "|" +
                      row.at("model") + "|" + row.at("score") + "|" + row.at("status") + "|" +
                      row.at("joint") + "|" + row.at("sum") + "|" + row.at("epistasis") + "|" +
                      row.at("other"));
    }
    std::set<std::string> found;
    std::istringstream in(read_file(box_.folder() / "packed.txt"));
    for (std::string line; std::getline(in, line);) {
        found.insert(line);
    }
    EXPECT_GT(found.size(), 50U);
    EXPECT_EQ(found, wanted);
}

TEST_F(HaploCommand, BadInputIsRefusedAndLeavesNothing) {
    const std::string good = "chr22\t20112957\t.\tA\tT\t.\t.\t.\tGT\t0|1\n";
    write("chr22\t20112960\t.\tG\tA\t.\t.\t.\tGT\t0|1\n" + good);
    remember();
    expect_refused(kHaplo + "in.vcf -o out.tsv", 3, "comes behind position 20112960");
    write("chr22\t20112960\t.\tG\tA\t.\t.\t.\tGT\t0|2\n");
    expect_refused(kHaplo + "in.vcf -o out.tsv", 3, "the genotype names ALT 2 of 1");
    write("chr22\t20112960\t.\tG\tA\t.\t.\t.\tPS\t1\n");
    expect_refused(kHaplo + "in.vcf -o out.vcf", 3, "no genotype (FORMAT/GT)");
    write(good);
    expect_refused(kHaplo + "in.vcf -s nobody -o out.tsv", 2, "has no sample 'nobody'");
    expect_refused(kHaplo + "data/demo/variants.vcf.gz -o out.tsv", 3, "has no samples");
    expect_refused(kHaplo + "in.vcf -o out.tsv -W", 2, "-W indexes VCF and BCF");
    expect_refused(kHaplo + "in.vcf -o in.vcf", 2, "in.vcf");
    write(good);
    run("printf 'chr22\\t20112950\\t20112970\\n' > r.bed; cp r.bed t.bed; echo s > s.txt");
    remember();
    for (const std::string list : {"-R r.bed -o r.bed",
                                   "-T t.bed -o t.bed",
                                   "-T ^t.bed --stats t.bed",
                                   "-S s.txt --table s.txt -o o.vcf"}) {
        expect_refused(kHaplo + "in.vcf " + list, 2, "are the same file");
    }
    expect_refused("varhush haplo in.vcf", 2, "haplo needs the reference");
    expect_refused("varhush haplo -m none -f data/demo/chr22.fa.gz in.vcf", 2, "needs a model");
    expect_refused(kHaplo + "--scorers recommended in.vcf", 2, "means nothing to a splice network");
    expect_refused("head -c 700 data/demo/phased.vcf.gz | " + kHaplo + "-o out.tsv -", 3, "");
    // Complete, but too many without a score.
    write("chr22\t20112957\t.\tA\t<DEL>\t.\t.\t.\tGT\t0|1\n");
    const auto limited = run(kHaplo + "--max-unscored 0 in.vcf -o out.tsv; echo $? > code");
    EXPECT_EQ(run(kHaplo + "-q --max-unscored 0 in.vcf -o out2.tsv").exit_code, 4) << limited.err;
    EXPECT_EQ(run("cat out2.tsv | wc -l").exit_code, 0);
}

}  // namespace
}  // namespace varhush::test
