#include "sampler.hpp"

#include "train_support.hpp"
#include "varhush/core/error.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>

namespace varhush::train {
namespace {

constexpr std::int64_t kHalf = 20;

std::vector<Tile> toy_tiles(const test::ToyGenome& toy) {
    return {annotated_tile(toy.reference, toy.annotation, {"c", 450, 3450})};
}

TEST(Sampler, BasesAndLabelsStandAtTheSamePlace) {
    const test::ToyGenome toy(4'000);
    const auto tiles = toy_tiles(toy);
    const Sampler sampler(tiles, {300, kHalf, 1.0, 0, 0});
    Random random(1);
    const Batch batch = sampler.draw(40, random);
    ASSERT_EQ(batch.bases.sizes(), (at::IntArrayRef{40, 4, 300 + 2 * kHalf}));
    int donors = 0;
    for (std::int64_t n = 0; n < 40; ++n) {
        EXPECT_GE(batch.labels[n].narrow(0, 1, 2).sum().item<float>(), 1.0F) << "no site in " << n;
        for (std::int64_t i = 0; i < 298; ++i) {
            EXPECT_FLOAT_EQ(batch.labels[n].select(1, i).sum().item<float>(), 1.0F);
            if (batch.labels[n][2][i].item<float>() > 0) {
                ++donors;  // the next two bases are GT
                EXPECT_EQ(batch.bases[n][2][kHalf + i + 1].item<float>(), 1.0F);
                EXPECT_EQ(batch.bases[n][3][kHalf + i + 2].item<float>(), 1.0F);
            }
        }
    }
    EXPECT_GT(donors, 10);
}

TEST(Sampler, WindowsPastAShortTileWeighNothing) {
    const test::ToyGenome toy(4'000);
    const std::vector<Tile> tiles{annotated_tile(toy.reference, toy.annotation, {"c", 450, 550})};
    const Sampler sampler(tiles, {300, kHalf, 0.5, 0, 0});
    Random random(1);
    const Batch batch = sampler.draw(3, random);
    EXPECT_EQ(batch.weights.sum().item<float>(), 3 * 100.0F);
    EXPECT_EQ(batch.weights.narrow(1, 100, 200).sum().item<float>(), 0.0F);
}

TEST(Sampler, MixesTheAnnotationIntoUnchangedTilesOnly) {
    const test::ToyGenome toy(4'000);
    Tile tile = annotated_tile(toy.reference, toy.annotation, {"c", 450, 1150});
    tile.annotation_only = false;
    std::fill(tile.acceptor.begin(), tile.acceptor.end(), 0.0F);
    std::fill(tile.donor.begin(), tile.donor.end(), 0.0F);
    Random random(1);
    {
        const std::vector<Tile> tiles{tile};
        const Batch batch = Sampler(tiles, {700, kHalf, 0, 0.25, 0}).draw(1, random);
        EXPECT_FLOAT_EQ(batch.labels[0][1].sum().item<float>(), 0.25F);
        EXPECT_FLOAT_EQ(batch.labels[0][2].sum().item<float>(), 0.25F);
    }
    tile.mutations = {3};
    const std::vector<Tile> tiles{tile};
    const Batch batch = Sampler(tiles, {700, kHalf, 0, 0.25, 0}).draw(1, random);
    EXPECT_FLOAT_EQ(batch.labels[0].narrow(0, 1, 2).sum().item<float>(), 0.0F);
}

TEST(Sampler, ValidationTilesAreNeverDrawn) {
    const test::ToyGenome toy(4'000);
    auto tiles = toy_tiles(toy);
    tiles[0].spec.validation = true;
    EXPECT_THROW(Sampler(tiles, {300, kHalf, 0.5, 0, 0}), Error);
}

}  // namespace
}  // namespace varhush::train
