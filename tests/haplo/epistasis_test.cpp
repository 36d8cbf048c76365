// What haplotypes do together, with the embedded models on the megabase of data/demo.
#include "haplo_table.hpp"
#include "shell.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

namespace varhush::test {
namespace {

using Row = std::map<std::string, std::string>;

class Epistasis : public testing::Test {
  protected:
    std::vector<Row> run(const std::string& vcf, const std::string& more) {
        std::ofstream(box_.folder() / "in.vcf") << vcf;
        const auto result =
            run_shell("varhush haplo -q --no-version -f data/demo/chr22.fa.gz " + more + " in.vcf",
                      box_.folder());
        EXPECT_EQ(result.exit_code, 0) << result.err;
        return haplo_table(result.out);
    }
    std::vector<Row> spliced(const std::string& samples, const std::string& records) {
        return run(haplo_vcf(samples, records), "-m splice-mini --gtf data/demo/genes.gtf.gz");
    }
    /// The row of a sample's haplotype that has changes.
    static Row changed(const std::vector<Row>& rows, const std::string& sample) {
        for (const Row& row : rows) {
            if (row.at("sample") == sample && row.at("changes") != ".") {
                return row;
            }
        }
        ADD_FAILURE() << sample;
        return {};
    }
    static double number(const Row& row, const std::string& column) {
        return std::stod(row.at(column));
    }

