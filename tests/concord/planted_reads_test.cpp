// The whole way on reads: effects planted at made-up sites of real sequence, reads drawn and
// aligned with bwa, counted and tested (scripts/bench/concord.sh, small); real reads as the null.
#include "shell.hpp"
#include "test_paths.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <string>

namespace varhush::test {
namespace {

class PlantedReads : public testing::Test {
  protected:
    ShellResult run(const std::string& script) const { return run_shell(script, box_.folder()); }
    [[nodiscard]] bool has(const std::string& tool) const {
        return run("command -v " + tool + " >/dev/null").exit_code == 0;
    }
    Sandbox box_;
};

/// What the script's sites and truths say: tested, planted, found, false, good, right direction.
constexpr const char* kJudge =
    "awk -F'\\t' 'NR == FNR {effect[$2] = $7; next} FNR == 1 {for (i = 1; i <= NF; i++) at[$i] = "
    "i; "
    "next} $at[\"status\"] == \"OK\" {e = effect[$2]; n++; hit += e != 0; yes = "
    "$at[\"significant\"] "
    "== \"yes\"; found += yes; wrong += yes && e == 0; same += yes && e * $at[\"effect_log2\"] > "
    "0} "
    "END {print n + 0, hit + 0, found + 0, wrong + 0, same + 0}' ";

TEST_F(PlantedReads, EffectsAreFoundWithTheirDirection) {
    for (const char* tool : {"samtools", "bwa", "bgzip"}) {
        if (!has(tool)) {
            GTEST_SKIP() << "needs " << tool;
        }
    }
    const ShellResult made =
        run("samtools faidx data/demo/chr22.fa.gz chr22:20000001-20130000 | sed 's/:.*//' >ref.fa; "
            "VARHUSH=$(command -v varhush) KEEP=$PWD SECTION=- SITES=80 DEPTH=70 HITS=0.3 SEED=3 "
            "bash " +
            std::string(VARHUSH_SOURCE_DIR) + "/scripts/bench/concord.sh $PWD/ref.fa");
    ASSERT_EQ(made.exit_code, 0) << made.err;
    int tested = 0;
    int planted = 0;
    int found = 0;
    int wrong = 0;
    int right_way = 0;
    const std::string numbers =
        run(std::string(kJudge) + "truth.planted.tsv sites.planted.tsv").out;
    ASSERT_EQ(std::sscanf(
                  numbers.c_str(), "%d %d %d %d %d", &tested, &planted, &found, &wrong, &right_way),
              5)
        << numbers;
    EXPECT_GE(tested, 60) << made.out;
    EXPECT_GE(planted, 12) << made.out;
    EXPECT_GE(found - wrong, 0.6 * planted) << made.out;
    EXPECT_LE(wrong, 2) << made.out;
    EXPECT_EQ(right_way, found - wrong) << made.out;
    // Blocks of two phased SNVs, counted by haplotype.
    const std::string blocks =
        run(std::string(kJudge) + "truth.haplotypes.tsv sites.haplotypes.tsv").out;
    ASSERT_EQ(std::sscanf(
                  blocks.c_str(), "%d %d %d %d %d", &tested, &planted, &found, &wrong, &right_way),
              5)
        << blocks;
    EXPECT_GE(tested, 40) << made.out;
    EXPECT_GE(found - wrong, 0.6 * planted) << made.out;
    EXPECT_LE(wrong, 2) << made.out;
    EXPECT_EQ(right_way, found - wrong) << made.out;
    // The same without effects: nothing is found.
    const std::string null = run("grep -c '\tyes\t' sites.null.tsv || true").out;
    EXPECT_EQ(null, "0\n") << made.out;
    // Predictions have four directions in five right.
    EXPECT_NE(made.out.find("Agreement: PRED: "), std::string::npos) << made.out;
}

// haplo -> count --blocks -> concord, blocks in cis and in trans.
TEST_F(PlantedReads, HaplotypesGoFromPhasedVariantsToConcordance) {
    for (const char* tool : {"samtools", "bwa"}) {
        if (!has(tool)) {
            GTEST_SKIP() << "needs " << tool;
        }
    }
    const std::string source = VARHUSH_SOURCE_DIR;
    const ShellResult made = run("PLANT_READS=" + source + "/scripts/lib/plant_reads.sh sh -e " +
                                 source + "/tests/concord/haplotype_chain.sh");
    ASSERT_EQ(made.exit_code, 0) << made.err;
    int tested = 0;
    int planted = 0;
    int found = 0;
    int wrong = 0;
    int right_way = 0;
    const std::string log = read_file(box_.folder() / "planted.log");
    const std::string numbers =
        run(std::string(kJudge) + "truth.planted.tsv planted.sites.tsv").out;
    ASSERT_EQ(std::sscanf(
                  numbers.c_str(), "%d %d %d %d %d", &tested, &planted, &found, &wrong, &right_way),
              5)
        << numbers;
    EXPECT_EQ(tested, 60) << log;
    EXPECT_EQ(planted, 20) << log;
    EXPECT_GE(found - wrong, 19) << log;
    EXPECT_LE(wrong, 1) << log;
    EXPECT_EQ(right_way, found - wrong) << log;
    // A hit agrees with its prediction when it was planted so; five were planted against it.
    EXPECT_EQ(run("awk -F'\\t' 'NR == FNR {way[$2] = $7 * $8; next} FNR == 1 {for (i = 1; i <= NF; "
                  "i++) at[$i] = i; next} $at[\"significant\"] == \"yes\" && way[$2] != 0 {said = "
                  "$at[\"agrees\"]; print (way[$2] > 0 ? \"with\" : \"against\"), said}' "
                  "truth.planted.tsv planted.sites.tsv | sort -u")
                  .out,
              "against no\nwith yes\n");
    // Without effects nothing is found, and what nothing phases is counted for no haplotype.
    EXPECT_EQ(run("tail -n +2 null.sites.tsv | cut -f 8,17 | sort | uniq -c | tr -s ' '").out,
              " 60 OK\tno\n");
    EXPECT_EQ(run("cut -f 2 planted.sites.tsv | grep -c 128000 || true").out, "0\n");
    EXPECT_NE(log.find("61 scored blocks, 1 of them without counts"), std::string::npos) << log;
}

TEST_F(PlantedReads, RealReadsOfBalancedSitesShowNothing) {
    const std::string count =
        "varhush count -q 20 --quiet -V data/demo/variants.vcf.gz --fasta-ref "
        "data/demo/chr22.fa.gz data/demo/wgs.bam -o counts.tsv && ";
    const std::string concord =
        "varhush score -q -m varhush-reporter -f data/demo/chr22.fa.gz data/demo/variants.vcf.gz "
        "-o "
        "scores.vcf && varhush concord --scores scores.vcf --score VH_MPRA --assume-het 1 "
        "--json s.json counts.tsv -o sites.tsv ";
    const ShellResult deep = run(count + concord);
    ASSERT_EQ(deep.exit_code, 0) << deep.err;
    // Four fragments at most: no site is deep enough, and the last line says so.
    EXPECT_NE(deep.err.find("0 of 0 significant"), std::string::npos) << deep.err;
    EXPECT_NE(deep.err.find("LOW_DEPTH"), std::string::npos) << deep.err;
    const ShellResult any =
        run(count + concord +
            "--min-depth 2 --rho 0 --expected-ratio 0.5 && grep -c '\tyes\t' sites.tsv");
    EXPECT_EQ(any.out, "0\n") << any.err;
}

}  // namespace
}  // namespace varhush::test
