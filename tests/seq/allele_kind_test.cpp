#include "varhush/seq/allele_kind.hpp"

#include "varhush/seq/allele.hpp"
#include "varhush/seq/human_build.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace varhush::seq {
namespace {

TEST(KindOf, LooksAtWhatIsLeftWithoutCommonEnds) {
    EXPECT_EQ(kind_of("A", "T"), AlleleKind::kSnv);
    EXPECT_EQ(kind_of("ACG", "aTg"), AlleleKind::kSnv);
    EXPECT_EQ(kind_of("ACG", "TCT"), AlleleKind::kMnv);
    EXPECT_EQ(kind_of("A", "AT"), AlleleKind::kInsertion);
    EXPECT_EQ(kind_of("CA", "CACA"), AlleleKind::kInsertion);
    EXPECT_EQ(kind_of("TGT", "TT"), AlleleKind::kDeletion);
    EXPECT_EQ(kind_of("CCAG", "CCA"), AlleleKind::kDeletion);
    EXPECT_EQ(kind_of("ACG", "TT"), AlleleKind::kDelins);
    EXPECT_EQ(kind_of("A", "a"), AlleleKind::kSame);
    EXPECT_EQ(kind_of("A", "*"), AlleleKind::kOther);
    EXPECT_EQ(kind_of("A", "<DEL>"), AlleleKind::kOther);
    EXPECT_EQ(kind_of("A", "N"), AlleleKind::kOther);
    EXPECT_EQ(kind_text(AlleleKind::kDelins), "delins");
}

TEST(RefAgrees, IgnoresCaseAndTakesIupacAsN) {
    StringReference reference;
    reference.add("c", "ACRT");
    EXPECT_TRUE(ref_agrees(reference, "c", 1, "cyt"));
    EXPECT_TRUE(ref_agrees(reference, "c", 4, ""));
    EXPECT_FALSE(ref_agrees(reference, "c", 1, "T"));
    EXPECT_FALSE(ref_agrees(reference, "c", 3, "TN"));
    EXPECT_FALSE(ref_agrees(reference, "c", -1, "NA"));
}

TEST(HumanBuild, IsNamedOnlyWhenEveryChromosomeFits) {
    using Contigs = std::vector<NamedLength>;
    EXPECT_EQ(human_build(Contigs{{"chr22", 51304566}, {"chr1", 249250621}}), "GRCh37");
    EXPECT_EQ(human_build(Contigs{{"NC_000022.11", 50818468}, {"MT", 16569}}), "GRCh38");
    EXPECT_EQ(human_build(Contigs{{"X", 154259566}}), "T2T-CHM13");
    EXPECT_EQ(human_build(Contigs{{"chr22", 51304566}, {"chr1", 248956422}}), std::nullopt);
    EXPECT_EQ(human_build(Contigs{{"chr22", 1000000}}), std::nullopt);
    EXPECT_EQ(human_build(Contigs{{"chrM", 16569}, {"GL000192.1", 547496}}), std::nullopt);
    EXPECT_EQ(human_build(Contigs{}), std::nullopt);
}

}  // namespace
}  // namespace varhush::seq
