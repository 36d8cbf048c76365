// `varhush calibrate` and `varhush score --calibration` as users run them.
#include "command_fixture.hpp"
#include "test_paths.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <sstream>

namespace varhush::apps {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string kReference = " -f data/demo/chr22.fa.gz --gtf data/demo/genes.gtf.gz ";
const std::string kScoring = " -m splice-mini" + kReference;
const std::string kVariants = "data/demo/variants.vcf.gz ";

class Calibrate : public CommandFixture {
  protected:
    void SetUp() override { VARHUSH_NEEDS_TOOL("bcftools"); }

    void make_table(const std::string& options = "") const {
        const auto outcome =
            run("varhush calibrate" + kScoring + options + kVariants + "-o out.vhcal");
        ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    }
    void expect_failure(const std::string& command, int code, const std::string& words) const {
        const auto outcome = run("varhush " + command);
        EXPECT_EQ(outcome.exit_code, code) << command << "\n" << outcome.err;
        EXPECT_THAT(outcome.err, HasSubstr(words)) << command;
        EXPECT_THAT(files("bad"), IsEmpty()) << command;
    }
};

TEST_F(Calibrate, TheBackgroundItselfGetsEvenRanks) {
    make_table();
    ASSERT_EQ(
        run("varhush score" + kScoring + "--calibration out.vhcal " + kVariants + "-o scored.vcf")
            .exit_code,
        0);
    // Mid-ranks of all: of the 144 alleles half are ranked above 0.5, and none beyond 1 - 1/(2n).
    std::istringstream ranks(run("bcftools query -i 'VH_STATUS=\"OK\"' -f '%VH_MAX %VH_PHRED "
                                 "%REF %ALT\\n' scored.vcf")
                                 .out);
    double rank = 0;
    double phred = 0;
    std::string ref;
    std::string alt;
    double sum = 0;
    double highest = 0;
    int count = 0;
    while (ranks >> rank >> phred >> ref >> alt) {
        EXPECT_NEAR(phred, -10 * std::log10(1 - rank), 0.01 + 0.001 * phred);
        if (ref.size() == alt.size()) {
            sum += rank;
            highest = std::max(highest, rank);
            ++count;
        }
    }
    EXPECT_GT(count, 100);
    EXPECT_NEAR(sum / count, 0.5, 1e-4);
    EXPECT_NEAR(highest, 1 - 0.5 / count, 1e-6);
}

TEST_F(Calibrate, SaysHowFarTheRanksReach) {
    const auto outcome =
        run("varhush calibrate" + kScoring + "--report report.tsv " + kVariants + "-o out.vhcal");
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.err,
                HasSubstr("substitutions: 116 scored: VH_MAX up to 0.99569, VH_PHRED "
                          "up to 23.7"));
    EXPECT_THAT(outcome.err, HasSubstr("scored, too few: ranked among all alleles"));
    const std::string report = read("report.tsv");
    EXPECT_THAT(report, HasSubstr("series\tclass\tscores\tbackground\tknots\thighest_rank"));
    EXPECT_THAT(report, HasSubstr("VH_SPL\tsubstitution\tsize\t116\t"));
    EXPECT_THAT(report, HasSubstr("VH_SPL\tall\traw\t144\t"));
    EXPECT_THAT(report, HasSubstr("sequence\tall\tdistance\t144\t"));
    EXPECT_THAT(report, Not(HasSubstr("insertion")));
}

TEST_F(Calibrate, RandomVariantsAreMadeScoredAndRanked) {
    make_table();
    const std::string table = read("out.vhcal");
    const auto outcome = run("varhush calibrate" + kScoring + kVariants +
                             "-o out.vhcal --random-vcf random.vcf --random 300 --seed 7");
    ASSERT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_THAT(outcome.err, HasSubstr("matched random substitutions: "));
    EXPECT_TRUE(read("out.vhcal") == table) << "the table must not depend on them";
    EXPECT_EQ(run("varhush check -f data/demo/chr22.fa.gz random.vcf > /dev/null").exit_code, 0);
    const auto count = std::stoi(run("bcftools view -H random.vcf | wc -l").out);
    EXPECT_GT(count, 280);
    EXPECT_LE(count, 300);
}

