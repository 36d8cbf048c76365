#include "varhush/seq/haplotype.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace varhush::seq {
namespace {

class CanonicalChanges : public testing::Test {
  protected:
    //                                        0123456789012345678901234
    CanonicalChanges() { reference_.add("c", "ACGTCACACACAGGGTTTACGTACG"); }

    [[nodiscard]] std::optional<std::vector<Change>> of(std::vector<Change> changes) const {
        return canonical_changes(reference_, "c", std::move(changes));
    }

    StringReference reference_;
};

TEST_F(CanonicalChanges, AReplacementOfSeveralBasesIsItsSingleBases) {
    const std::vector<Change> split{{1, "C", "T"}, {3, "T", "A"}};
    EXPECT_EQ(of({{1, "CGT", "TGA"}}), split);
    EXPECT_EQ(of({{3, "T", "A"}, {1, "C", "T"}}), split);
}

TEST_F(CanonicalChanges, InsertionsAndDeletionsGoLeftAsFarAsTheHaplotypeLetsThem) {
    EXPECT_EQ(of({{10, "CA", ""}}), (std::vector<Change>{{4, "CA", ""}}));
    EXPECT_EQ(of({{12, "", "CA"}}), (std::vector<Change>{{4, "", "CA"}}));
    // Another change within the repeat stops them one base behind it: beside it they are one.
    EXPECT_EQ(of({{6, "C", "T"}, {10, "CA", ""}}), (std::vector<Change>{{6, "CAC", "T"}}));
    EXPECT_EQ(of({{4, "C", "T"}, {13, "G", ""}}),
              (std::vector<Change>{{4, "C", "T"}, {12, "G", ""}}));
}

TEST_F(CanonicalChanges, WhatTouchesAnInsertionOrDeletionIsOneWithIt) {
    const std::vector<Change> joined{{18, "A", "TGG"}};
    EXPECT_EQ(of({{18, "A", "TGG"}}), joined);
    EXPECT_EQ(of({{18, "A", "T"}, {19, "", "GG"}}), joined);
    EXPECT_EQ(of({{19, "", "GG"}, {18, "A", "T"}}), joined);
    EXPECT_EQ(of({{18, "A", "G"}, {19, "C", "T"}}),
              (std::vector<Change>{{18, "A", "G"}, {19, "C", "T"}}));
}

TEST_F(CanonicalChanges, OverlapsHaveNone) {
    EXPECT_FALSE(of({{4, "CAC", ""}, {5, "A", "G"}}));
    EXPECT_FALSE(of({{5, "", "G"}, {5, "", "T"}}));
    EXPECT_FALSE(of({{4, "CACA", ""}, {6, "CACA", ""}}));
    EXPECT_TRUE(of({{4, "C", "T"}, {4, "C", "T"}}));  // the same twice
}

TEST_F(CanonicalChanges, WhatCancelsOutIsNothing) {
    EXPECT_EQ(of({{18, "A", ""}, {19, "", "A"}}), std::vector<Change>{});
}

TEST_F(CanonicalChanges, MergedChangeSpellsTheWholeStretch) {
    const std::vector<Change> changes{{1, "C", "T"}, {4, "CA", ""}, {8, "", "GG"}};
    EXPECT_EQ(merged_change(reference_, "c", changes), (Change{1, "CGTCACA", "TGTCAGG"}));
}

TEST_F(CanonicalChanges, PositionsMoveWithTheChangesLeftOfThem) {
    const std::vector<Change> changes{{1, "C", "T"}, {4, "CA", ""}, {8, "", "GG"}};
    EXPECT_EQ(haplotype_position(changes, 3), 3);
    EXPECT_EQ(haplotype_position(changes, 5), 4);  // deleted: where the deletion lies
    EXPECT_EQ(haplotype_position(changes, 7), 5);
    EXPECT_EQ(haplotype_position(changes, 8), 8);  // behind the inserted bases
    EXPECT_EQ(haplotype_position(changes, 20), 20);
}

std::string applied(const StringReference& reference, const std::vector<Change>& changes) {
    std::string bases;
    std::int64_t at = 0;
    for (const Change& change : changes) {
        bases += reference.fetch("r", at, change.start) + change.alt;
        at = change.end();
    }
    return bases + reference.fetch("r", at, *reference.length_bp("r"));
}

// Random disjoint changes in a sequence of repeats: the canonical list gives the same sequence, is
// its own canonical list, and does not depend on order or on how replacements are split.
TEST(CanonicalChangesProperty, SameSequenceAndOneSpelling) {
    std::mt19937 random(5);
    for (int round = 0; round < 3000; ++round) {
        std::string bases;
        while (bases.size() < 60) {
            bases += std::string(1 + random() % 4, "ACGT"[random() % 4]);
        }
        StringReference reference;
        reference.add("r", bases);
        std::vector<Change> changes;
        std::vector<Change> split;
        for (std::int64_t at = random() % 6; at < 52; at += 1 + random() % 9) {
            const auto removed = static_cast<std::int64_t>(random() % 4);
            std::string alt;
            for (std::size_t i = random() % 4; i > 0; --i) {
                alt += "ACGT"[random() % 4];
            }
            const Change change = trimmed_in_place(at, reference.fetch("r", at, at + removed), alt);
            if (change.ref.empty() && change.alt.empty()) {
                continue;
            }
            const bool free = changes.empty() || change.start > changes.back().end() ||
                              (change.start == changes.back().end() && !change.ref.empty() &&
                               !changes.back().ref.empty());
            if (!free) {
                continue;
            }
            changes.push_back(change);
            if (change.ref.size() == change.alt.size()) {
                for (std::size_t i = 0; i < change.ref.size(); ++i) {
                    if (change.ref[i] != change.alt[i]) {
                        split.push_back({change.start + static_cast<std::int64_t>(i),
                                         change.ref.substr(i, 1),
                                         change.alt.substr(i, 1)});
                    }
                }
            } else {
                split.push_back(change);
            }
            at = change.end();
        }
        const auto canonical = canonical_changes(reference, "r", changes);
        ASSERT_TRUE(canonical);
        EXPECT_EQ(applied(reference, *canonical), applied(reference, changes)) << bases;
        EXPECT_EQ(canonical_changes(reference, "r", *canonical), canonical) << bases;
        std::shuffle(split.begin(), split.end(), random);
        EXPECT_EQ(canonical_changes(reference, "r", split), canonical) << bases;
    }
}

}  // namespace
}  // namespace varhush::seq
