#include "varhush/seq/allele.hpp"

#include <gtest/gtest.h>

namespace varhush::seq {
namespace {

using Result = std::variant<Change, AlleleStatus>;

class Normalise : public testing::Test {
  protected:
    //                                     0123456789012345678901
    Normalise() { reference_.add("c", "CACACAGGGTTTNNACGTRATT"); }

    [[nodiscard]] Result at(std::int64_t position,
                            const std::string& ref,
                            const std::string& alt) const {
        return normalise(reference_, "c", position, ref, alt);
    }

    StringReference reference_;
};

void expect_change(const Result& result,
                   std::int64_t start,
                   const std::string& ref,
                   const std::string& alt) {
    ASSERT_TRUE(std::holds_alternative<Change>(result))
        << status_text(std::get<AlleleStatus>(result));
    const Change& change = std::get<Change>(result);
    EXPECT_EQ(change.start, start);
    EXPECT_EQ(change.ref, ref);
    EXPECT_EQ(change.alt, alt);
}

TEST(ClassifyAlt, TellsBasesFromEverythingElse) {
    EXPECT_EQ(classify_alt("ACGTacgt"), AlleleStatus::kOk);
    EXPECT_EQ(classify_alt("*"), AlleleStatus::kStar);
    for (const char* alt : {"<DEL>",
                            "<NON_REF>",
                            "<*>",
                            "<DUP:TANDEM>",
                            "G]17:198982]",
                            "]13:123456]T",
                            "[17:1[C",
                            "C[2:3[",
                            ".A",
                            "A.",
                            "."}) {
        EXPECT_EQ(classify_alt(alt), AlleleStatus::kSymbolic) << alt;
    }
    for (const char* alt : {"N", "ACN", "R", "", "A*", "A-", "AC GT", "\xC3\xA9"}) {
        EXPECT_EQ(classify_alt(alt), AlleleStatus::kNonAcgt) << alt;
    }
}

TEST_F(Normalise, SnvInEveryCaseAndPaddingIsTheSameChange) {
    expect_change(at(6, "G", "T"), 6, "G", "T");
    expect_change(at(6, "g", "t"), 6, "G", "T");
    expect_change(at(4, "CAGGG", "CATGG"), 6, "G", "T");
    expect_change(at(6, "GGG", "tgg"), 6, "G", "T");
}

TEST_F(Normalise, MnvReachesFromTheFirstToTheLastDifferingBase) {
    expect_change(at(5, "AGGGT", "ATGCT"), 6, "GGG", "TGC");
}

TEST_F(Normalise, DeletionInARepeatMovesToTheContigStart) {
    expect_change(at(3, "ACA", "A"), 0, "CA", "");
    expect_change(at(0, "CAC", "C"), 0, "CA", "");
    expect_change(at(1, "ACACA", "ACA"), 0, "CA", "");
    expect_change(at(0, "CACA", "CA"), 0, "CA", "");
}

TEST_F(Normalise, InsertionInARepeatMovesToTheContigStart) {
    expect_change(at(5, "A", "ACA"), 0, "", "CA");
    expect_change(at(0, "C", "CAC"), 0, "", "CA");
    expect_change(at(0, "CACACA", "CACACACA"), 0, "", "CA");
    expect_change(at(8, "G", "GG"), 6, "", "G");
    expect_change(at(5, "A", "AG"), 6, "", "G");
}

TEST_F(Normalise, TurnsTheInsertedTextWhenTheShiftIsNoMultipleOfItsLength) {
    expect_change(at(4, "C", "CAC"), 0, "", "CA");
    expect_change(at(11, "T", "TT"), 9, "", "T");
}

TEST_F(Normalise, DelinsIsTrimmedBehindThenInFront) {
    expect_change(at(5, "AGGGT", "ACCT"), 6, "GGG", "CC");
    expect_change(at(6, "GGGT", "GT"), 6, "GG", "");
    expect_change(at(8, "GTT", "CTTT"), 8, "G", "CT");
}

TEST_F(Normalise, StopsShiftingAtAnAssemblyGap) {
    expect_change(at(14, "A", "AA"), 14, "", "A");
}

TEST_F(Normalise, LooksOnlyAtTheBasesThatChangeForLettersOutsideAcgt) {
    expect_change(at(13, "NA", "NG"), 14, "A", "G");
    expect_change(at(17, "TRA", "TRC"), 19, "A", "C");
    expect_change(at(17, "TNA", "TNC"), 19, "A", "C");
    EXPECT_EQ(at(12, "N", "A"), Result(AlleleStatus::kNonAcgt));
    EXPECT_EQ(at(14, "A", "N"), Result(AlleleStatus::kNonAcgt));
    EXPECT_EQ(at(12, "NNA", "A"), Result(AlleleStatus::kNonAcgt));
    EXPECT_EQ(at(18, "R", "Y"), Result(AlleleStatus::kNonAcgt));
    EXPECT_EQ(at(14, "A", "A-"), Result(AlleleStatus::kNonAcgt));
    EXPECT_EQ(at(14, "A1", "A1C"), Result(AlleleStatus::kNonAcgt));
}

TEST_F(Normalise, SaysWhyThereIsNoChange) {
    EXPECT_EQ(at(6, "G", "*"), Result(AlleleStatus::kStar));
    EXPECT_EQ(at(6, "G", "<DEL>"), Result(AlleleStatus::kSymbolic));
    EXPECT_EQ(at(6, "A", "G"), Result(AlleleStatus::kRefMismatch));
    EXPECT_EQ(at(6, "N", "G"), Result(AlleleStatus::kRefMismatch));
    EXPECT_EQ(at(6, "G", "g"), Result(AlleleStatus::kSkipped));
    EXPECT_EQ(normalise(reference_, "d", 6, "G", "C"), Result(AlleleStatus::kContigMissing));
}

TEST_F(Normalise, RefPastTheContigEndIsAMismatchHoweverFarItIs) {
    expect_change(at(21, "T", "C"), 21, "T", "C");
    expect_change(at(20, "TT", "T"), 20, "T", "");
    EXPECT_EQ(at(21, "TN", "T"), Result(AlleleStatus::kRefMismatch));
    EXPECT_EQ(at(22, "N", "T"), Result(AlleleStatus::kRefMismatch));
    EXPECT_EQ(at(-1, "N", "T"), Result(AlleleStatus::kRefMismatch));
    EXPECT_EQ(at(9'000'000'000'000'000'000, "A", "T"), Result(AlleleStatus::kRefMismatch));
}

TEST_F(Normalise, ChangeAtTheContigEndMayBeSpelledWithTheBaseBehind) {
    // VCF spells a deletion of the first base with the base behind it.
    expect_change(at(0, "CA", "A"), 0, "C", "");
    expect_change(at(21, "T", "TGG"), 22, "", "GG");
}

TEST(NormaliseFar, ShiftsThroughARepeatLongerThanTheLargestPiece) {
    StringReference reference;
    std::string bases = "G";
    for (int i = 0; i < 70'000; ++i) {
        bases += "CA";
    }
    reference.add("c", bases + "T");
    expect_change(normalise(reference, "c", 140'000, "A", "ACA"), 1, "", "CA");
    expect_change(normalise(reference, "c", 139'999, "CA", "CACACA"), 1, "", "CACA");
    expect_change(normalise(reference, "c", 139'998, "ACA", "A"), 1, "CA", "");
}

}  // namespace
}  // namespace varhush::seq