TEST_F(Calibrate, HeaderTagsAndTableNameTheCalibration) {
    make_table("--name common ");
    const std::string score = "varhush score --no-version" + kScoring;
    const auto vcf = run(score + "--calibration out.vhcal " + kVariants).out;
    EXPECT_THAT(vcf, HasSubstr(",Calibration=common:"));
    EXPECT_THAT(vcf, HasSubstr("##INFO=<ID=VH_MAX,Number=A,Type=Float"));
    EXPECT_THAT(vcf, HasSubstr("##INFO=<ID=VH_OOD,Number=A,Type=Float"));
    const auto table = run(score + "--calibration out.vhcal -O t " + kVariants).out;
    EXPECT_THAT(table, HasSubstr("\tstatus\tvh_spl\tvh_max\tvh_phred\tvh_ood\tvh_top\t"));
    const auto plain = run(score + "--calibration none " + kVariants).out;
    EXPECT_THAT(plain, AllOf(HasSubstr(",Calibration=none,"), Not(HasSubstr("VH_MAX"))));
}

TEST_F(Calibrate, TheSameInputGivesTheSameBytes) {
    make_table();
    const std::string first = read("out.vhcal");
    make_table("-@ 3 ");
    EXPECT_TRUE(read("out.vhcal") == first);
    ASSERT_EQ(run("bcftools view -Ou " + kVariants +
                  "| varhush calibrate --background variants.vcf.gz" + kScoring + "-o out.vhcal")
                  .exit_code,
              0);
    EXPECT_TRUE(read("out.vhcal") == first) << "a pipe";
}

TEST_F(Calibrate, EverySpellingGetsTheSameRank) {
    make_table();
    // An insertion of TG and one padded spelling of it; an MNV joined and with a base too many.
    write(
        "in.vcf",
        "##fileformat=VCFv4.2\n##contig=<ID=chr22>\n#"
        "CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n" +
            run("samtools faidx data/demo/chr22.fa.gz chr22:20040821-20040823 | tail -1 | "
                "awk '{a=toupper($1); print \"chr22\\t20040821\\tplain\\t\" substr(a,1,1) \"\\t\" "
                "substr(a,1,1) \"GAC\\t.\\t.\\t.\"; print \"chr22\\t20040821\\tpadded\\t\" a "
                "\"\\t\" substr(a,1,1) \"GAC\" substr(a,2) \"\\t.\\t.\\t.\"}'")
                .out);
    const auto ranks = run("varhush score" + kScoring +
                           "--calibration out.vhcal in.vcf | bcftools "
                           "query -f '%VH_STATUS %VH_SPL %VH_MAX %VH_OOD\\n' | sort | uniq -c");
    EXPECT_THAT(ranks.out, HasSubstr("2 OK ")) << ranks.err;
}

TEST_F(Calibrate, LowConfTakesThePlaceOfTheScore) {
    make_table();
    const std::string score = "varhush score" + kScoring + "--calibration out.vhcal ";
    ASSERT_EQ(run(score + "--max-ood 0.8 " + kVariants + "-o scored.vcf").exit_code, 0);
    const auto low =
        run("bcftools query -i 'VH_OOD>0.8' -f '%VH_STATUS %VH_SPL %VH_MAX %VH_TOP\\n' scored.vcf "
            "| sort | uniq -c | tr -s ' '");
    EXPECT_EQ(low.out, " 29 LOW_CONF . . .\n");
    EXPECT_EQ(run("bcftools view -H -i 'VH_OOD<=0.8 && VH_STATUS!=\"OK\"' scored.vcf").out, "");
    const auto all = run(score + "--max-ood 1 " + kVariants + " | grep -c LOW_CONF").out;
    EXPECT_EQ(all, "1\n") << "the header line alone";
}

TEST_F(Calibrate, LowConfWhereMembersDisagreeBeyondTheScore) {
    make_table("--spread-limit 0.25 ");
    const std::string score = "varhush score" + kScoring + "--calibration out.vhcal ";
    ASSERT_EQ(run(score + "--spread " + kVariants + "-o all.vcf").exit_code, 0);
    ASSERT_EQ(run(score + "--max-spread auto " + kVariants + "-o some.vcf").exit_code, 0);
    const auto expected =
        run("bcftools query -i 'VH_SD>0.01 && VH_SD>0.25*ABS(VH_SPL)' "
            "-f '%POS %ALT %VH_SD %VH_OOD\\n' all.vcf");
    EXPECT_THAT(expected.out, Not(IsEmpty()));
    EXPECT_EQ(run("bcftools query -i 'VH_STATUS=\"LOW_CONF\"' -f '%POS %ALT %VH_SD %VH_OOD\\n' "
                  "some.vcf")
                  .out,
              expected.out);
    EXPECT_EQ(run("bcftools view -H -i 'VH_STATUS=\"LOW_CONF\" && VH_SPL!=\".\"' some.vcf").out,
              "");
    const std::string bad = "score" + kScoring + kVariants + "-o bad.vcf ";
    expect_failure(bad + "--max-spread 0", 2, "--max-spread 0 is no number above 0");
    expect_failure(
        bad + "--calibration none --max-spread auto", 2, "--max-spread needs a calibration");
    expect_failure(
        "score -m varhush-reporter -f data/demo/chr22.fa.gz --max-spread 1 -o bad.vcf " + kVariants,
        2,
        "--max-spread means nothing to a reporter mix");
}

