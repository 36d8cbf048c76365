#include "varhush/models/alphagenome_config.hpp"

#include "test_paths.hpp"
#include "varhush/core/error.hpp"
#include "varhush/nn/safetensors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

namespace varhush::models {
namespace {

using testing::HasSubstr;

const std::string kData = std::string(VARHUSH_TEST_DATA) + "/alphagenome/";

std::string read_text(const std::string& path) {
    std::ifstream file(path);
    EXPECT_TRUE(file.good()) << path;
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

AlphaGenomeConfig tiny() {
    return AlphaGenomeConfig::from_json(read_text(kData + "tiny_config.json"), "tiny");
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
    std::string text = "[";
    for (const auto size : shape) {
        text += (text.size() > 1 ? "," : "") + std::to_string(size);
    }
    return text + "]";
}

std::string refusal(const std::string& json) {
    try {
        (void)AlphaGenomeConfig::from_json(json, "m.safetensors");
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kModel);
        EXPECT_THAT(error.what(), HasSubstr("m.safetensors: "));
        return error.what();
    }
    return "accepted";
}

TEST(AlphaGenomeLayout, MatchesTheReleasedStateDictInNamesShapesAndOrder) {
    std::istringstream table(read_text(kData + "parameters.tsv"));
    std::string line;
    std::getline(table, line);
    const auto layout = alphagenome_layout({});
    ASSERT_EQ(layout.size(), 677U);
    for (const auto& tensor : layout) {
        ASSERT_TRUE(std::getline(table, line));
        EXPECT_THAT(line,
                    testing::StartsWith(tensor.name + "\t" + shape_text(tensor.shape) + "\t"));
    }
    EXPECT_FALSE(std::getline(table, line));
    EXPECT_EQ(parameter_count({}), 450'452'613);
}

TEST(AlphaGenomeLayout, MatchesTheReducedWeights) {
    const auto file = nn::SafeTensors::open(kData + "tiny_weights.safetensors");
    const auto layout = alphagenome_layout(tiny());
    EXPECT_EQ(layout.size(), file.entries().size());
    for (const auto& tensor : layout) {
        ASSERT_TRUE(file.entries().contains(tensor.name)) << tensor.name;
        EXPECT_EQ(file.entries().at(tensor.name).shape, tensor.shape) << tensor.name;
    }
    EXPECT_EQ(parameter_count(tiny()), 472'691);
}

TEST(AlphaGenomeLayout, AbsentHeadsLeaveTheirTensorsOut) {
    const auto names_with = [](const AlphaGenomeConfig& config, const std::string& prefix) {
        const auto layout = alphagenome_layout(config);
        return std::count_if(layout.begin(), layout.end(), [&](const auto& tensor) {
            return tensor.name.starts_with(prefix);
        });
    };
    AlphaGenomeConfig config = tiny();
    EXPECT_EQ(names_with(config, "heads.cage."), 7);
    EXPECT_EQ(names_with(config, "heads.chip_tf."), 4);
    config.tracks = {0, 0, 0, 0, 0, 7, 0};
    config.contact_tracks = 0;
    config.splice_sites = false;
    config.splice_usage_tracks = 0;
    config.junction_tissues = 0;
    EXPECT_EQ(names_with(config, "heads."), 4);
    EXPECT_EQ(names_with(config, "contact_maps_head"), 0);
    EXPECT_EQ(names_with(config, "splice_"), 0);
    EXPECT_NO_THROW(config.validate("x"));
    EXPECT_FALSE(config.has(OutputType::kAtac));
    EXPECT_TRUE(config.has(OutputType::kChipTf));
}

TEST(AlphaGenomeConfig, TheReducedModelReadsBackFromItsOwnJson) {
    AlphaGenomeConfig config = tiny();
    EXPECT_EQ(config.base_channels, 24);
    EXPECT_EQ(config.channels(OutputType::kRnaSeq), 8);
    EXPECT_EQ(config.channels(OutputType::kSpliceSites), 5);
    EXPECT_EQ(config.channels(OutputType::kSpliceJunctions), 6);
    EXPECT_EQ(AlphaGenomeConfig::from_json(config.to_json(), "x"), config);
    config.pair_gelu = PairGelu::kErf;
    config.rope_bf16 = true;
    config.splice_sites = false;
    config.splice_site_threshold = 0.25;
    config.tracks[2] = 0;
    EXPECT_EQ(AlphaGenomeConfig::from_json(config.to_json(), "x"), config);
}

TEST(AlphaGenomeConfig, MissingKeysKeepTheReleasedValues) {
    EXPECT_EQ(AlphaGenomeConfig::from_json("{}", "x"), AlphaGenomeConfig{});
    const auto config = AlphaGenomeConfig::from_json(R"({"tracks":{"cage":3}})", "x");
    EXPECT_EQ(config.channels(OutputType::kCage), 3);
    EXPECT_FALSE(config.has(OutputType::kAtac));
    EXPECT_TRUE(config.has(OutputType::kContactMaps));
}

TEST(AlphaGenomeConfig, OnlyChipLacksA1BpHead) {
    EXPECT_TRUE(AlphaGenomeConfig::has_1bp_head(OutputType::kAtac));
    EXPECT_TRUE(AlphaGenomeConfig::has_1bp_head(OutputType::kRnaSeq));
    EXPECT_FALSE(AlphaGenomeConfig::has_1bp_head(OutputType::kChipTf));
    EXPECT_FALSE(AlphaGenomeConfig::has_1bp_head(OutputType::kChipHistone));
    EXPECT_FALSE(AlphaGenomeConfig::has_1bp_head(OutputType::kSpliceSites));
}

TEST(AlphaGenomeConfig, RefusesJsonOfAnotherShape) {
    EXPECT_THAT(refusal("{"), HasSubstr("bad JSON"));
    EXPECT_THAT(refusal("[]"), HasSubstr("expected a JSON object, found []"));
    EXPECT_THAT(refusal(R"({"width":3})"), HasSubstr("unknown key \"width\""));
    EXPECT_THAT(refusal(R"({"qk_dim":"128"})"), HasSubstr("expected an integer, found \"128\""));
    EXPECT_THAT(refusal(R"({"qk_dim":1.5})"), HasSubstr("expected an integer, found 1.5"));
    EXPECT_THAT(refusal(R"({"qk_dim":4294967300})"), HasSubstr("out of range"));
    EXPECT_THAT(refusal(R"({"qk_dim":18446744073709551615})"), HasSubstr("expected an integer"));
    EXPECT_THAT(refusal(R"({"tracks":5})"), HasSubstr("expected an object, found 5"));
    EXPECT_THAT(refusal(R"({"tracks":{"splice_sites":5}})"), HasSubstr("is no genome track"));
    EXPECT_THAT(refusal(R"({"tracks":{"CAGE":5}})"), HasSubstr("\"CAGE\" is no genome track"));
    EXPECT_THAT(refusal(R"({"splice_sites":1})"), HasSubstr("expected true or false, found 1"));
    EXPECT_THAT(refusal(R"({"pair_gelu":"gelu"})"), HasSubstr(R"(expected "tanh" or "erf")"));
    EXPECT_THAT(refusal(R"({"rope_dtype":16})"), HasSubstr(R"("float32" or "bfloat16", found 16)"));
}

TEST(AlphaGenomeConfig, RefusesWhatCannotBeRun) {
    EXPECT_THAT(refusal(R"({"encoder_blocks":7})"), HasSubstr("is 7, expected 6"));
    EXPECT_THAT(refusal(R"({"base_channels":0})"), HasSubstr("is 0, expected 1 to"));
    EXPECT_THAT(refusal(R"({"base_channels":512})"), HasSubstr("the encoder ends with 1280"));
    EXPECT_THAT(refusal(R"({"kernel":7})"), HasSubstr("kernel"));
    EXPECT_THAT(refusal(R"({"qk_dim":127})"), HasSubstr("expected an even number"));
    EXPECT_THAT(refusal(R"({"num_organisms":3})"), HasSubstr("is 3, expected 1 to 2"));
    EXPECT_THAT(refusal(R"({"tracks":{"atac":-1}})"), HasSubstr("\"tracks.atac\" is -1"));
    EXPECT_THAT(refusal(R"({"splice_site_threshold":1.5})"), HasSubstr("is 1.5, expected 0 to 1"));
    EXPECT_THAT(refusal(R"({"rope_max_position_attention":63})"), HasSubstr("is 63"));
    EXPECT_THAT(refusal(R"({"max_relative_distance":500})"), HasSubstr("is 500, expected 512 to"));
    EXPECT_THAT(refusal(R"({"max_relative_distance":8200})"), HasSubstr("multiple of 16"));
    EXPECT_THAT(refusal(R"({"tracks":{},"contact_tracks":0,"splice_sites":false,)"
                        R"("splice_usage_tracks":0,"junction_tissues":0})"),
                HasSubstr("every head is absent"));
}

}  // namespace
}  // namespace varhush::models
