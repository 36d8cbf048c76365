#include "varhush/sirna/genome_placement.hpp"

#include "varhush/core/error.hpp"

#include <gtest/gtest.h>

namespace varhush::sirna {
namespace {

using seq::Interval;

// Exons 100-110, 200-205, 300-320: 35 bases.
const std::vector<Interval> kExons{{100, 110}, {200, 205}, {300, 320}};

TEST(GenomePlacement, CountsFromTheFivePrimeEndOfEitherStrand) {
    const GenomePlacement plus("chr1", '+', kExons);
    EXPECT_EQ(plus.size(), 35U);
    EXPECT_EQ(plus.to_genome(0), 100);
    EXPECT_EQ(plus.to_genome(9), 109);
    EXPECT_EQ(plus.to_genome(10), 200);
    EXPECT_EQ(plus.to_genome(15), 300);
    EXPECT_EQ(plus.to_genome(34), 319);
    const GenomePlacement minus("chr1", '-', kExons);
    EXPECT_EQ(minus.to_genome(0), 319);
    EXPECT_EQ(minus.to_genome(19), 300);
    EXPECT_EQ(minus.to_genome(20), 204);
    EXPECT_EQ(minus.to_genome(25), 109);
    EXPECT_EQ(minus.to_genome(34), 100);
}

TEST(GenomePlacement, GoesBackAndForthForEveryBase) {
    for (const char strand : {'+', '-'}) {
        const GenomePlacement placement("chr1", strand, kExons);
        std::size_t mapped = 0;
        for (std::int64_t position = 90; position < 330; ++position) {
            if (const auto base = placement.to_transcript(position)) {
                EXPECT_EQ(placement.to_genome(*base), position) << strand;
                ++mapped;
            }
        }
        EXPECT_EQ(mapped, placement.size());
    }
}

TEST(GenomePlacement, HasNoBaseInIntronsAndOutside) {
    const GenomePlacement placement("chr1", '-', kExons);
    for (const std::int64_t position : {0, 99, 110, 150, 199, 205, 299, 320, 1000}) {
        EXPECT_FALSE(placement.to_transcript(position)) << position;
    }
}

TEST(GenomePlacement, CutsAStretchAtEveryIntron) {
    const GenomePlacement plus("chr1", '+', kExons);
    EXPECT_EQ(plus.pieces(8, 17), (std::vector<Interval>{{108, 110}, {200, 205}, {300, 302}}));
    EXPECT_EQ(plus.pieces(0, 10), (std::vector<Interval>{{100, 110}}));
    const GenomePlacement minus("chr1", '-', kExons);
    EXPECT_EQ(minus.pieces(18, 27), (std::vector<Interval>{{108, 110}, {200, 205}, {300, 302}}));
    EXPECT_EQ(minus.pieces(0, 3), (std::vector<Interval>{{317, 320}}));
}

TEST(GenomePlacement, RefusesExonsThatAreNone) {
    EXPECT_THROW(GenomePlacement("chr1", '+', {}), Error);
    EXPECT_THROW(GenomePlacement("chr1", '+', {{100, 110}, {105, 120}}), Error);
    EXPECT_THROW(GenomePlacement("chr1", '+', {{200, 210}, {100, 110}}), Error);
    EXPECT_THROW(GenomePlacement("chr1", '+', {{100, 100}}), Error);
}

}  // namespace
}  // namespace varhush::sirna