TEST_F(Calibrate, SpreadIsTheDeviationOfTheMembers) {
    const std::string score = "varhush score --no-version" + kScoring + kVariants;
    ASSERT_EQ(run(score + "--spread -o spread.vcf").exit_code, 0);
    ASSERT_EQ(run(score + "-o plain.vcf").exit_code, 0);
    EXPECT_EQ(run("bcftools annotate --no-version -x INFO/VH_SD spread.vcf | grep -v '^##bcf'").out,
              run("bcftools annotate --no-version -x INFO/VH_SD plain.vcf 2> /dev/null | grep -v "
                  "'^##bcf'")
                  .out);
    std::istringstream values(
        run("bcftools query -f '%VH_STATUS %VH_SPL %VH_SD\n' spread.vcf").out);
    std::string status;
    std::string effect;
    std::string spread;
    int scored = 0;
    double largest = 0;
    while (values >> status >> effect >> spread) {
        ASSERT_EQ(spread == ".", status != "OK");
        if (status == "OK") {
            ++scored;
            largest = std::max(largest, std::stod(spread));
            EXPECT_GE(std::stod(spread), 0);
        }
    }
    EXPECT_EQ(scored, 144);
    EXPECT_GT(largest, 0.01);
    EXPECT_THAT(run(score + "--spread -O t").out, HasSubstr("\tvh_phred\tvh_sd\tvh_ood\tvh_top\t"));
    expect_failure(
        "score -m varhush-reporter --spread -f data/demo/chr22.fa.gz " + kVariants + "-o bad.vcf",
        2,
        "--spread means nothing to");
}

TEST_F(Calibrate, ATableBesideTheModelIsFound) {
    ASSERT_EQ(run("varhush model add --help > /dev/null; cp " VARHUSH_SOURCE_DIR
                  "/models/splice-mini/weights.safetensors mini.safetensors")
                  .exit_code,
              0);
    ASSERT_EQ(
        run("varhush calibrate -m ./mini.safetensors" + kReference + kVariants + "-o mini.vhcal")
            .exit_code,
        0);
    const std::string score = "varhush score -m ./mini.safetensors" + kReference;
    EXPECT_THAT(run(score + kVariants).out, HasSubstr("Calibration=mini:"));
    // Made with other options: not used, and said so.
    const auto other = run(score + "--distance 100 " + kVariants);
    EXPECT_EQ(other.exit_code, 0);
    EXPECT_THAT(other.out, HasSubstr("Calibration=none"));
    EXPECT_THAT(other.err, HasSubstr("not calibrated: ./mini.vhcal was made with distance=50"));
    // Damaged: refused, not passed over.
    write("mini.vhcal", read("mini.vhcal").substr(0, 1000));
    expect_failure(
        "score -m ./mini.safetensors" + kReference + kVariants + "-o bad.vcf", 5, "mini.vhcal");
    EXPECT_EQ(run(score + "--calibration none " + kVariants + "-o fine.vcf").exit_code, 0);
}

