#include "varhush/models/aparent_torch.hpp"

#include "varhush/core/error.hpp"
#include "varhush/nn/safetensors.hpp"

#include <ATen/ATen.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <random>

namespace varhush::models {
namespace {

AparentConfig small_shape() {
    AparentConfig config;
    config.dilations = {1, 2, 1, 3, 4, 1, 2, 1};
    config.window_bp = 129;
    config.hexamer_offset = 40;
    config.libraries = 1;
    return config;
}

// Norms with statistics of their own and offsets: nothing is 0 or 1 any more.
void stir(const AparentTorch& network) {
    const at::NoGradGuard no_gradient;
    at::manual_seed(3);
    for (const auto& [name, tensor] : network.tensors()) {
        if (tensor.dim() == 1) {
            tensor.detach().add_(at::rand_like(tensor.detach()) * 0.5);
        }
    }
}

TEST(AparentTorch, SaysWhatTheNativeNetworkSaysOfItsFile) {
    const AparentTorch network(small_shape(), 5);
    stir(network);
    const auto path = std::filesystem::path(testing::TempDir()) /
                      ("aparent_torch." + std::to_string(::getpid()) + ".safetensors");
    nn::write_safetensors(path.string(), to_named_tensors(network), network.config().to_metadata());
    const AparentNetwork native(nn::SafeTensors::open(path.string()));
    std::filesystem::remove(path);
    EXPECT_EQ(native.config().dilations, network.config().dilations);
    EXPECT_EQ(native.config().window_bp, 129);
    EXPECT_EQ(native.config().hexamer_offset, 40);
    EXPECT_EQ(native.config().narrow_range(), (PositionRange{47, 97}));
    EXPECT_EQ(native.config().batchnorm_eps, 1e-3);

    std::mt19937 random(9);
    AparentScratch scratch;
    double spread = 0;
    for (int round = 0; round < 6; ++round) {
        std::vector<std::uint8_t> codes(129);
        for (auto& code : codes) {
            code = static_cast<std::uint8_t>(random() % (round < 3 ? 4 : 6));  // unknown, no base
        }
        const at::Tensor said =
            network.logits(at::tensor(at::ArrayRef<std::uint8_t>(codes)).unsqueeze(0), false);
        const auto expected = native.logits(codes, 0, scratch);
        ASSERT_EQ(said.numel(), 130);
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const auto at = static_cast<std::int64_t>(i);
            EXPECT_NEAR(said[0][at].item<float>(), expected[i], 2e-5) << i;
            spread = std::max(spread, std::abs(static_cast<double>(expected[i] - expected[0])));
        }
    }
    EXPECT_GT(spread, 0.5) << "a network that says the same everywhere would prove nothing";
}

TEST(AparentTorch, WindowsOfABatchDoNotMix) {
    const AparentTorch network(small_shape(), 5);
    at::manual_seed(1);
    const at::Tensor codes = at::randint(4, {3, 129}).to(at::kByte);
    const at::Tensor together = network.logits(codes, false);
    for (std::int64_t row = 0; row < 3; ++row) {
        const at::Tensor alone = network.logits(codes.narrow(0, row, 1), false);
        EXPECT_TRUE(at::allclose(together[row], alone[0], 1e-4, 1e-5));
    }
}

TEST(AparentTorch, SeedMakesTheWeights) {
    const AparentTorch one(small_shape(), 5);
    const AparentTorch same(small_shape(), 5);
    const AparentTorch other(small_shape(), 6);
    std::size_t differ = 0;
    for (std::size_t i = 0; i < one.tensors().size(); ++i) {
        EXPECT_TRUE(at::equal(one.tensors()[i].second, same.tensors()[i].second));
        differ += at::equal(one.tensors()[i].second, other.tensors()[i].second) ? 0 : 1;
    }
    EXPECT_EQ(differ, 21U);  // kernels of 16 convolutions, 2 skips, stem, last and head
}

TEST(AparentTorch, RefusesWhatItCannotTrain) {
    AparentConfig config = small_shape();
    config.libraries = 2;
    EXPECT_THROW(AparentTorch(config, 1), Error);
    config = small_shape();
    config.dilations.pop_back();
    EXPECT_THROW(AparentTorch(config, 1), Error);
}

}  // namespace
}  // namespace varhush::models