    const Sandbox box_;
};

// Positions behind the deletion are one base away from those of the reference; that is no effect of
// the substitution 200 bases on.
TEST_F(Epistasis, ADeletionElsewhereDoesNotPassForTheEffectOfASubstitution) {
    const auto rows = run(haplo_vcf("both\tdeletion\tsnv",
                                    "chr22\t20069644\t.\tAT\tA\t.\t.\t.\tGT\t0|1\t0|1\t0|0\n"
                                    "chr22\t20069844\t.\tG\tA\t.\t.\t.\tGT\t0|1\t0|0\t0|1\n"),
                          "-m varhush-mini");
    const Row both = changed(rows, "both");
    const Row deletion = changed(rows, "deletion");
    const Row snv = changed(rows, "snv");
    ASSERT_EQ(both.at("score"), "VH_TF");
    EXPECT_NEAR(number(deletion, "joint"), -0.128, 0.01);
    EXPECT_NEAR(number(snv, "joint"), -0.077, 0.01);
    EXPECT_LT(std::fabs(number(both, "joint")),
              std::fabs(number(deletion, "joint")) + std::fabs(number(snv, "joint")) + 0.02);
    EXPECT_NEAR(number(both, "joint"), number(both, "sum"), 0.02);
    EXPECT_LT(std::fabs(number(both, "epistasis")), 0.02);
    EXPECT_NEAR(number(both, "other"), number(both, "joint"), 0.02);
}

// RANBP1, exon end 20112959: A>T at 20112957 makes a donor four bases before the real one; the
// real one is G>A at 20112960.
TEST_F(Epistasis, ASecondVariantTakesAwayTheSiteThatTheFirstMakes) {
    const auto rows = spliced("both\tfirst\tsecond\tapart",
                              "chr22\t20112957\t.\tA\tT\t.\t.\t.\tGT\t1|0\t1|0\t0|0\t1|0\n"
                              "chr22\t20112960\t.\tG\tA\t.\t.\t.\tGT\t1|0\t0|0\t1|0\t0|1\n");
    const Row both = changed(rows, "both");
    const Row first = changed(rows, "first");
    EXPECT_EQ(both.at("changes"), "20112957:A>T+20112960:G>A");
    EXPECT_GT(number(first, "joint"), 0.9) << "alone it is a strong gain";
    EXPECT_EQ(first.at("at"), "splicing:donor_gain:RANBP1:chr22:20112955:+");
    EXPECT_EQ(first.at("epistasis"), "0");
    EXPECT_LT(number(both, "epistasis"), -0.9);
    EXPECT_GT(number(both, "epistasis_sum"), 0.9);
    EXPECT_LT(std::fabs(number(both, "epistasis_joint")), 0.05) << "together the site is not used";
    EXPECT_EQ(both.at("epistasis_at"), first.at("at"));
    EXPECT_NEAR(number(both, "epistasis"),
                number(both, "epistasis_joint") - number(both, "epistasis_sum"),
                2e-6);
    // On different haplotypes each does what it does alone.
    const Row apart = changed(rows, "apart");
    EXPECT_EQ(apart.at("joint"), first.at("joint"));
    EXPECT_EQ(apart.at("epistasis"), "0");
}

// TANGO2, donor at 20030966: either base of its GT is the site.
TEST_F(Epistasis, ASiteIsLostOnlyOnce) {
    const auto rows = spliced("both\tone",
                              "chr22\t20030967\t.\tG\tA\t.\t.\t.\tGT\t0|1\t0|1\n"
                              "chr22\t20030968\t.\tT\tA\t.\t.\t.\tGT\t0|1\t0|0\n");
    const Row both = changed(rows, "both");
    EXPECT_LT(number(both, "joint"), -0.9);
    EXPECT_GT(number(both, "joint"), -1.0);
    EXPECT_LT(number(both, "sum"), -1.8);
    EXPECT_GT(number(both, "epistasis"), 0.9);
    EXPECT_EQ(both.at("at"), "splicing:donor_loss:TANGO2:chr22:20030966:+");
}

// 1,300 bases behind the donor a change is out of the network's sight.
TEST_F(Epistasis, AFarChangeWithoutEffectLeavesTheFirstOnesScore) {
    const auto rows = run(haplo_vcf("both\tone",
                                    "chr22\t20030967\t.\tG\tA\t.\t.\t.\tGT\t1|0\t1|0\n"
                                    "chr22\t20032267\t.\tG\tA\t.\t.\t.\tGT\t1|0\t0|0\n"),
                          "-m splice-mini --gtf data/demo/genes.gtf.gz --max-gap 2000");
    const Row both = changed(rows, "both");
    const Row one = changed(rows, "one");
    EXPECT_EQ(both.at("records"), "2");
    EXPECT_EQ(both.at("joint"), one.at("joint"));
    EXPECT_EQ(both.at("sum"), one.at("sum"));
    EXPECT_EQ(both.at("at"), one.at("at"));
    EXPECT_EQ(both.at("epistasis"), "0");
}

TEST_F(Epistasis, SwappedPhaseSwapsTheHaplotypes) {
    const std::string first = "chr22\t20112957\t.\tA\tT\t.\t.\t.\tGT\t";
    const std::string second = "chr22\t20112960\t.\tG\tA\t.\t.\t.\tGT\t";
    const auto one = run(haplo_vcf("s", first + "1|0\n" + second + "0|1\n"), "");
    const auto two = run(haplo_vcf("s", first + "0|1\n" + second + "1|0\n"), "");
    ASSERT_EQ(one.size(), 8U);
    ASSERT_EQ(two.size(), 8U);
    for (std::size_t i = 0; i < 4; ++i) {
        for (const char* column : {"changes", "score", "joint", "sum", "epistasis", "other"}) {
            EXPECT_EQ(one[i].at(column), two[i + 4].at(column)) << column;
            EXPECT_EQ(one[i + 4].at(column), two[i].at(column)) << column;
        }
        EXPECT_NEAR(number(one[i], "other"), -number(one[i + 4], "other"), 2e-6);
    }
}

// A deletion and an insertion that give each other back what they took.
TEST_F(Epistasis, TwoIndelsThatRestoreTheSequenceDoNothingTogether) {
    // REF 20112950.. as the FASTA has it; the deletion of three bases, the same three put back.
    const auto fetch = run_shell(
        "samtools faidx data/demo/chr22.fa.gz chr22:20112950-20112953 | tail -1 | tr a-z A-Z",
        box_.folder());
    const std::string bases = fetch.out.substr(0, 4);
    ASSERT_EQ(bases.size(), 4U);
    const auto rows = spliced("both\tone",
                              "chr22\t20112950\t.\t" + bases + "\t" + bases[0] +
                                  "\t.\t.\t.\tGT\t1|0\t1|0\n" + "chr22\t20112953\t.\t" + bases[3] +
                                  "\t" + bases[3] + bases.substr(1) + "\t.\t.\t.\tGT\t1|0\t0|0\n");
    for (const Row& row : rows) {
        if (row.at("sample") == "both") {
            EXPECT_EQ(row.at("changes"), ".") << "deleted and put back";
            EXPECT_EQ(row.at("joint"), "0");
        }
    }
}

// However a change is written: joined or split, moved, in another order.
TEST_F(Epistasis, SpellingDoesNotMatter) {
    const auto joined =
        run(haplo_vcf("s", "chr22\t20112957\t.\tAGAG\tTGAA\t.\t.\t.\tGT\t1|0\n"), "");
    const auto split = run(haplo_vcf("s",
                                     "chr22\t20112957\t.\tA\tT\t.\t.\t.\tGT\t1|0\n"
                                     "chr22\t20112960\t.\tG\tA\t.\t.\t.\tGT\t1|0\n"),
                           "");
    ASSERT_EQ(joined.size(), split.size());
    for (std::size_t i = 0; i < joined.size(); ++i) {
        for (const char* column : {"changes", "joint", "sum", "at", "epistasis", "other"}) {
            EXPECT_EQ(joined[i].at(column), split[i].at(column)) << column;
        }
    }
}

}  // namespace
}  // namespace varhush::test
