#include "apps/predict/sequence.hpp"

#include <gtest/gtest.h>

#include <random>

namespace varhush::apps {
namespace {

seq::StringReference reference() {
    seq::StringReference out;
    out.add("c", "AACCGGTTAACCGGTTAACCGGTT");
    return out;
}

TEST(WindowSequence, WithoutChangesIsTheReferenceWithNBeyondTheContig) {
    const auto middle = window_sequence(reference(), "c", {}, 12, 8);
    EXPECT_EQ(middle.bases, "AACCGGTT");
    EXPECT_EQ(middle.position.front(), 8);
    EXPECT_EQ(middle.index_of(12), 4);
    const auto left = window_sequence(reference(), "c", {}, 2, 8);
    EXPECT_EQ(left.bases, "NNAACCGG");
    EXPECT_EQ(left.index_of(0), 2);
    EXPECT_EQ(window_sequence(reference(), "c", {}, 24, 4).bases, "TTNN");
}

TEST(WindowSequence, ChangesKeepTheCentreInTheMiddle) {
    const std::vector<seq::Change> changes{{10, "C", "T"}, {11, "", "GGG"}, {14, "TT", ""}};
    const auto window = window_sequence(reference(), "c", changes, 12, 12);
    // Left of the centre: …A T, the inserted GGG and C; right of it G G, then what follows TT.
    EXPECT_EQ(window.bases, "ATGGGCGGAACC");
    EXPECT_EQ(window.index_of(11), 5);
    EXPECT_EQ(window.index_of(12), 6);
    EXPECT_FALSE(window.holds(14));
    EXPECT_TRUE(window.holds(16));
    EXPECT_EQ(window.position[static_cast<std::size_t>(window.index_of(14))], 16);
}

TEST(WindowSequence, ADeletionOverTheCentreTakesTheNextBase) {
    const std::vector<seq::Change> changes{{8, "AACCGGTT", ""}};
    const auto window = window_sequence(reference(), "c", changes, 12, 8);
    EXPECT_EQ(window.bases, "GGTTAACC");
    EXPECT_EQ(window.index_of(12), 4);
    EXPECT_EQ(window.position[4], 16);
    EXPECT_FALSE(window.holds(12));
}

TEST(WindowSequence, SaysOverWhichBasesItReaches) {
    const auto plain = window_sequence(reference(), "c", {}, 12, 8);
    EXPECT_EQ(plain.begin, 8);
    EXPECT_EQ(plain.end, 16);
    // Deleted bases at the end are within reach, what insertions push out is not.
    const std::vector<seq::Change> deleted{{15, "TA", ""}};
    EXPECT_EQ(window_sequence(reference(), "c", deleted, 12, 8).end, 18);
    const std::vector<seq::Change> inserted{{10, "", "TTT"}, {14, "", "TTTTT"}};
    const auto short_of = window_sequence(reference(), "c", inserted, 12, 8);
    EXPECT_EQ(short_of.bases, "TTCCGGTT");
    EXPECT_EQ(short_of.begin, 10);
    EXPECT_EQ(short_of.end, 14);
}

TEST(WindowSequence, IndexAndPositionAgreeForRandomChanges) {
    std::mt19937 random(7);
    std::string bases;
    for (int i = 0; i < 4000; ++i) {
        bases += "ACGT"[random() % 4];
    }
    seq::StringReference source;
    source.add("c", bases);
    for (int round = 0; round < 50; ++round) {
        std::vector<seq::Change> changes;
        std::string whole;
        std::vector<std::int64_t> where;
        for (std::int64_t at = 0; at < 4000;) {
            const auto gap = static_cast<std::int64_t>(random() % 40 + 1);
            for (std::int64_t i = 0; i < gap && at < 4000; ++i, ++at) {
                whole += bases[static_cast<std::size_t>(at)];
                where.push_back(at);
            }
            const auto taken = static_cast<std::int64_t>(random() % 5);
            const auto given = static_cast<std::int64_t>(random() % 5);
            if (at + taken >= 4000 || taken + given == 0) {
                continue;
            }
            seq::Change change{
                at,
                bases.substr(static_cast<std::size_t>(at), static_cast<std::size_t>(taken)),
                ""};
            for (std::int64_t i = 0; i < given; ++i) {
                change.alt += "ACGT"[random() % 4];
                whole += change.alt.back();
                where.push_back(i < taken ? at + i : WindowSequence::kInserted);
            }
            at += taken;
            changes.push_back(change);
        }
        const auto window = window_sequence(source, "c", changes, 2000, 512);
        const std::size_t first = whole.find(window.bases);
        ASSERT_NE(first, std::string::npos) << round;
        for (std::size_t i = 0; i < 512; ++i) {
            ASSERT_EQ(window.position[i], where[first + i]) << round;
            if (window.position[i] >= 0) {
                ASSERT_EQ(window.index_of(window.position[i]), static_cast<std::int64_t>(i));
                ASSERT_TRUE(window.holds(window.position[i]));
            }
        }
    }
}

}  // namespace
}  // namespace varhush::apps
