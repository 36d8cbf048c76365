#include "varhush/report/allele_table.hpp"

#include "varhush/core/error.hpp"
#include "vcf_fixture.hpp"

#include <string>
#include <utility>
#include <vector>

namespace varhush::report {
namespace {

using AlleleTableTest = VcfFixture;

const std::string kInput =
    "##fileformat=VCFv4.2\n##contig=<ID=chr1,length=1000>\n"
    "#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\nchr1\t10\trs1\tA\tC,*\t.\t.\t.\n";

VcfAnnotatorOptions columns(std::vector<seq::Modality> modalities, bool top, std::string packed) {
    VcfAnnotatorOptions content;
    content.modalities = std::move(modalities);
    content.top = top;
    content.packed_format = std::move(packed);
    return content;
}

TEST_F(AlleleTableTest, OneLineForEachEntryAndForEachAlleleWithout) {
    auto reader = open(kInput);
    io::VariantRecord record;
    ASSERT_TRUE(reader.next(record));
    seq::RecordAnnotation annotation;
    annotation.alleles.resize(2);
    auto& first = annotation.alleles[0];
    first.status = seq::AlleleStatus::kOk;
    first[seq::Modality::kSplicing] = -0.125F;
    first.top = "donor\tloss";
    first.packed = {"C|splice|G1|0.1", "C|splice|G2|"};
    annotation.alleles[1].status = seq::AlleleStatus::kStar;
    const AlleleTable table(
        columns({seq::Modality::kSplicing}, true, "Allele|Consequence|Gene|DS"));
    EXPECT_EQ(table.header(),
              "chrom\tpos\tid\tref\talt\tstatus\tvh_spl\tvh_top\tallele\tconsequence\tgene\tds\n");
    std::string lines;
    table.append(record, annotation, lines);
    EXPECT_EQ(lines,
              "chr1\t10\trs1\tA\tC\tOK\t-0.125\tdonor loss\tC\tsplice\tG1\t0.1\n"
              "chr1\t10\trs1\tA\tC\tOK\t-0.125\tdonor loss\tC\tsplice\tG2\t.\n"
              "chr1\t10\trs1\tA\t*\tSTAR\t.\t.\t.\t.\t.\t.\n");
}

TEST_F(AlleleTableTest, WithoutPackedFieldsThereIsALineAnAllele) {
    auto reader = open(kInput);
    io::VariantRecord record;
    ASSERT_TRUE(reader.next(record));
    seq::RecordAnnotation annotation;
    annotation.alleles.resize(2);
    const AlleleTable table(columns({}, false, ""));
    std::string lines;
    table.append(record, annotation, lines);
    EXPECT_EQ(lines,
              "chr1\t10\trs1\tA\tC\tSKIPPED\n"
              "chr1\t10\trs1\tA\t*\tSKIPPED\n");
}

TEST_F(AlleleTableTest, RankSpreadAndUnlikenessHaveColumnsWhereAskedFor) {
    auto reader = open(kInput);
    io::VariantRecord record;
    ASSERT_TRUE(reader.next(record));
    seq::RecordAnnotation annotation;
    annotation.alleles.resize(2);
    annotation.alleles[0].max_rank = 0.999;
    annotation.alleles[0].spread = 0.25F;
    annotation.alleles[0].unlike = 0.5F;
    VcfAnnotatorOptions content = columns({}, false, "");
    content.calibrated = content.spread = content.unlike = true;
    const AlleleTable table(content);
    EXPECT_EQ(table.header(),
              "chrom\tpos\tid\tref\talt\tstatus\tvh_max\tvh_phred\tvh_sd\tvh_ood\n");
    std::string lines;
    table.append(record, annotation, lines);
    EXPECT_EQ(lines,
              "chr1\t10\trs1\tA\tC\tSKIPPED\t0.999\t30\t0.25\t0.5\n"
              "chr1\t10\trs1\tA\t*\tSKIPPED\t.\t.\t.\t.\n");
}

TEST_F(AlleleTableTest, EntriesThatDoNotFitTheFormatAreABug) {
    auto reader = open(kInput);
    io::VariantRecord record;
    ASSERT_TRUE(reader.next(record));
    seq::RecordAnnotation annotation;
    annotation.alleles.resize(2);
    annotation.alleles[0].packed = {"C|x"};
    const AlleleTable table(columns({}, false, "Allele|Consequence|Gene"));
    std::string lines;
    EXPECT_THROW(table.append(record, annotation, lines), Error);
}

}  // namespace
}  // namespace varhush::report
