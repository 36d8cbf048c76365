#include "varhush/models/recipe_weights.hpp"

#include "test_paths.hpp"
#include "varhush/nn/safetensors.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <string>

namespace varhush::models {
namespace {

const std::string kFolder = std::string(VARHUSH_TEST_DATA) + "/alphagenome/";

/// A small network with every head.
AlphaGenomeConfig small_config() {
    AlphaGenomeConfig config;
    config.base_channels = 8;
    config.channel_growth = 2;
    config.trunk_dim = 20;
    config.embedding_128bp_dim = 24;
    config.embedding_1bp_dim = 12;
    config.attention_heads = 2;
    config.qk_dim = 8;
    config.v_dim = 4;
    config.pair_dim = 8;
    config.seq2pair_heads = 2;
    config.seq2pair_head_dim = 8;
    config.junction_hidden = 8;
    config.junction_tissues = 3;
    config.tracks = {2, 3, 0, 4, 2, 3, 1};
    config.contact_tracks = 2;
    config.splice_usage_tracks = 6;
    return config;
}

std::vector<float> floats(const nn::SafeTensors::Entry& entry) {
    std::vector<float> values(entry.bytes.size() / sizeof(float));
    std::memcpy(values.data(), entry.bytes.data(), entry.bytes.size());
    return values;
}

TEST(RecipeWeights, EqualThoseOfTheReferenceRun) {
    const auto fixture = nn::SafeTensors::open(kFolder + "full_forward_2048.safetensors");
    const std::string prefix = "weights_check.";
    int checked = 0;
    for (const TensorSpec& tensor : alphagenome_layout(AlphaGenomeConfig{})) {
        const auto found = fixture.entries().find(prefix + tensor.name);
        if (found == fixture.entries().end()) {
            continue;
        }
        const std::vector<float> expected = floats(found->second);
        std::vector<float> values(expected.size());
        fill_recipe(tensor, 0, values);
        EXPECT_EQ(values, expected) << tensor.name;
        ++checked;
    }
    EXPECT_EQ(checked, 8);
}

TEST(RecipeWeights, SequencesEqualThoseOfTheReferenceRun) {
    for (const int length : {2048, 16384}) {
        const std::string name = "full_" + std::to_string(length);
        const auto fixture = nn::SafeTensors::open(kFolder + "full_forward_" +
                                                   std::to_string(length) + ".safetensors");
        const auto bytes = fixture.entries().at("in.codes").bytes;
        const auto codes = recipe_sequence(name, length);
        ASSERT_EQ(codes.size(), bytes.size());
        EXPECT_EQ(std::memcmp(codes.data(), bytes.data(), bytes.size()), 0) << name;
    }
}

TEST(RecipeWeights, AnyPartOfATensorEqualsTheWhole) {
    const TensorSpec tensor{"splice_sites_classification_head.conv.bias", {2, 5}};
    std::vector<float> whole(10);
    fill_recipe(tensor, 0, whole);
    std::vector<float> part(4);
    fill_recipe(tensor, 3, part);
    EXPECT_EQ(part, std::vector<float>(whole.begin() + 3, whole.begin() + 7));
    EXPECT_GT(whole[4], 3.8F);  // class 4 has 4 added
    EXPECT_GT(whole[9], 3.8F);
    EXPECT_LT(whole[3], 0.2F);
}

TEST(RecipeWeights, MakeAFileWithTheWholeLayout) {
    const AlphaGenomeConfig config = small_config();
    const RecipeWeights one(config, 1);
    const RecipeWeights two(config, 2);
    const auto layout = alphagenome_layout(config);
    ASSERT_EQ(one.file().entries().size(), layout.size());
    for (const TensorSpec& tensor : layout) {
        const auto& entry = one.file().entries().at(tensor.name);
        EXPECT_EQ(entry.shape, tensor.shape) << tensor.name;
        const std::vector<float> values = floats(entry);
        std::vector<float> expected(values.size());
        fill_recipe(tensor, 0, expected);
        EXPECT_EQ(values, expected) << tensor.name;
        EXPECT_EQ(values, floats(two.file().entries().at(tensor.name))) << tensor.name;
    }
    const auto& metadata = one.file().metadata();
    EXPECT_EQ(metadata.at("varhush.architecture"), "alphagenome");
    EXPECT_EQ(AlphaGenomeConfig::from_json(metadata.at("varhush.config"), "test"), config);
}

}  // namespace
}  // namespace varhush::models
