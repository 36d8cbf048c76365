#include "varhush/train/splice_tile.hpp"

#include "train_support.hpp"
#include "varhush/core/error.hpp"
#include "varhush/seq/alphabet.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace varhush::train {
namespace {

using testing::HasSubstr;

seq::StringReference reference_of(const std::string& bases) {
    seq::StringReference reference;
    reference.add("c", bases);
    return reference;
}

TEST(OrientedBases, MasksOutsideTheGeneAndPadsPastTheContig) {
    const auto reference = reference_of("ACGTACGTAC");
    TileSpec tile{"c", 2, 6};
    EXPECT_EQ(oriented_bases(reference, tile, 4), "NNACGTACGTAC");
    tile.masked = true;
    tile.gene_start = 1;
    tile.gene_end = 7;
    EXPECT_EQ(oriented_bases(reference, tile, 4), "NNNCGTACGNNN");
    tile.minus = true;
    EXPECT_EQ(oriented_bases(reference, tile, 4), "NNNCGTACGNNN");
    tile.gene_end = 8;
    EXPECT_EQ(oriented_bases(reference, tile, 4), "NNACGTACGNNN");
}

TEST(OrientedSites, PointAtTheSameBaseOnBothStrands) {
    test::ToyGenome toy(4'000);
    auto& sites = toy.annotation.sites["c"];
    for (std::size_t i = 0, n = sites.size(); i < n; ++i) {
        sites.push_back({sites[i].position, sites[i].donor, true});
    }
    std::sort(sites.begin(), sites.end(), [](const SpliceSite& a, const SpliceSite& b) {
        return a.position < b.position;
    });
    const TileSpec plus{"c", 450, 1450};
    TileSpec minus = plus;
    minus.minus = true;
    const auto on_plus = oriented_sites(toy.annotation, plus);
    const auto on_minus = oriented_sites(toy.annotation, minus);
    ASSERT_EQ(on_plus.size(), 4U);
    ASSERT_EQ(on_minus.size(), 4U);
    const std::string forward = oriented_bases(toy.reference, plus, 0);
    const std::string backward = oriented_bases(toy.reference, minus, 0);
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(on_plus[i].index + on_minus[i].index, 999);
        EXPECT_EQ(forward[static_cast<std::size_t>(on_plus[i].index)],
                  seq::complement(backward[static_cast<std::size_t>(on_minus[i].index)]));
    }
    // In transcript direction a donor is followed by GT.
    EXPECT_TRUE(on_plus[1].donor);
    EXPECT_EQ(forward.substr(static_cast<std::size_t>(on_plus[1].index) + 1, 2), "GT");
}

TEST(AnnotatedTile, LabelsOneAtEachSiteAndKeepsTheFlank) {
    const test::ToyGenome toy(4'000);
    const Tile tile = annotated_tile(toy.reference, toy.annotation, {"c", 450, 1450});
    EXPECT_EQ(tile.length(), 1000);
    EXPECT_EQ(tile.bases.size(), static_cast<std::size_t>(1000 + 2 * kTileFlank));
    float acceptors = 0;
    float donors = 0;
    for (std::size_t i = 0; i < 1000; ++i) {
        acceptors += tile.acceptor[i];
        donors += tile.donor[i];
    }
    EXPECT_EQ(acceptors, 2.0F);
    EXPECT_EQ(donors, 2.0F);
    for (const auto& site : tile.sites) {
        if (site.donor) {
            EXPECT_EQ(tile.donor[static_cast<std::size_t>(site.index)], 1.0F);
            EXPECT_EQ(tile.bases.substr(static_cast<std::size_t>(site.index + kTileFlank) + 1, 2),
                      "GT");
        }
    }
}

TEST(PlanTiles, KeepsTheMarginToHeldOutAndMarksValidation) {
    const test::ToyGenome toy(400'000);
    TilePlan plan;
    plan.tile_bp = 2'000;
    plan.empty_share = 1;
    plan.held_out = {{"c", 100'000, 150'000}};
    plan.validation = {{"c", 300'000, 350'000}};
    const auto tiles = plan_tiles(toy.annotation, toy.reference, plan);
    int validation = 0;
    for (const auto& tile : tiles) {
        EXPECT_TRUE(tile.end <= 100'000 - plan.margin_bp || tile.start >= 150'000 + plan.margin_bp);
        EXPECT_NO_THROW(check_no_leak(tile, 5'000, plan.held_out));
        const bool inside = tile.start >= 300'000 && tile.end <= 350'000;
        EXPECT_EQ(tile.validation, inside);
        validation += tile.validation ? 1 : 0;
        if (!tile.validation) {
            EXPECT_TRUE(tile.end <= 300'000 - plan.margin_bp ||
                        tile.start >= 350'000 + plan.margin_bp);
        }
    }
    EXPECT_GT(validation, 20);
    EXPECT_GT(tiles.size(), 120U);
    plan.validation = {{"c", 152'000, 200'000}};
    EXPECT_THROW(plan_tiles(toy.annotation, toy.reference, plan), Error);
}

TEST(PlanTiles, SameSeedSameTilesOtherSeedOtherOrder) {
    const test::ToyGenome toy(100'000);
    TilePlan plan;
    plan.tile_bp = 2'000;
    const auto first = plan_tiles(toy.annotation, toy.reference, plan);
    const auto again = plan_tiles(toy.annotation, toy.reference, plan);
    plan.seed = 2;
    const auto other = plan_tiles(toy.annotation, toy.reference, plan);
    ASSERT_EQ(first.size(), again.size());
    bool differs = false;
    for (std::size_t i = 0; i < first.size(); ++i) {
        EXPECT_EQ(first[i].start, again[i].start);
        EXPECT_EQ(first[i].masked, again[i].masked);
        differs = differs || i >= other.size() || first[i].start != other[i].start;
    }
    EXPECT_TRUE(differs);
}

TEST(CheckNoLeak, CountsTheReceptiveField) {
    const TileSpec tile{"c", 1000, 2000};
    EXPECT_NO_THROW(check_no_leak(tile, 200, {{"c", 2200, 3000}}));
    EXPECT_NO_THROW(check_no_leak(tile, 200, {{"other", 0, 9000}}));
    try {
        check_no_leak(tile, 200, {{"c", 2199, 3000}});
        FAIL() << "a tile that sees one held-out base was accepted";
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kUsage);
        EXPECT_THAT(error.what(), HasSubstr("c:1001-2000"));
        EXPECT_THAT(error.what(), HasSubstr("c:2200-3000"));
    }
}

}  // namespace
}  // namespace varhush::train
