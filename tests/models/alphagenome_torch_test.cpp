// The LibTorch engine against the numbers of the reference implementation, layer by layer.
#include "varhush/models/alphagenome_torch.hpp"

#include "alphagenome_fixtures.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/recipe_weights.hpp"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <random>
#include <string>

namespace varhush::models {
namespace {

using testing::HasSubstr;

nn::SafeTensors tiny_weights() {
    return nn::SafeTensors::open(fixture_path("tiny_weights.safetensors"));
}

std::string describe(const ParityReport& report) {
    return report.first_miss + ": " + report.miss_text + "; worst " + report.worst + " at " +
           std::to_string(report.worst_ratio);
}

void expect_tiny_parity(const std::string& path, int activations) {
    const auto fixture = nn::SafeTensors::open(path);
    AlphaGenomeTorch model(tiny_weights(), tiny_config(fixture_pair_gelu(fixture)));
    const ParityReport report = compare_forward(model, fixture);
    EXPECT_TRUE(report.passed()) << describe(report);
    EXPECT_EQ(report.activations, activations);
    EXPECT_GT(report.worst_ratio, 0) << "bit for bit equal: was anything computed?";
}

TEST(AlphaGenomeTorchParity, LayersOfTinyA) {
    expect_tiny_parity(fixture_path("tiny_layers_a.safetensors"), 61);
}
TEST(AlphaGenomeTorchParity, TinyCWithErfGelu) {
    expect_tiny_parity(fixture_path("tiny_forward_c.safetensors"), 42);
}
TEST(AlphaGenomeTorchParity, TinyDSmallestSequence) {
    expect_tiny_parity(fixture_path("tiny_forward_d.safetensors"), 34);
}
TEST(AlphaGenomeTorchParity, TinyAWhole) {
    const std::string path = shared_fixture_path("tiny_forward_a.safetensors");
    if (!std::filesystem::exists(path)) {
        GTEST_SKIP() << "needs the shared fixtures (VARHUSH_SHARED)";
    }
    expect_tiny_parity(path, 194);
}
TEST(AlphaGenomeTorchParity, TinyBEightPairBins) {
    const std::string path = shared_fixture_path("tiny_forward_b.safetensors");
    if (!std::filesystem::exists(path)) {
        GTEST_SKIP() << "needs the shared fixtures (VARHUSH_SHARED)";
    }
    expect_tiny_parity(path, 32);
}

TEST(AlphaGenomeTorchParity, SingleModules) {
    const auto fixture = nn::SafeTensors::open(fixture_path("modules.safetensors"));
    const ParityReport report = compare_modules(run_torch_module, fixture);
    EXPECT_TRUE(report.passed()) << describe(report);
    EXPECT_EQ(report.activations, 71);
}

TEST(AlphaGenomeTorchParity, TheOtherGeluIsSeen) {
    const auto fixture = nn::SafeTensors::open(fixture_path("tiny_forward_c.safetensors"));
    AlphaGenomeConfig config = tiny_config(PairGelu::kErf);
    AlphaGenomeTorch right(tiny_weights(), config);
    config.rope_bf16 = true;
    AlphaGenomeTorch rounded(tiny_weights(), config);
    EXPECT_TRUE(compare_forward(right, fixture).passed());
    const ParityReport report = compare_forward(rounded, fixture);
    EXPECT_FALSE(report.passed());
}

TEST(AlphaGenomeTorchParity, Bfloat16IsClose) {
    const auto fixture = nn::SafeTensors::open(fixture_path("tiny_forward_d.safetensors"));
    AlphaGenomeTorchOptions options;
    options.precision = TorchPrecision::kBfloat16;
    AlphaGenomeTorch model(tiny_weights(), tiny_config(PairGelu::kTanh), options);
    const ParityReport report = compare_forward(model, fixture);
    EXPECT_FALSE(report.passed());
    EXPECT_LT(report.worst_ratio, 1000) << describe(report);  // one standard deviation
}

}  // namespace
}  // namespace varhush::models
