#include "varhush/report/vcf_annotator.hpp"

#include "varhush/core/error.hpp"
#include "vcf_fixture.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>

namespace varhush::report {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

const std::string kHead =
    "##fileformat=VCFv4.2\n"
    "##contig=<ID=chr1,length=1000>\n"
    "##INFO=<ID=AC,Number=A,Type=Integer,Description=\"Count\">\n";
const std::string kColumns = "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";

VcfAnnotatorOptions full_options() {
    VcfAnnotatorOptions options;
    options.modalities = {seq::Modality::kSplicing};
    options.calibrated = true;
    options.top = true;
    options.packed_format = "Allele|Consequence|Gene|DS";
    options.compat_tag = "SpliceAI";
    options.compat_description = "Format: ALLELE|SYMBOL|DS_AG";
    options.command_line = "score -f x.fa in.vcf";
    options.model_lines = {"<ID=m,SHA256=ab,Window=401,Calibration=none,Terms=\"free\">"};
    return options;
}

seq::AlleleAnnotation scored_allele(float effect, const std::string& packed) {
    seq::AlleleAnnotation allele;
    allele.status = seq::AlleleStatus::kOk;
    allele[seq::Modality::kSplicing] = effect;
    allele.max_rank = 0.99;
    allele.top = "donor loss, GENE A";
    allele.packed = {packed};
    return allele;
}

class VcfAnnotatorTest : public VcfFixture {
  protected:
    std::string annotated(const std::string& text,
                          const VcfAnnotatorOptions& options,
                          const seq::RecordAnnotation& annotation) {
        auto reader = open(text);
        VcfAnnotator annotator(options);
        const auto header = annotator.header(reader.header());
        return written(reader, header, [&](io::VariantRecord& record) {
            annotator.annotate(header, annotation, record);
        });
    }
};

TEST_F(VcfAnnotatorTest, WritesAValueForEachAlleleAndKeepsTheRest) {
    seq::RecordAnnotation annotation;
    annotation.alleles = {scored_allele(-0.5F, "C|splice|G1|0.5"), {}};
    annotation.alleles[1].status = seq::AlleleStatus::kStar;
    annotation.compat = {"C|G1|0.50"};
    const auto text = annotated(
        kHead + kColumns + "chr1\t10\trs1\tA\tC,*\t50\tPASS\tAC=3,1\n", full_options(), annotation);
    EXPECT_THAT(text,
                HasSubstr("chr1\t10\trs1\tA\tC,*\t50\tPASS\tAC=3,1;VH_STATUS=OK,STAR;"
                          "VH_SPL=-0.5,.;VH_MAX=0.99,.;VH_PHRED=20,.;"
                          "VH_TOP=donor%20loss%2C%20GENE%20A,.;VH=C|splice|G1|0.5;"
                          "SpliceAI=C|G1|0.50\n"));
}

TEST_F(VcfAnnotatorTest, HeaderHasOneLineATagAndTheProvenance) {
    auto reader = open(kHead + kColumns);
    VcfAnnotator annotator(full_options());
    const auto header = annotator.header(reader.header());
    const auto text = written(reader, header, [](io::VariantRecord&) {});
    EXPECT_THAT(text, HasSubstr("##INFO=<ID=VH_STATUS,Number=A,Type=String,Description=\"OK, or"));
    EXPECT_THAT(text, HasSubstr(" REF_MISMATCH EDGE TOO_LONG "));
    EXPECT_THAT(text, HasSubstr("##INFO=<ID=VH_SPL,Number=A,Type=Float,"));
    EXPECT_THAT(text, HasSubstr("##INFO=<ID=VH_PHRED,Number=A,Type=Float,"));
    EXPECT_THAT(text,
                HasSubstr("##INFO=<ID=VH,Number=.,Type=String,Description=\"varhush scores in "
                          "detail. Format: Allele|Consequence|Gene|DS\">"));
    EXPECT_THAT(text, HasSubstr("##varhush_scoreVersion="));
    EXPECT_THAT(text, HasSubstr("##varhush_scoreCommand=score -f x.fa in.vcf\n"));
    EXPECT_THAT(text,
                HasSubstr("##varhush_model=<ID=m,SHA256=ab,Window=401,Calibration=none,"
                          "Terms=\"free\">\n"));
}

TEST_F(VcfAnnotatorTest, NoVersionKeepsOnlyTheModelLine) {
    auto options = full_options();
    options.no_version = true;
    auto reader = open(kHead + kColumns);
    VcfAnnotator annotator(options);
    const auto header = annotator.header(reader.header());
    const auto text = written(reader, header, [](io::VariantRecord&) {});
    EXPECT_THAT(text, Not(HasSubstr("varhush_score")));
    EXPECT_THAT(text, HasSubstr("##varhush_model=<ID=m,"));
}

TEST_F(VcfAnnotatorTest, TagsOfAnEarlierRunAreReplacedOrTakenAway) {
    seq::RecordAnnotation first;
    first.alleles = {scored_allele(0.9F, "C|splice|OLD|0.9")};
    first.compat = {"C|OLD|0.90"};
    const auto once =
        annotated(kHead + kColumns + "chr1\t10\t.\tA\tC\t.\t.\tAC=3\n", full_options(), first);
    seq::RecordAnnotation second;
    second.alleles.resize(1);
    second.alleles[0].status = seq::AlleleStatus::kSkipped;
    VcfAnnotatorOptions plain;
    plain.command_line = "score -m none";
    plain.model_lines = {"<ID=none,SHA256=.,Window=.,Calibration=none,Terms=\"\">"};
    const auto twice = annotated(once, plain, second);
    EXPECT_THAT(twice,
                HasSubstr("chr1\t10\t.\tA\tC\t.\t.\tAC=3;VH_STATUS=SKIPPED;SpliceAI=C|OLD|0.90\n"));
    EXPECT_THAT(twice, Not(HasSubstr("score -f x.fa")));
    EXPECT_THAT(twice, Not(HasSubstr("varhush_model=<ID=m,")));
    EXPECT_THAT(twice, HasSubstr("varhush_model=<ID=none,"));
    // The same tags again, with no entries this time: the old ones must not survive.
    const auto again = annotated(once, full_options(), second);
    EXPECT_THAT(again, HasSubstr("AC=3;VH_STATUS=SKIPPED;VH_SPL=.;VH_MAX=.;VH_PHRED=.;VH_TOP=.\n"));
}

TEST_F(VcfAnnotatorTest, MonomorphicRecordsGetNoTagAndLoseOldOnes) {
    auto text = kHead + "##INFO=<ID=VH_STATUS,Number=A,Type=String,Description=\"old\">\n" +
                kColumns + "chr1\t10\t.\tA\t.\t.\t.\tAC=0;VH_STATUS=OK\n";
    EXPECT_THAT(annotated(text, full_options(), {}), HasSubstr("chr1\t10\t.\tA\t.\t.\t.\tAC=0\n"));
}

TEST_F(VcfAnnotatorTest, InputWithOurTagInAnotherMeaningIsRefused) {
    auto reader =
        open(kHead + "##INFO=<ID=VH_SPL,Number=1,Type=String,Description=\"mine\">\n" + kColumns);
    VcfAnnotator annotator(full_options());
    try {
        static_cast<void>(annotator.header(reader.header()));
        FAIL() << "no exception";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kInput);
        EXPECT_THAT(error.what(), HasSubstr("VH_SPL"));
    }
}

