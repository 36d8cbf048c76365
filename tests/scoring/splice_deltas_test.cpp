#include "splice_deltas.hpp"

#include "splice_format.hpp"

#include <gtest/gtest.h>

namespace varhush::scoring {
namespace {

// One channel, window rows 0..6, change at row 3.
std::vector<float> realigned(std::vector<float> alt, std::int64_t removed, std::int64_t inserted) {
    return realign(alt, 1, 100, 7, 103, removed, inserted);
}

TEST(Realign, SubstitutionStaysInPlace) {
    EXPECT_EQ(realigned({1, 2, 3, 4, 5, 6, 7}, 1, 1), (std::vector<float>{1, 2, 3, 4, 5, 6, 7}));
    EXPECT_EQ(realigned({1, 2, 3, 4, 5, 6, 7}, 2, 2), (std::vector<float>{1, 2, 3, 4, 5, 6, 7}));
}

TEST(Realign, DeletedPositionsAreZero) {
    EXPECT_EQ(realigned({1, 2, 3, 6, 7}, 2, 0), (std::vector<float>{1, 2, 3, 0, 0, 6, 7}));
}

TEST(Realign, DeletionPastTheWindowLeavesWhatLiesBefore) {
    EXPECT_EQ(realigned({1, 2, 3}, 20, 0), (std::vector<float>{1, 2, 3, 0, 0, 0, 0}));
}

TEST(Realign, InsertionGoesByItsMaximumToTheBaseBefore) {
    EXPECT_EQ(realigned({1, 2, 3, 9, 8, 4, 5, 6, 7}, 0, 2),
              (std::vector<float>{1, 2, 9, 4, 5, 6, 7}));
}

TEST(Realign, InsertionBeforeTheFirstBaseOfAContigGoesToThatBase) {
    // Window from -2 on, insertion of two at 0.
    EXPECT_EQ(realign(std::vector<float>{0, 0, 9, 8, 3, 4, 5}, 1, -2, 5, 0, 0, 2),
              (std::vector<float>{0, 0, 9, 4, 5}));
}

TEST(Realign, ReplacementPairsFirstAndThenDropsOrCollects) {
    EXPECT_EQ(realigned({1, 2, 3, 9, 6, 7}, 2, 1), (std::vector<float>{1, 2, 3, 9, 0, 6, 7}));
    EXPECT_EQ(realigned({1, 2, 3, 4, 9, 5, 6, 7}, 1, 2), (std::vector<float>{1, 2, 3, 9, 5, 6, 7}));
}

TEST(Realign, SeveralChangesEachMoveWhatLiesBehindThem) {
    // Positions 100..109: a base replaced, two deleted at 103, two inserted before 107.
    const std::vector<seq::Change> changes{{101, "A", "C"}, {103, "GG", ""}, {107, "", "TT"}};
    EXPECT_EQ(realign(std::vector<float>{0, 1, 2, 5, 6, 9, 8, 7, 80, 90}, 1, 100, 10, 100, changes),
              (std::vector<float>{0, 1, 2, 0, 0, 5, 9, 7, 80, 90}));
    // The same seen from a window behind the first two.
    EXPECT_EQ(realign(std::vector<float>{6, 9, 8, 7, 80}, 1, 106, 3, 104, changes),
              (std::vector<float>{9, 7, 80}));
    // A window that begins inside the deletion, and one that ends before the insertion.
    EXPECT_EQ(realign(std::vector<float>{5, 6, 9, 8}, 1, 104, 3, 103, changes),
              (std::vector<float>{0, 5, 9}));
    EXPECT_EQ(realign(std::vector<float>{0, 1, 2, 5}, 1, 100, 6, 100, changes),
              (std::vector<float>{0, 1, 2, 0, 0, 5}));
}

TEST(Realign, ChangesFarApartLeaveTheBasesBetweenThemInPlace) {
    const std::vector<seq::Change> changes{{100, "A", "C"}, {106, "A", "C"}};
    EXPECT_EQ(realign(std::vector<float>{1, 2, 3, 4, 5, 6, 7}, 1, 100, 7, 100, changes),
              (std::vector<float>{1, 2, 3, 4, 5, 6, 7}));
}

// Three classes, three positions: acceptor falls at 0, donor rises at 2.
const std::vector<float> kRef{0.1F, 0.9F, 0, 1, 0, 0, 1, 0, 0};
const std::vector<float> kAlt{0.7F, 0.3F, 0, 1, 0, 0, 0.5F, 0, 0.5F};

TEST(Deltas, FindGainsAndLossesWithTheirPlaces) {
    const auto deltas = three_class_deltas(kRef, kAlt, {});
    EXPECT_NEAR(deltas[0].score, 0, 1e-7);
    EXPECT_NEAR(deltas[1].score, 0.6, 1e-6);
    EXPECT_EQ(deltas[1].offset, 0);
    EXPECT_NEAR(deltas[1].ref, 0.9, 1e-6);
    EXPECT_NEAR(deltas[1].alt, 0.3, 1e-6);
    EXPECT_NEAR(deltas[2].score, 0.5, 1e-6);
    EXPECT_EQ(deltas[2].offset, 2);
}

TEST(Deltas, MaskDropsLossAwayFromAndGainAtExonEnds) {
    const BoundaryMask mask{{false, false, true}};
    const auto deltas = three_class_deltas(kRef, kAlt, mask);
    EXPECT_NEAR(deltas[1].score, 0, 1e-7);  // the acceptor lost is not annotated
    EXPECT_NEAR(deltas[2].score, 0, 1e-7);  // the donor gained is annotated
    const BoundaryMask other{{true, false, false}};
    EXPECT_NEAR(three_class_deltas(kRef, kAlt, other)[1].score, 0.6, 1e-6);
    EXPECT_NEAR(three_class_deltas(kRef, kAlt, other)[2].score, 0.5, 1e-6);
}

TEST(Deltas, TissuesTakeTheLargestOfEachSign) {
    const std::vector<float> ref{0.5F, 0.2F, 0.5F, 0.5F};
    const std::vector<float> alt{0.6F, 0.9F, 0.1F, 0.4F};
    const auto deltas = tissue_deltas(ref, alt, 2, {});
    EXPECT_NEAR(deltas[0].score, 0.7, 1e-6);
    EXPECT_EQ(deltas[0].channel, 1U);
    EXPECT_NEAR(deltas[1].score, 0.4, 1e-6);
    EXPECT_EQ(deltas[1].offset, 1);
}

TEST(Format, ConsequenceNamesLargeEffectsLargestFirst) {
    std::vector<Delta> deltas(4);
    EXPECT_EQ(consequence(deltas), "no_splice_effect");
    deltas[1].score = 0.3;
    deltas[2].score = 0.9;
    deltas[3].score = 0.19;
    EXPECT_EQ(consequence(deltas), "donor_gain&acceptor_loss");
}

TEST(Format, PackedEntryHasAValueForEveryField) {
    std::vector<Delta> deltas(4);
    deltas[0] = {-1e-9, 7, 0.25, 0.5, kAcceptor};
    const PackedGene gene{"T", "GENE", "ENSG1", "ENST1", '-', -50};
    const std::string entry = pack(gene, deltas, true);
    EXPECT_EQ(
        entry,
        "T|no_splice_effect|GENE|ENSG1|ENST1|-|0.0000|0.0000|0.0000|0.0000|-43|-50|-50|-50|0.2500|"
        "0.0000|0.0000|0.0000|0.5000|0.0000|0.0000|0.0000");
    const std::string fields = packed_fields(false, true);
    EXPECT_EQ(std::count(entry.begin(), entry.end(), '|'),
              std::count(fields.begin(), fields.end(), '|'));
    const std::string tissue_fields = packed_fields(true, true);
    const std::string tissue_entry = pack(gene, std::vector<Delta>(2), true);
    EXPECT_EQ(std::count(tissue_entry.begin(), tissue_entry.end(), '|'),
              std::count(tissue_fields.begin(), tissue_fields.end(), '|'));
}

}  // namespace
}  // namespace varhush::scoring
