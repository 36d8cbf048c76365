#include "varhush/models/splice_resnet_torch.hpp"

#include "splice_test_network.hpp"
#include "test_paths.hpp"
#include "varhush/core/error.hpp"

#include <ATen/ATen.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace varhush::models {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

SpliceResnetConfig small_config() {
    SpliceResnetConfig config;
    config.kernel_sizes = {3, 5};
    config.dilations = {1, 2};
    return config;
}

at::Tensor encode(const std::vector<std::uint8_t>& codes) {
    at::Tensor x = at::zeros({1, 4, static_cast<std::int64_t>(codes.size())});
    for (std::size_t i = 0; i < codes.size(); ++i) {
        if (codes[i] < 4) {
            x[0][codes[i]][static_cast<std::int64_t>(i)] = 1.0;
        }
    }
    return x;
}

class TorchNetwork : public testing::Test {
  protected:
    TorchNetwork() {
        std::string pattern = (fs::temp_directory_path() / "varhush_XXXXXX").string();
        folder_ = mkdtemp(pattern.data());
    }
    ~TorchNetwork() override { fs::remove_all(folder_); }
    [[nodiscard]] std::string path(const char* name) const { return (folder_ / name).string(); }

    fs::path folder_;
};

TEST_F(TorchNetwork, EqualsTheNativeEngineOnRandomWeights) {
    test::RandomNetwork random("11,11,11,11,5", "1,2,4,1,3", 2, "softmax3");
    nn::write_safetensors(path("m"), random.tensors, random.metadata);
    const auto file = nn::SafeTensors::open(path("m"));
    auto torch = SpliceResnetEnsemble::load(file);
    const auto network = std::make_shared<const SpliceNetwork>(file);
    const std::int64_t half = torch.config.half_context();
    ASSERT_EQ(half, network->config().half_context());

    SpliceTile tile;
    std::mt19937 draw(1);
    for (std::int64_t i = 0; i < 2 * half + 50; ++i) {
        tile.codes.push_back(static_cast<std::uint8_t>(draw() % 5));
    }
    SpliceQuery query;
    query.ref_outputs = {half, half + 50};
    query.edit.start = half;
    query.alt_outputs = {half, half};
    const auto native = make_native_evaluator(network, 1)->evaluate(tile, {&query, 1}).at(0).ref;
    const at::Tensor p = torch.probabilities(encode(tile.codes));
    ASSERT_EQ(p.sizes(), (at::IntArrayRef{1, 3, 50}));
    for (std::int64_t i = 0; i < 50; ++i) {
        for (std::int64_t c = 0; c < 3; ++c) {
            EXPECT_NEAR(
                p[0][c][i].item<float>(), native.at(static_cast<std::size_t>(3 * i + c)), 2e-5);
        }
    }
}

TEST_F(TorchNetwork, RoundTripThroughAFileIsExact) {
    const SpliceResnetTorch member(small_config(), 7);
    auto metadata = member.config().to_metadata();
    metadata["ensemble_size"] = "1";
    nn::write_safetensors(path("m"), to_named_tensors(member, 0), metadata);
    const auto loaded = SpliceResnetEnsemble::load(nn::SafeTensors::open(path("m")));
    EXPECT_EQ(loaded.config, member.config());
    ASSERT_EQ(loaded.members.size(), 1U);
    for (std::size_t i = 0; i < member.tensors().size(); ++i) {
        EXPECT_EQ(loaded.members[0].tensors()[i].first, member.tensors()[i].first);
        EXPECT_TRUE(at::equal(loaded.members[0].tensors()[i].second, member.tensors()[i].second));
    }
}

