// The released size with recipe weights, and graphics cards.
#include "alphagenome_fixtures.hpp"
#include "varhush/models/alphagenome_torch.hpp"
#include "varhush/models/recipe_weights.hpp"
#include "varhush/models/splice_torch_evaluator.hpp"

#include <gtest/gtest.h>

#include <string>

namespace varhush::models {
namespace {

/// Made once for all tests of the process: 1.8 GB.
const RecipeWeights& recipe() {
    static const RecipeWeights kWeights(AlphaGenomeConfig{}, 2);
    return kWeights;
}

void expect_full_parity(const std::string& name, const AlphaGenomeTorchOptions& options) {
    const auto fixture = nn::SafeTensors::open(fixture_path(name));
    AlphaGenomeTorch model(recipe().file(), AlphaGenomeConfig{}, options);
    const ParityReport report = compare_forward(model, fixture);
    EXPECT_TRUE(report.passed()) << report.first_miss << ": " << report.miss_text;
    EXPECT_EQ(report.activations, 33);
}

bool no_card() {
    return resolve_device("auto") == "cpu";
}

TEST(AlphaGenomeTorchFull, Length2048) {
    expect_full_parity("full_forward_2048.safetensors", {});
}

TEST(AlphaGenomeTorchFull, Length16384) {
    expect_full_parity("full_forward_16384.safetensors", {});
}

TEST(AlphaGenomeTorchGpu, FullSizeInFloat32) {
    if (no_card()) {
        GTEST_SKIP() << "needs a graphics card";
    }
    AlphaGenomeTorchOptions options;
    options.device = "cuda";
    expect_full_parity("full_forward_16384.safetensors", options);
}

TEST(AlphaGenomeTorchGpu, Bfloat16IsClose) {
    if (no_card()) {
        GTEST_SKIP() << "needs a graphics card";
    }
    AlphaGenomeTorchOptions options;
    options.device = "cuda";
    options.precision = TorchPrecision::kBfloat16;
    const auto fixture = nn::SafeTensors::open(fixture_path("tiny_forward_d.safetensors"));
    AlphaGenomeTorch model(nn::SafeTensors::open(fixture_path("tiny_weights.safetensors")),
                           tiny_config(PairGelu::kTanh),
                           options);
    const ParityReport report = compare_forward(model, fixture);
    EXPECT_LT(report.worst_ratio, 1000) << report.worst;  // one standard deviation
}

TEST(AlphaGenomeTorchGpu, TilesFollowTheFreeMemory) {
    if (no_card()) {
        GTEST_SKIP() << "needs a graphics card";
    }
    AlphaGenomeTorchOptions options;
    options.device = "cuda";
    const AlphaGenomeTorch model(nn::SafeTensors::open(fixture_path("tiny_weights.safetensors")),
                                 tiny_config(PairGelu::kTanh),
                                 options);
    EXPECT_GT(model.tile_tokens(), 256);
}

}  // namespace
}  // namespace varhush::models
