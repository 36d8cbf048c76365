#include "varhush/scoring/sequence_profile.hpp"

#include "varhush/core/error.hpp"
#include "varhush/scoring/sequence_watch.hpp"
#include "varhush/seq/alphabet.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

namespace varhush::scoring {
namespace {

// Bases that follow each other as in mammals: C is seldom followed by G.
std::string mammal_like(std::size_t length, unsigned seed) {
    std::mt19937 engine(seed);
    std::string bases = "A";
    while (bases.size() < length) {
        const char next = "AACGTT"[engine() % 6];
        if (bases.back() == 'C' && next == 'G' && engine() % 5 != 0) {
            continue;
        }
        bases += next;
    }
    return bases;
}

SequenceProfile mammal_profile() {
    std::vector<ProfileFeatures> windows;
    for (unsigned i = 0; i < 400; ++i) {
        windows.push_back(*profile_features(mammal_like(2000, i)));
    }
    return SequenceProfile::of(windows, 2000, 0);
}

TEST(ProfileFeatures, AreSharesOfTrimersOfBothStrands) {
    // AAA and TTT are one feature, and the only one here: 3 trimers of 3.
    const auto features = profile_features("AAAAA");
    ASSERT_TRUE(features);
    EXPECT_FLOAT_EQ((*features)[0], 1);
    EXPECT_EQ(std::count(features->begin(), features->end(), 0.0F), 31);
    EXPECT_EQ(*profile_features("TTTTT"), *features);
    // ACG twice (once as CGT), two trimers: AC G, CG T.
    const auto both = *profile_features("ACGT");
    EXPECT_EQ(std::count(both.begin(), both.end(), 1.0F), 1);
    const std::string bases = mammal_like(999, 3);
    EXPECT_EQ(profile_features(bases), profile_features(seq::reverse_complement(bases)));
}

TEST(ProfileFeatures, UnknownBasesDoNotCount) {
    EXPECT_EQ(profile_features("NNAAAAAAANN"), profile_features("AAAAAAA"));
    EXPECT_FALSE(profile_features("NNNNNNAAAA"));
    EXPECT_FALSE(profile_features("AC"));
    EXPECT_FALSE(profile_features(""));
}

TEST(SequenceProfile, NewWindowsOfTheSameKindHaveOrdinaryRanks) {
    const auto profile = mammal_profile();
    double sum = 0;
    for (unsigned i = 0; i < 200; ++i) {
        sum += profile.rank(*profile_features(mammal_like(2000, 10'000 + i)));
    }
    EXPECT_NEAR(sum / 200, 0.5, 0.1);
}

TEST(SequenceProfile, ShuffledBasesAndOtherCompositionsAreUnlike) {
    const auto profile = mammal_profile();
    std::mt19937 engine(9);
    for (unsigned i = 0; i < 50; ++i) {
        std::string bases = mammal_like(2000, 20'000 + i);
        std::shuffle(bases.begin(), bases.end(), engine);
        EXPECT_GT(profile.rank(*profile_features(bases)), 0.99);
    }
    EXPECT_EQ(profile.rank(*profile_features(std::string(2000, 'A'))),
              profile.distances().highest());
}

TEST(SequenceProfile, EqualWindowsGiveAProfileToo) {
    const std::vector<ProfileFeatures> windows(100, *profile_features("ACGTTGCA"));
    const auto profile = SequenceProfile::of(windows, 8, 0);
    EXPECT_DOUBLE_EQ(profile.rank(windows[0]), 0.5);
    EXPECT_EQ(profile.rank(*profile_features("AAAAAAAA")), profile.distances().highest());
}

TEST(SequenceProfile, RefusesDamagedParts) {
    const auto grid = RankGrid::of({1, 2}, 0);
    EXPECT_THROW(SequenceProfile(100, {}, std::vector<float>(3), grid), Error);
    EXPECT_THROW(SequenceProfile(100, {}, std::vector<float>(528, NAN), grid), Error);
    EXPECT_THROW(SequenceProfile(0, {}, std::vector<float>(528, 1), grid), Error);
    EXPECT_NO_THROW(SequenceProfile(100, {}, std::vector<float>(528, 1), grid));
}

TEST(SequenceWatch, EverySpellingSeesTheSameWindow) {
    seq::StringReference reference;
    const std::string bases = mammal_like(6000, 1);
    reference.add("chr1", bases);
    const SequenceWatch watch(reference, 2000);
    const auto plain =
        watch.look({"chr1", 2999, bases.substr(2999, 4), {bases.substr(2999, 1)}}, 0);
    const auto padded = watch.look(
        {"chr1", 2990, bases.substr(2990, 20), {bases.substr(2990, 10) + bases.substr(3003, 7)}},
        0);
    ASSERT_TRUE(plain && padded);
    EXPECT_EQ(plain->ref, padded->ref);
    EXPECT_FALSE(plain->alt);
    EXPECT_FALSE(watch.look({"chr1", 2999, "N", {"<DEL>"}}, 0));
    EXPECT_FALSE(watch.look({"chr9", 2999, "A", {"C"}}, 0));
}

TEST(SequenceWatch, UnknownBasesAndLongInsertionsShow) {
    seq::StringReference reference;
    const std::string bases = mammal_like(3000, 1);
    reference.add("chr1", bases);
    const SequenceWatch watch(reference, 2000);
    const auto profile = mammal_profile();
    const std::string ref(1, bases[1500]);
    const auto inside = watch.look({"chr1", 1500, ref, {ref + std::string(900, 'G')}}, 0);
    ASSERT_TRUE(inside && inside->ref && inside->alt);
    EXPECT_EQ(inside->unknown_share, 0);
    EXPECT_EQ(unlikeness(profile, *inside), profile.distances().highest());
    // 500 of 2,000 bases lie before the contig.
    const std::string other = bases[500] == 'A' ? "C" : "A";
    const auto edge = watch.look({"chr1", 500, bases.substr(500, 1), {other}}, 0);
    ASSERT_TRUE(edge);
    EXPECT_DOUBLE_EQ(edge->unknown_share, 0.25);
    EXPECT_GE(unlikeness(profile, *edge), 0.5);
}

TEST(SpreadWindows, CoverAllContigsEvenly) {
    seq::StringReference reference;
    reference.add("a", mammal_like(10'000, 1));
    reference.add("b", std::string(10'000, 'N'));
    reference.add("c", mammal_like(10'500, 2));
    EXPECT_EQ(spread_windows(reference, 100, 1'000'000).size(), 205U);
    EXPECT_EQ(spread_windows(reference, 100, 61).size(), 20U + 21U);  // every fifth of 305
    EXPECT_TRUE(spread_windows(reference, 20'000, 10).empty());
}

}  // namespace
}  // namespace varhush::scoring