TEST_F(TorchNetwork, NamesWhatAFileLacksOrHasTooMuch) {
    const SpliceResnetTorch member(small_config(), 7);
    auto metadata = member.config().to_metadata();
    metadata["ensemble_size"] = "1";
    const auto message = [&](const std::vector<nn::NamedTensor>& tensors) {
        nn::write_safetensors(path("m"), tensors, metadata);
        try {
            (void)SpliceResnetEnsemble::load(nn::SafeTensors::open(path("m")));
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::kModel);
            return std::string(error.what());
        }
        return std::string("accepted");
    };
    auto tensors = to_named_tensors(member, 0);
    tensors.push_back({"model.0.extra", {1}, {0}});
    EXPECT_THAT(message(tensors), HasSubstr("model.0.extra"));
    tensors.pop_back();
    tensors.pop_back();
    EXPECT_THAT(message(tensors), HasSubstr("\"model.0.head.bias\" is missing"));
    tensors = to_named_tensors(member, 0);
    tensors[0].shape = {32, 4};
    EXPECT_THAT(message(tensors), HasSubstr("has the shape [32,4], expected [32,4,1]"));
    metadata["ensemble_size"] = "-1";
    EXPECT_THAT(message(to_named_tensors(member, 0)), HasSubstr("ensemble_size"));
    metadata["ensemble_size"] = "1";
    metadata["kernel_sizes"] = "3,4";
    EXPECT_THAT(message(to_named_tensors(member, 0)),
                HasSubstr("unit 1 has a kernel size or dilation out of range"));
}

TEST(TorchModule, RefusesWhatTheNativeEngineCannotRun) {
    const auto refuse = [](auto change, const char* message) {
        auto config = small_config();
        change(config);
        try {
            config.validate();
            ADD_FAILURE() << "accepted: " << message;
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::kModel);
            EXPECT_THAT(error.what(), HasSubstr(message));
        }
    };
    refuse([](auto& c) { c.channels = 16; }, "expected 32 channels, found 16");
    refuse([](auto& c) { c.kernel_sizes = {257, 3}; }, "unit 0");
    refuse([](auto& c) { c.dilations = {1, 1025}; }, "unit 1");
    refuse([](auto& c) { c.dilations.pop_back(); }, "one value a unit");
    refuse([](auto& c) { c.kernel_sizes = c.dilations = std::vector<int>(65, 1); }, "64 units");
    refuse(
        [](auto& c) {
            c.kernel_sizes = {255, 255};
            c.dilations = {200, 200};
        },
        "on each side, found 101600");
    refuse([](auto& c) { c.negative_slope = 1; }, "negative_slope");
    refuse([](auto& c) { c.batchnorm_eps = 0; }, "batchnorm_eps");
    refuse([](auto& c) { c.head = "softmax4"; }, "softmax4");
}

TEST(TorchModule, SameSeedSameWeightsOtherSeedOthers) {
    const SpliceResnetTorch a(small_config(), 1);
    const SpliceResnetTorch b(small_config(), 1);
    const SpliceResnetTorch c(small_config(), 2);
    EXPECT_TRUE(at::equal(a.tensors()[0].second, b.tensors()[0].second));
    EXPECT_FALSE(at::equal(a.tensors()[0].second, c.tensors()[0].second));
}

TEST(TorchModule, OutputsSeeExactlyTheirContext) {
    SpliceResnetTorch member(small_config(), 3);
    const std::int64_t half = member.config().half_context();
    EXPECT_EQ(half, 1 * 2 + 2 * 4);
    for (auto& [name, tensor] : member.tensors()) {  // make the far taps matter
        tensor.detach().add_(name.ends_with(".weight") && tensor.dim() == 3 ? 0.3 : 0.0);
    }
    const at::Tensor x = at::zeros({1, 4, 2 * half + 3});
    const at::Tensor base = member.probabilities(x);
    ASSERT_EQ(base.size(2), 3);
    at::Tensor first = x.clone();
    first[0][0][0] = 1.0;  // in reach of output 0 alone
    const at::Tensor changed = (member.probabilities(first) - base).abs().sum(1)[0];
    EXPECT_GT(changed[0].item<float>(), 0.0F);
    EXPECT_EQ(changed[1].item<float>(), 0.0F);
    EXPECT_EQ(changed[2].item<float>(), 0.0F);
}

TEST(TorchModule, EveryLearnedTensorGetsAGradient) {
    SpliceResnetTorch member(small_config(), 3);
    at::Tensor x = at::rand({2, 4, 60});
    member.logits(x, true).square().sum().backward();
    for (const auto& [name, tensor] : member.tensors()) {
        const bool running = name.find("running") != std::string::npos;
        EXPECT_EQ(tensor.grad().defined(), !running) << name;
        if (!running && name.find("conv1.bias") == std::string::npos) {  // bn2 removes it
            EXPECT_GT(tensor.grad().abs().max().item<float>(), 0.0F) << name;
        }
    }
}