TEST_F(VcfAnnotatorTest, ScorerBugsAreInternalErrors) {
    const auto input = kHead + kColumns + "chr1\t10\t.\tA\tC\t.\t.\tAC=3\n";
    EXPECT_THROW(annotated(input, full_options(), {}), Error);
    seq::RecordAnnotation not_a_number;
    not_a_number.alleles = {scored_allele(std::numeric_limits<float>::quiet_NaN(), "C|splice|G|0")};
    EXPECT_THROW(annotated(input, full_options(), not_a_number), Error);
}

TEST(VcfAnnotator, CompatTagMustBeAFreeInfoKey) {
    for (const auto* name : {"1X", "a b", "VH", "VH_SPL", "x=y", "a;b"}) {
        VcfAnnotatorOptions options;
        options.compat_tag = name;
        EXPECT_THROW(VcfAnnotator{options}, Error) << name;
    }
    VcfAnnotatorOptions options;
    options.compat_tag = "SpliceAI";
    EXPECT_NO_THROW(VcfAnnotator{options});
}

TEST(RankToPhred, IsCappedAndNeverNegative) {
    EXPECT_EQ(rank_to_phred(0), 0);
    EXPECT_FALSE(std::signbit(rank_to_phred(0)));
    EXPECT_NEAR(rank_to_phred(0.9), 10, 1e-9);
    EXPECT_EQ(rank_to_phred(1), 99);
    EXPECT_EQ(rank_to_phred(1 - 1e-14), 99);
}

}  // namespace
}  // namespace varhush::report