// What the table of the shipped reporter mix says of signs, made anew from the committed scores.
TEST_F(Calibrate, SignsGetProbabilities) {
    const std::string model = " -m data/demo/reporter/mix.safetensors -f data/demo/chr22.fa.gz ";
    const std::string calibrate = "calibrate" + model + kVariants + "--measured ";
    const std::string measured = "models/varhush-reporter/held_out.tsv.gz ";
    const auto made = run("varhush " + calibrate + measured + "-o out.vhcal");
    ASSERT_EQ(made.exit_code, 0) << made.err;
    EXPECT_THAT(made.err,
                HasSubstr("signs: 2,030 measured effects of 10 groups, 71.0 % of their "
                          "signs are right; calibration error of groups left out of the "
                          "curve 0.022"));
    const std::string score = "varhush score --no-version --calibration out.vhcal" + model;
    const auto vcf = run(score + kVariants + "-o scored.vcf; cat scored.vcf").out;
    EXPECT_THAT(vcf,
                HasSubstr("##INFO=<ID=VH_SIGN,Number=A,Type=Float,Description=\"Probability that "
                          "the sign of VH_MPRA is right"));
    std::istringstream told(
        run("bcftools query -i 'VH_STATUS=\"OK\"' -f '%VH_MPRA %VH_SIGN\\n' scored.vcf | "
            "awk '{print ($1 < 0 ? -$1 : $1), $2}' | sort -g")
            .out);
    double size = 0;
    double last = 0.5;
    std::string sign;
    int count = 0;
    while (told >> size >> sign) {
        if (size == 0) {
            EXPECT_EQ(sign, ".");
            continue;
        }
        EXPECT_GE(std::stod(sign), last - 1e-5) << "rises with the size of the score";
        last = std::stod(sign);
        EXPECT_LE(last, 1);
        ++count;
    }
    EXPECT_GT(count, 100);
    EXPECT_GT(last, 0.6);
    EXPECT_THAT(run(score + "-O t " + kVariants).out, HasSubstr("\tvh_sign\t"));
    expect_failure("calibrate" + kScoring + kVariants + "-o bad.vhcal --measured nowhere.tsv",
                   3,
                   "nowhere.tsv");
    expect_failure(
        calibrate + "data/demo/reporter/effects.tsv -o bad.vhcal", 3, "no row has a score");
    expect_failure(calibrate + measured + "--measured-p 2 -o bad.vhcal", 2, "--measured-p");
    expect_failure(calibrate + measured + "--measured-split none -o bad.vhcal", 3, "are too few");
}

TEST_F(Calibrate, RefusesTablesThatDoNotFit) {
    make_table();
    const std::string score = "score" + kScoring + kVariants + "-o bad.vcf --calibration ";
    std::string damaged = read("out.vhcal");
    damaged[damaged.size() - 100] = static_cast<char>(damaged[damaged.size() - 100] ^ 1);
    write("damaged.vhcal", damaged);
    expect_failure(score + "damaged.vhcal", 5, "damaged");
    write("cut.vhcal", damaged.substr(0, damaged.size() / 2));
    expect_failure(score + "cut.vhcal", 5, "cut.vhcal");
    expect_failure(score + "missing.vhcal", 5, "missing.vhcal");
    expect_failure(score + "data/demo/random-alphagenome.safetensors", 5, "no calibration table");
    expect_failure(score + "out.vhcal --distance 100", 2, "made with distance=50");
    expect_failure("score" + kReference + kVariants +
                       "-o bad.vcf --calibration out.vhcal "
                       "-m data/demo/random-alphagenome.safetensors --window 2048",
                   5,
                   "belongs to another model: splice-mini");
}

TEST_F(Calibrate, RefusesWhatMakesNoSense) {
    const std::string calibrate = "calibrate" + kScoring;
    expect_failure(calibrate + kVariants, 2, "--output");
    expect_failure("calibrate -m none -o bad.vhcal" + kReference + kVariants, 2, "needs a model");
    expect_failure("calibrate -o bad.vhcal" + kReference + kVariants, 2, "one model at a time");
    expect_failure("calibrate -o bad.vhcal " + kVariants, 2, "-f FASTA");
    expect_failure(calibrate + "-o bad.vhcal --ood-limit 2 " + kVariants, 2, "--ood-limit");
    expect_failure(calibrate + "-o bad.vhcal --tolerance 0.5 " + kVariants, 2, "--tolerance");
    expect_failure(calibrate + "-o bad.vhcal --report ./bad.vhcal " + kVariants, 2, "same file");
    expect_failure(calibrate + "-o bad.vhcal --placements inside " + kVariants, 2, "--placements");
    expect_failure(calibrate + "-o bad.vhcal --random 5 " + kVariants, 2, "--random-vcf");
    expect_failure(calibrate + "-o bad.vhcal --random-vcf bad.vcf.gz " + kVariants, 2, "plain VCF");
    expect_failure(calibrate + "-o nowhere/bad.vhcal " + kVariants, 6, "nowhere");
    expect_failure(calibrate + "-o bad.vhcal --profile missing.fa " + kVariants, 3, "missing.fa");
    expect_failure(calibrate + "-r chr22:1-1000 -o bad.vhcal " + kVariants, 3, "no allele");
    expect_failure("score" + kScoring + "--max-ood 3 -o bad.vcf " + kVariants, 2, "--max-ood 3");
    expect_failure("score" + kScoring + "--calibration none --max-ood auto -o bad.vcf " + kVariants,
                   2,
                   "needs a calibration table");
    expect_failure("score -m none --max-ood 0.5 -o bad.vcf " + kVariants, 2, "need a model");
}

}  // namespace
}  // namespace varhush::apps
