#include "varhush/seq/alphabet.hpp"

#include "varhush/core/error.hpp"
#include "varhush/seq/annotation.hpp"
#include "varhush/seq/one_hot.hpp"
#include "varhush/seq/reference_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace varhush::seq {
namespace {

TEST(Alphabet, TakesBothCasesAndMakesEverythingElseN) {
    std::string seen;
    for (const char base : std::string("ACGTacgtRyUn-* ")) {
        seen += to_acgtn(base);
    }
    EXPECT_EQ(seen, "ACGTACGTNNNNNNN");
    EXPECT_EQ(to_acgtn('\xC3'), 'N');
}

TEST(Alphabet, ReverseComplementIsItsOwnInverseOnAcgtn) {
    EXPECT_EQ(reverse_complement("AACGTN"), "NACGTT");
    EXPECT_EQ(reverse_complement("acgR"), "NCGT");
    EXPECT_EQ(reverse_complement(reverse_complement("GATTACANNA")), "GATTACANNA");
    EXPECT_EQ(reverse_complement(""), "");
}

TEST(Alphabet, EmptyTextAndOtherLettersAreNotAcgt) {
    EXPECT_TRUE(is_acgt("acgTA"));
    EXPECT_FALSE(is_acgt(""));
    EXPECT_FALSE(is_acgt("ACNT"));
}

TEST(OneHot, HasARowOfFourForEachBaseAndZerosForN) {
    std::vector<float> out(5 * 4, 7.0F);
    one_hot("AcgTN", out);
    EXPECT_THAT(out,
                testing::ElementsAre(1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0));
}

TEST(OneHot, RefusesAnOutputOfAnotherSize) {
    std::vector<float> out(3);
    EXPECT_THROW(one_hot("A", out), Error);
}

TEST(StringReference, PadsWithNOutsideTheContigAndUpperCases) {
    StringReference reference;
    reference.add("c", "acgtRT");
    EXPECT_EQ(reference.fetch("c", -2, 8), "NNACGTNTNN");
    EXPECT_EQ(reference.fetch("c", 3, 3), "");
    EXPECT_EQ(reference.fetch("c", 10, 12), "NN");
    EXPECT_EQ(reference.fetch("c", -5, -3), "NN");
    EXPECT_EQ(reference.length_bp("c"), 6);
    EXPECT_EQ(reference.length_bp("d"), std::nullopt);
    EXPECT_THROW((void)reference.fetch("d", 0, 1), Error);
}

TEST(Status, HasADifferentTextForEveryValue) {
    std::set<std::string_view> texts;
    for (std::size_t i = 0; i < kAlleleStatusCount; ++i) {
        texts.insert(status_text(static_cast<AlleleStatus>(i)));
    }
    EXPECT_EQ(texts.size(), kAlleleStatusCount);
    EXPECT_EQ(status_text(AlleleStatus::kOk), "OK");
    EXPECT_EQ(status_text(AlleleStatus::kContigMissing), "CONTIG_MISSING");
    EXPECT_EQ(status_text(AlleleStatus::kSkipped), "SKIPPED");
}

TEST(Annotation, ModalitiesHaveASlotEach) {
    AlleleAnnotation annotation;
    annotation[Modality::kMpra] = 1.5F;
    EXPECT_EQ(annotation.effect.back(), 1.5F);
    EXPECT_FALSE(annotation[Modality::kSplicing].has_value());
}

TEST(BaseCodes, AreTheChannelsOfTheNetworks) {
    EXPECT_EQ(base_codes("ACGTacgtNRU-"),
              (std::vector<std::uint8_t>{0, 1, 2, 3, 0, 1, 2, 3, 4, 4, 4, 4}));
}

}  // namespace
}  // namespace varhush::seq