fs::path shared_folder() {
    const char* folder = std::getenv("VARHUSH_SHARED");
    return folder != nullptr ? fs::path(folder) : fs::path(VARHUSH_SOURCE_DIR) / "../shared";
}

class TorchParity : public testing::Test {
  protected:
    void SetUp() override {
        if (!fs::exists(shared_folder() / "models")) {
            GTEST_SKIP() << "needs the shared models (VARHUSH_SHARED)";
        }
        std::ifstream file(shared_folder() / "fixtures/splice/chr22_20-21M.fa");
        for (std::string line; std::getline(file, line);) {
            slice_ += line.front() == '>' ? "" : line;
        }
    }

    /// Codes of [first, last] (1-based), N outside [from, to].
    [[nodiscard]] std::vector<std::uint8_t> window(std::int64_t first,
                                                   std::int64_t last,
                                                   std::int64_t from,
                                                   std::int64_t to) const {
        std::vector<std::uint8_t> codes;
        for (std::int64_t at = first; at <= last; ++at) {
            const auto code = std::string("ACGT").find(slice_[static_cast<std::size_t>(at - 1)]);
            codes.push_back(at < from || at > to || code > 3 ? 4 : static_cast<std::uint8_t>(code));
        }
        return codes;
    }

    static void expect_near(const at::Tensor& found, const std::vector<float>& expected) {
        const at::Tensor other = at::from_blob(const_cast<float*>(expected.data()), found.sizes());
        EXPECT_LT((found - other).abs().max().item<float>(), 2e-5F);
    }

    std::string slice_;
};

std::vector<std::uint8_t> flipped(std::vector<std::uint8_t> codes) {
    std::reverse(codes.begin(), codes.end());
    for (auto& code : codes) {
        code = static_cast<std::uint8_t>(code < 4 ? 3 - code : 4);
    }
    return codes;
}

TEST_F(TorchParity, EveryMemberOfOpenSpliceAiAsRecorded) {
    const auto file = nn::SafeTensors::open(
        (shared_folder() / "models/openspliceai-mane-10000nt.safetensors").string());
    const auto tracks = nn::SafeTensors::open(
        (shared_folder() / "fixtures/splice/osai_tracks.safetensors").string());
    auto ensemble = SpliceResnetEnsemble::load(file);
    constexpr std::int64_t kPosition = 74207;  // DGCR8, plus strand, G>A
    auto codes = window(kPosition - 5050, kPosition + 5050, 67764, 99395);
    for (const std::string allele : {"ref", "alt"}) {
        if (allele == "alt") {
            codes[5050] = 0;
        }
        const at::Tensor x = encode(codes);
        std::vector<at::Tensor> each;
        for (auto& member : ensemble.members) {
            each.push_back(member.probabilities(x)[0]);
        }
        expect_near(at::stack(each),
                    tracks.read_f32("snv_plus." + allele + ".members", {5, 3, 101}));
        expect_near(ensemble.probabilities(x)[0],
                    tracks.read_f32("snv_plus." + allele + ".mean", {3, 101}));
    }
}

TEST_F(TorchParity, PangolinTracksOfBothStrands) {
    auto ensemble = SpliceResnetEnsemble::load(nn::SafeTensors::open(
        (shared_folder() / "models/pangolin-v2-psplice-fold1.safetensors").string()));
    const auto tracks = nn::SafeTensors::open(
        (shared_folder() / "fixtures/splice/pangolin_tracks.safetensors").string());
    const auto plus = window(69157, 79257, 1, 1'000'000);
    for (const bool minus : {false, true}) {
        const at::Tensor x = encode(minus ? flipped(plus) : plus);
        std::vector<at::Tensor> each;
        for (auto& member : ensemble.members) {
            each.push_back(member.probabilities(x)[0]);
        }
        expect_near(at::stack(each),
                    tracks.read_f32(minus ? "strand_minus" : "strand_plus", {4, 12, 101}));
    }
}

}  // namespace
}  // namespace varhush::models
