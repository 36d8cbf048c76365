// Motifs and the sequences that `bench grammar` makes of them.
#include "apps/bench/composition.hpp"
#include "varhush/core/error.hpp"
#include "varhush/seq/alphabet.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace varhush::apps {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr double kThreshold = 0.85;

Motif counted() {
    io::CountMatrix counts;
    counts.name = "M";
    // Columns A, A, C, G (a little C), and one that says nearly nothing.
    counts.counts = {{{99, 99, 0, 0, 30}, {0, 0, 99, 10, 20}, {0, 0, 0, 89, 25}, {0, 0, 0, 0, 24}}};
    return Motif(counts);
}

TEST(Motif, FitGoesFromTheWorstWordToTheBestOnEitherStrand) {
    const Motif motif = counted();
    EXPECT_EQ(motif.best(), "AACGA");
    EXPECT_DOUBLE_EQ(motif.fit("AACGA"), 1);
    EXPECT_DOUBLE_EQ(motif.fit("TCGTT"), 1);
    EXPECT_LT(motif.fit("CTTAC"), 0.3);
    EXPECT_EQ(motif.fit("AANGA"), 0);
    // By hand, one column: shares of (count + 1/4) / 100 for 99 and 0, against a quarter.
    const double most = std::log2(0.9925 / 0.25);
    const double least = std::log2(0.0025 / 0.25);
    const double last_best = std::log2(30.25 / 100 / 0.25);
    const double last_worst = std::log2(20.25 / 100 / 0.25);
    const double fourth = std::log2(89.25 / 100 / 0.25);
    const double range = 3 * (most - least) + (fourth - least) + (last_best - last_worst);
    EXPECT_NEAR(motif.fit("AACGC"), 1 - (last_best - last_worst) / range, 1e-12);
    EXPECT_NEAR(motif.fit("CACGA"), 1 - (most - least) / range, 1e-12);
}

TEST(Motif, BreaksTheMostInformativeBasesFirst) {
    const Motif motif = counted();
    EXPECT_EQ(motif.by_information().front(), 0U);
    EXPECT_EQ(motif.by_information().back(), 4U);
    const std::string broken = motif.broken(kThreshold);
    EXPECT_EQ(broken.substr(1), "ACGA");
    EXPECT_NE(broken[0], 'A');
    EXPECT_LT(motif.fit(broken), kThreshold);
}

TEST(Motif, ConsensusKnowsIupac) {
    const Motif motif = Motif::from_consensus("AP1=TGASTCA");
    EXPECT_EQ(motif.name(), "AP1");
    EXPECT_DOUBLE_EQ(motif.fit("TGACTCA"), 1);
    EXPECT_DOUBLE_EQ(motif.fit("TGAGTCA"), 1);
    EXPECT_LT(motif.fit("TGAATCA"), 1);
    EXPECT_THAT(motif.instances("CCTGAGTCACC", kThreshold), ElementsAre(2U));
    for (const char* bad : {"AP1", "=TGACTCA", "AP1=TGX", "AP1=TGAXTCA", "AP1=TGA"}) {
        EXPECT_THROW(static_cast<void>(Motif::from_consensus(bad)), Error) << bad;
    }
}

std::size_t count(const Motif& motif, const std::string& bases) {
    return motif.instances(bases, kThreshold).size();
}

TEST(Composer, EverySequenceHoldsWhatItsNameSays) {
    const NeutralSequence neutral;
    const Composer composer(neutral, 145, kThreshold);
    const Motif motif = Motif::from_consensus("X=GATTACAC");
    train::Random random(4);
    for (int i = 0; i < 30; ++i) {
        const auto s = composer.motif(motif, random);
        EXPECT_EQ(count(motif, s.none), 0U);
        EXPECT_EQ(count(motif, s.broken), 0U);
        EXPECT_EQ(s.planted.substr(s.place, 8), "GATTACAC");
        EXPECT_EQ(s.reversed.substr(s.place, 8), seq::reverse_complement("GATTACAC"));
        EXPECT_EQ(s.moved.substr(s.place + 10, 8), "GATTACAC");
        EXPECT_EQ(s.moved_far.substr(s.far_place, 8), "GATTACAC");
        for (const auto* one : {&s.planted, &s.reversed, &s.moved, &s.moved_far}) {
            EXPECT_EQ(count(motif, *one), 1U);
            EXPECT_EQ(one->size(), 145U);
        }
        // Broken differs from planted in the motif alone, and in few bases.
        EXPECT_EQ(s.broken.substr(0, s.place), s.planted.substr(0, s.place));
        EXPECT_EQ(s.broken.substr(s.place + 8), s.planted.substr(s.place + 8));
    }
}

TEST(Composer, PairsHoldBothOneOrNone) {
    const NeutralSequence neutral;
    const Composer composer(neutral, 145, kThreshold);
    const Motif a = Motif::from_consensus("A=GATTACAC");
    const Motif b = Motif::from_consensus("B=CCATGTTG");
    train::Random random(4);
    for (int i = 0; i < 30; ++i) {
        const auto s = composer.pair(a, b, random);
        EXPECT_THAT(a.instances(s.both, kThreshold), ElementsAre(s.place_a));
        EXPECT_THAT(b.instances(s.both, kThreshold), ElementsAre(s.place_b));
        EXPECT_THAT(a.instances(s.only_a, kThreshold), ElementsAre(s.place_a));
        EXPECT_THAT(b.instances(s.only_a, kThreshold), IsEmpty());
        EXPECT_THAT(a.instances(s.only_b, kThreshold), IsEmpty());
        EXPECT_THAT(b.instances(s.only_b, kThreshold), ElementsAre(s.place_b));
        EXPECT_EQ(count(a, s.neither) + count(b, s.neither), 0U);
        EXPECT_EQ(s.place_b, s.place_a + 8 + 10);
    }
}

TEST(Composer, RefusesWhatCannotBeMade) {
    const NeutralSequence neutral;
    train::Random random(1);
    const Motif motif = Motif::from_consensus("X=GATTACAC");
    EXPECT_THROW(static_cast<void>(Composer(neutral, 30, kThreshold).motif(motif, random)), Error);
    // Every word of four bases fits a motif of N at least so well.
    EXPECT_THROW(
        static_cast<void>(
            Composer(neutral, 145, kThreshold).motif(Motif::from_consensus("ANY=NNNA"), random)),
        Error);
}

TEST(NeutralSequence, HasThePairsOfItsSource) {
    seq::StringReference reference;
    std::string bases;
    for (int i = 0; i < 200; ++i) {
        bases += "ACGGT";
    }
    reference.add("c", bases);
    const NeutralSequence neutral(reference);
    train::Random random(2);
    const std::string drawn = neutral.draw(4000, random);
    EXPECT_EQ(drawn.find("AG"), std::string::npos);
    EXPECT_EQ(drawn.find("CA"), std::string::npos);
    std::size_t gg = 0;
    std::size_t gt = 0;
    for (std::size_t i = 1; i < drawn.size(); ++i) {
        gg += drawn.compare(i - 1, 2, "GG") == 0 ? 1 : 0;
        gt += drawn.compare(i - 1, 2, "GT") == 0 ? 1 : 0;
    }
    EXPECT_NEAR(static_cast<double>(gg) / static_cast<double>(gg + gt), 0.5, 0.05);
    seq::StringReference poor;
    poor.add("c", "AAAAACCCC");
    EXPECT_THROW(static_cast<void>(NeutralSequence(poor)), Error);
}

}  // namespace
}  // namespace varhush::apps
