#include "../models/splice_test_network.hpp"
#include "train_support.hpp"
#include "varhush/core/error.hpp"
#include "varhush/train/teacher.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

namespace varhush::train {
namespace {

class Labels : public testing::Test {
  protected:
    Labels() {
        // Half context 600: longer than what tiles keep, as a teacher's is.
        models::test::RandomNetwork random("3,3,3,3", "50,50,100,100", 1, "softmax3");
        nn::write_safetensors(folder_.file("teacher"), random.tensors, random.metadata);
        options_.model = folder_.file("teacher");
        options_.folder = folder_.file("labels");
        options_.tiles_a_file = 2;
        options_.mutations.background_bp = 50;
        TilePlan plan;
        plan.tile_bp = 1'000;
        plan.held_out = {};
        plan.validation = {{"c", 0, 4'000}};
        plan.margin_bp = 700;
        tiles_ = plan_tiles(toy_.annotation, toy_.reference, plan);
    }

    std::vector<Tile> make() {
        make_labels(toy_.reference, toy_.annotation, tiles_, options_, [] { return false; });
        return read_labels(options_.folder);
    }

    test::ToyGenome toy_{9'000};
    test::TemporaryFolder folder_;
    TeacherOptions options_;
    std::vector<TileSpec> tiles_;
};

TEST_F(Labels, EachTileComesAsItIsAndMutated) {
    const auto made = make();
    ASSERT_GE(tiles_.size(), 5U);
    ASSERT_EQ(made.size(), 2 * tiles_.size());
    for (std::size_t i = 0; i < made.size(); ++i) {
        const Tile& tile = made[i];
        EXPECT_EQ(tile.bases.size(), static_cast<std::size_t>(tile.length() + 2 * kTileFlank));
        EXPECT_EQ(tile.mutations.empty(), i % 2 == 0);
        EXPECT_EQ(tile.spec.start, tiles_[i / 2].start);
        EXPECT_EQ(tile.spec.validation, tiles_[i / 2].validation);
        if (tile.spec.validation) {
            EXPECT_TRUE(tile.same_coordinates);
        }
        if (i % 2 == 0) {
            EXPECT_EQ(tile.bases, oriented_bases(toy_.reference, tile.spec, kTileFlank));
            EXPECT_EQ(tile.sites.size(), oriented_sites(toy_.annotation, tile.spec).size());
        } else {
            EXPECT_NE(tile.bases, made[i - 1].bases);
        }
        for (std::size_t k = 0; k < tile.acceptor.size(); ++k) {
            ASSERT_GT(tile.acceptor[k], 0.0F);
            ASSERT_LT(tile.acceptor[k] + tile.donor[k], 1.0F);
        }
    }
}

TEST_F(Labels, CopiesWithoutAChangeAreLeftOut) {
    options_.mutations.background_bp = 1e12;
    options_.mutations.site_share = 0;
    EXPECT_EQ(make().size(), tiles_.size());
}

TEST_F(Labels, ShardsAndASecondRunGiveTheSameFiles) {
    options_.shards = 2;
    options_.shard = 1;
    make();
    options_.shard = 0;
    const auto sharded = make();
    options_.shards = 1;
    options_.folder = folder_.file("whole");
    const auto whole = make();
    ASSERT_EQ(sharded.size(), whole.size());
    for (std::size_t i = 0; i < whole.size(); ++i) {
        EXPECT_EQ(sharded[i].bases, whole[i].bases);
        EXPECT_EQ(sharded[i].acceptor, whole[i].acceptor);
        EXPECT_EQ(sharded[i].mutations, whole[i].mutations);
    }
}

TEST_F(Labels, RefusesTeachersThatDoNotFitAndForeignFiles) {
    models::test::RandomNetwork near("3", "1", 1, "softmax3");
    nn::write_safetensors(options_.model, near.tensors, near.metadata);
    EXPECT_THROW(make(), Error);
    EXPECT_THROW(read_labels(folder_.file("nowhere")), Error);
    std::filesystem::create_directories(options_.folder);
    nn::write_safetensors(options_.folder + "/tiles-00000.safetensors", {}, {});
    try {
        (void)read_labels(options_.folder);
        FAIL();
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr("not a file of labelled tiles"));
    }
}

}  // namespace
}  // namespace varhush::train
