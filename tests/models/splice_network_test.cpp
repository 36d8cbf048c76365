#include "splice_test_network.hpp"
#include "varhush/core/error.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace varhush::models {
namespace {

using test::RandomNetwork;
using testing::HasSubstr;

std::string failure_of(const RandomNetwork& weights) {
    const auto path = std::filesystem::path(testing::TempDir()) /
                      ("bad." + std::to_string(::getpid()) + ".safetensors");
    nn::write_safetensors(path.string(), weights.tensors, weights.metadata);
    std::string message;
    try {
        const SpliceNetwork network(nn::SafeTensors::open(path.string()));
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kModel);
        message = error.what();
    }
    std::filesystem::remove(path);
    return message;
}

RandomNetwork small() {
    return {"3,3,3,3", "1,1,1,1", 1, "softmax3"};
}

TEST(SpliceNetwork, AcceptsAWholeFile) {
    EXPECT_EQ(failure_of(small()), "");
}

TEST(SpliceNetwork, NamesTheMissingTensor) {
    auto weights = small();
    std::erase_if(weights.tensors,
                  [](const auto& t) { return t.name == "model.0.unit.2.bn1.bias"; });
    EXPECT_THAT(failure_of(weights), HasSubstr("model.0.unit.2.bn1.bias"));
}

TEST(SpliceNetwork, NamesExpectedAndFoundShape) {
    auto weights = small();
    auto& tensor = weights.find("model.0.head.weight");
    tensor.shape = {2, 48, 1};
    const std::string message = failure_of(weights);
    EXPECT_THAT(message, HasSubstr("model.0.head.weight"));
    EXPECT_THAT(message, HasSubstr("3"));
    EXPECT_THAT(message, HasSubstr("48"));
}

TEST(SpliceNetwork, NamesTheLeftOverTensor) {
    auto weights = small();
    weights.tensors.push_back({"model.0.unit.9.extra", {1}, {1.0F}});
    EXPECT_THAT(failure_of(weights), HasSubstr("model.0.unit.9.extra"));
}

TEST(SpliceNetwork, RefusesNegativeVariance) {
    auto weights = small();
    weights.find("model.0.unit.1.bn2.running_var").values[5] = -1;
    EXPECT_THAT(failure_of(weights), HasSubstr("unit.1.bn2.running_var"));
}

TEST(SpliceConfig, RefusesWhatCannotBeRun) {
    const auto fails = [](const char* key, const char* value) {
        auto metadata = small().metadata;
        metadata[key] = value;
        try {
            (void)SpliceConfig::from_metadata(metadata, "file");
        } catch (const Error& error) {
            return error.kind() == ErrorKind::kModel;
        }
        return false;
    };
    EXPECT_TRUE(fails("channels", "64"));
    EXPECT_TRUE(fails("kernel_sizes", "3,3,3"));
    EXPECT_TRUE(fails("kernel_sizes", "3,4,3,3"));
    EXPECT_TRUE(fails("kernel_sizes", "3,,3,3"));
    EXPECT_TRUE(fails("dilations", "1,1,1,-1"));
    EXPECT_TRUE(fails("ensemble_size", "0"));
    EXPECT_TRUE(fails("ensemble_size", "2x"));
    EXPECT_TRUE(fails("activation", "gelu"));
    EXPECT_TRUE(fails("negative_slope", "nan"));
    EXPECT_TRUE(fails("batchnorm_eps", "0"));
    EXPECT_TRUE(fails("head", "softmax4"));
    EXPECT_TRUE(fails("head", "pangolin12"));  // one member cannot cover four tissues
    EXPECT_FALSE(fails("name", "other"));
    // 4 units of 2 * 127 * d: 64,008 and 66,040 bases on each side.
    auto wide = small();
    wide.metadata["kernel_sizes"] = "255,255,255,255";
    wide.metadata["dilations"] = "63,63,63,63";
    EXPECT_EQ(SpliceConfig::from_metadata(wide.metadata, "file").half_context(), 64'008);
    wide.metadata["dilations"] = "65,65,65,65";
    EXPECT_THAT(failure_of(wide), HasSubstr("at most 65536 bases on each side, found 66040"));
    auto deep = small();
    deep.metadata["kernel_sizes"] = deep.metadata["dilations"] = "1";
    for (int unit = 1; unit < 65; ++unit) {
        deep.metadata["kernel_sizes"] += ",1";
        deep.metadata["dilations"] += ",1";
    }
    EXPECT_THAT(failure_of(deep), HasSubstr("1 to 64 units"));
}

TEST(SpliceConfig, ContextIsTheSumOfHalfWidths) {
    auto metadata = small().metadata;
    metadata["kernel_sizes"] = "11,11,11,11,11,11,11,11,21,21,21,21,41,41,41,41";
    metadata["dilations"] = "1,1,1,1,4,4,4,4,10,10,10,10,25,25,25,25";
    const auto config = SpliceConfig::from_metadata(metadata, "file");
    EXPECT_EQ(config.half_context(), 5000);
    EXPECT_EQ(config.skips(), 4);
    EXPECT_EQ(config.skip_after(3), 1);
    EXPECT_EQ(config.skip_after(4), 0);
}

}  // namespace
}  // namespace varhush::models
