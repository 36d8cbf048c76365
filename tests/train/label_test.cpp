#include "../models/splice_test_network.hpp"
#include "label_file.hpp"
#include "train_support.hpp"
#include "varhush/core/error.hpp"
#include "varhush/train/teacher.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <limits>

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

TEST_F(Labels, FilesOfAnotherRunAreRefusedAndLeftAlone) {
    make();
    const std::string first = options_.folder + "/tiles-00000.safetensors";
    const std::string before = nn::SafeTensors::open(first).sha256();
    const auto refuse = [&](const char* what, const auto& call) {
        try {
            call();
            ADD_FAILURE() << "kept files made with another " << what;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::kResume) << error.what();
            EXPECT_THAT(error.what(), testing::HasSubstr("made with other options"));
        }
    };
    const auto with = [&](const char* what, const auto& change) {
        const TeacherOptions options = options_;
        const std::vector<TileSpec> tiles = tiles_;
        change();
        refuse(what, [&] { make(); });
        options_ = options;
        tiles_ = tiles;
    };
    with("seed", [&] { options_.seed = 2; });
    with("number of copies", [&] { options_.mutated_copies = 2; });
    with("share of changes", [&] { options_.mutations.indel_share = 0.5; });
    with("number of tiles", [&] { tiles_.pop_back(); });
    with("mask", [&] { tiles_[0].masked = !tiles_[0].masked; });
    with("teacher", [&] {
        models::test::RandomNetwork other("3,3,3,3", "50,50,100,100", 1, "softmax3");
        other.find("model.0.head.bias").values[0] += 1;
        options_.model = folder_.file("other");
        nn::write_safetensors(options_.model, other.tensors, other.metadata);
    });
    EXPECT_EQ(nn::SafeTensors::open(first).sha256(), before);
    make();  // the same options again

    options_.folder = folder_.file("two");
    options_.seed = 2;
    make();
    std::filesystem::copy_file(first,
                               options_.folder + "/tiles-00000.safetensors",
                               std::filesystem::copy_options::overwrite_existing);
    refuse("seed", [&] { (void)read_labels(options_.folder); });
}

TEST_F(Labels, ValuesThatCannotBeLabelsAreRefused) {
    const auto sound = annotated_tile(toy_.reference, toy_.annotation, tiles_[0]);
    const std::string folder = folder_.file("bad");
    const auto refuse = [&](const char* tensor, std::size_t at, float value) {
        Tile tile = sound;
        tile.sites = {{5, true}};
        tile.mutations = {7};
        std::filesystem::create_directories(folder);
        const std::string path = folder + "/tiles-00000.safetensors";
        write_label_file(path, "d", {tile});
        const auto file = nn::SafeTensors::open(path);
        std::vector<nn::NamedTensor> tensors;
        for (const auto& [name, entry] : file.entries()) {
            tensors.push_back({name, entry.shape, file.read_f32(name, entry.shape)});
            if (name == std::string("tile.0.") + tensor) {
                tensors.back().values.at(at) = value;
            }
        }
        const auto metadata = file.metadata();
        nn::write_safetensors(path, tensors, metadata);
        try {
            (void)read_labels(folder);
            ADD_FAILURE() << tensor << " took " << value;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::kInput) << error.what();
            EXPECT_THAT(error.what(), testing::HasSubstr(std::string("tile.0.") + tensor));
        }
    };
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const float infinite = std::numeric_limits<float>::infinity();
    for (const float value : {nan, infinite, -infinite, 1e30F, 2.5F}) {
        refuse("sites", 0, value);
        refuse("mutations", 0, value);
    }
    refuse("sites", 0, -1);
    refuse("sites", 0, 1e6F);
    refuse("sites", 1, nan);
    refuse("labels", 0, nan);
    refuse("labels", 1, -0.5F);
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
