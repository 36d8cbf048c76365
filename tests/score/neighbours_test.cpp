// Our output in the hands of the real bcftools, tabix and shell pipes, and shards against the
// whole.
#include "command_fixture.hpp"
#include "sample_vcf.hpp"

#include <gmock/gmock.h>

namespace varhush::apps {
namespace {

using ::testing::HasSubstr;

class ScoreNeighbours : public CommandFixture {
  protected:
    void SetUp() override {
        CommandFixture::SetUp();
        VARHUSH_NEEDS_TOOL("bcftools");
        VARHUSH_NEEDS_TOOL("tabix");
        write("in.vcf", sample_vcf(2000));
        ASSERT_EQ(run("bgzip -c in.vcf > in.vcf.gz && tabix -p vcf in.vcf.gz").exit_code, 0);
    }
};

TEST_F(ScoreNeighbours, BcftoolsReadsEveryFormat) {
    ASSERT_EQ(run("varhush score -m none --no-version in.vcf.gz -o out.vcf").exit_code, 0);
    const auto plain = records("out.vcf");
    EXPECT_THAT(plain, HasSubstr("AC=1;VH_STATUS=SKIPPED\n"));
    for (const auto* name : {"out.vcf.gz", "out.bcf"}) {
        ASSERT_EQ(
            run("varhush score -m none --no-version in.vcf.gz -o " + std::string(name)).exit_code,
            0);
        const auto outcome = run("bcftools view -H " + std::string(name));
        EXPECT_EQ(outcome.err, "");
        EXPECT_TRUE(outcome.out == plain) << name;
    }
    ASSERT_EQ(run("varhush score -m none --no-version in.vcf.gz -Ou > out.u").exit_code, 0);
    EXPECT_TRUE(records("out.u") == plain);
    ASSERT_EQ(run("varhush score -m none --no-version in.vcf.gz -Oz9 -o small.vcf.gz").exit_code,
              0);
    EXPECT_TRUE(records("small.vcf.gz") == plain);
}

TEST_F(ScoreNeighbours, BcftoolsNormSplitsTheFlatTags) {
    ASSERT_EQ(run("varhush score -m none in.vcf.gz -o out.vcf.gz").exit_code, 0);
    const auto outcome =
        run("bcftools norm -m- out.vcf.gz 2>norm.err | "
            "bcftools query -f '%ALT %VH_STATUS\\n' | sort | uniq -c | tr -s ' '");
    EXPECT_EQ(outcome.exit_code, 0) << read("norm.err");
    EXPECT_THAT(outcome.out, HasSubstr(" 285 * STAR\n"));
    EXPECT_EQ(outcome.out.find(","), std::string::npos) << outcome.out;
}

TEST_F(ScoreNeighbours, TabixAndBcftoolsReadOurIndexes) {
    ASSERT_EQ(run("varhush score -m none -W=tbi in.vcf.gz -o out.vcf.gz").exit_code, 0);
    EXPECT_TRUE(exists("out.vcf.gz.tbi"));
    const auto expected = run("tabix in.vcf.gz chr1:5000-9000 | wc -l").out;
    EXPECT_NE(expected, "0\n");
    EXPECT_EQ(run("tabix out.vcf.gz chr1:5000-9000 | wc -l").out, expected);
    ASSERT_EQ(run("varhush score -m none -W=csi in.vcf.gz -o out2.vcf.gz").exit_code, 0);
    EXPECT_TRUE(exists("out2.vcf.gz.csi"));
    EXPECT_EQ(run("bcftools view -H -r chr1:5000-9000 out2.vcf.gz | wc -l").out, expected);
    ASSERT_EQ(run("varhush score -m none -W in.vcf.gz -o out.bcf").exit_code, 0);
    EXPECT_EQ(run("bcftools view -H -r chr1:5000-9000 out.bcf | wc -l").out, expected);
    EXPECT_EQ(run("bcftools index -n out.bcf").out, "2000\n");
    // An index that bcftools makes of our file is as good.
    EXPECT_EQ(run("bcftools index -f -t out.vcf.gz && tabix out.vcf.gz chr1:5000-9000 | wc -l").out,
              expected);
}

TEST_F(ScoreNeighbours, StandsInThePipesOfItsNeighbours) {
    const auto outcome =
        run("bcftools view -Ou in.vcf.gz | varhush score -m none -Ou | "
            "bcftools query -f '%VH_STATUS\\n' | wc -l");
    EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    EXPECT_EQ(outcome.out, "2000\n");
    EXPECT_EQ(run("cat in.vcf.gz | varhush score -m none - -o - | bcftools view -H | wc -l").out,
              "2000\n");
}

TEST_F(ScoreNeighbours, AClosedPipeIsNotASuccess) {
    const auto outcome =
        run("set +o pipefail; for i in $(seq 60); do cat in.vcf; done | "
            "grep -v '^#' | cat <(grep '^#' in.vcf) - > big.vcf;"
            "varhush score -m none big.vcf 2>> log | head -1 > /dev/null;"
            "echo ${PIPESTATUS[0]}");
    EXPECT_EQ(outcome.out, "6\n") << outcome.err;
}

TEST_F(ScoreNeighbours, ShardsByRegionConcatenateToTheWholeRun) {
    ASSERT_EQ(run("varhush score -m none --no-version in.vcf.gz -o out.vcf").exit_code, 0);
    // Cuts on a record's own POS, inside and between: a record belongs to one shard only.
    const auto outcome =
        run("set -e; cut=$(bcftools query -f '%POS\\n' in.vcf.gz | sed -n 400p); first=1;"
            "for r in chr1:1-$cut chr1:$((cut+1))-20000 chr1:20001- chr2; do "
            "  varhush score -m none --no-version -r $r in.vcf.gz > part.vcf 2>> log;"
            "  if [ $first = 1 ]; then cat part.vcf; first=0; else grep -v '^#' part.vcf; fi;"
            "done > joined.vcf; cmp joined.vcf out.vcf");
    EXPECT_EQ(outcome.exit_code, 0) << outcome.out << outcome.err;
}

TEST_F(ScoreNeighbours, TargetsAndRegionFilesSelectTheSameRecords) {
    write("regions.bed", "chr1\t4999\t9000\nchr2\t0\t700\n");
    const auto by_list =
        run("varhush score -q -m none --no-version -r chr1:5000-9000,chr2:1-700 in.vcf.gz");
    ASSERT_EQ(by_list.exit_code, 0) << by_list.err;
    EXPECT_TRUE(run("varhush score -q -m none --no-version -R regions.bed in.vcf.gz").out ==
                by_list.out);
    EXPECT_TRUE(run("varhush score -q -m none --no-version -T regions.bed in.vcf").out ==
                by_list.out);
    EXPECT_TRUE(
        run("varhush score -q -m none --no-version -t chr1:5000-9000,chr2:1-700 < in.vcf").out ==
        by_list.out);
    // What -T takes and what ^ leaves out is everything, once.
    EXPECT_EQ(run("varhush score -q -m none --no-version in.vcf | grep -v '^#' | sort > all;"
                  "for t in ^regions.bed regions.bed; do"
                  "  varhush score -q -m none -T $t in.vcf | grep -v '^#'; done | sort > both;"
                  "wc -l < both; cmp all both")
                  .out,
              "2000\n");
}

TEST_F(ScoreNeighbours, ThreadsDoNotChangeAByte) {
    ASSERT_EQ(run("varhush score -m none --no-version -@1 in.vcf.gz -o one.vcf.gz").exit_code, 0);
    for (const auto* threads : {"2", "5"}) {
        ASSERT_EQ(run("varhush score -m none --no-version in.vcf.gz -o more.vcf.gz -@ " +
                      std::string(threads))
                      .exit_code,
                  0);
        EXPECT_EQ(run("cmp one.vcf.gz more.vcf.gz").exit_code, 0) << threads;
    }
}

}  // namespace
}  // namespace varhush::apps
