#include "varhush/models/aparent_network.hpp"

#include "aparent_test_network.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace varhush::models {
namespace {

using test::RandomAparent;
using testing::HasSubstr;

constexpr double kTolerance = 2e-5;  // float32 against float64; logits are about 3

// Letters 0..3, unknown bases, and places without a base.
std::vector<std::uint8_t> random_codes(std::size_t length, unsigned seed, unsigned letters) {
    std::mt19937 random(seed);
    std::vector<std::uint8_t> codes(length);
    for (auto& code : codes) {
        code = static_cast<std::uint8_t>(random() % letters);
    }
    return codes;
}

class Aparent : public testing::Test {
  protected:
    const RandomAparent weights_;
    const std::shared_ptr<const AparentNetwork> network_ = weights_.load<AparentNetwork>();
    AparentScratch scratch_;
};

TEST_F(Aparent, ReadsItsShape) {
    EXPECT_EQ(network_->config().window_bp, 61);
    EXPECT_EQ(network_->config().hexamer_offset, 20);
    EXPECT_EQ(network_->config().libraries, 3);
    EXPECT_EQ(network_->config().library, 1);
    EXPECT_EQ(network_->config().groups(), 2U);
}

TEST_F(Aparent, LogitsAreThoseOfTheDefinition) {
    for (const unsigned letters : {4U, 5U, 6U}) {
        const auto codes = random_codes(61, letters, letters);
        for (std::size_t library = 0; library < 3; ++library) {
            const auto found = network_->logits(codes, static_cast<int>(library), scratch_);
            const auto expected = weights_.forward(codes, library);
            ASSERT_EQ(found.size(), expected.size());
            for (std::size_t i = 0; i < found.size(); ++i) {
                EXPECT_NEAR(found[i], expected[i], kTolerance) << i;
            }
        }
    }
}

TEST_F(Aparent, WhatRanBeforeLeavesNoTrace) {
    const auto codes = random_codes(61, 1, 4);
    const auto first = network_->logits(codes, 1, scratch_);
    static_cast<void>(network_->logits(random_codes(61, 2, 6), 0, scratch_));
    EXPECT_EQ(network_->logits(codes, 1, scratch_), first);
}

TEST_F(Aparent, LongSequencesAreTheMeanOfTheirWindows) {
    const auto codes = random_codes(88, 3, 4);
    std::vector<double> sums(88);
    std::vector<double> counts(88);
    for (std::size_t start = 0; start <= 30; start += 10) {  // 30 + 61 = 91 >= 88: the last one
        std::vector<std::uint8_t> part;
        for (std::size_t i = start; i < start + 61; ++i) {
            part.push_back(i < 88 ? codes[i] : kNoBase);
        }
        const auto cut = RandomAparent::softmax(weights_.forward(part));
        for (std::size_t i = 0; i < 61 && start + i < 88; ++i) {
            sums[start + i] += cut[i];
            counts[start + i] += 1;
        }
    }
    const auto found = cleavage_along(*network_, codes);
    ASSERT_EQ(found.size(), 88U);
    for (std::size_t i = 0; i < 88; ++i) {
        EXPECT_NEAR(found[i], sums[i] / counts[i], 2e-6) << i;
    }
    EXPECT_EQ(cleavage_along(*network_, random_codes(61, 4, 4)).size(), 61U);
    EXPECT_EQ(cleavage_along(*network_, random_codes(5, 4, 4)).size(), 5U);
}

TEST(AparentFile, NamesWhatIsWrong) {
    EXPECT_EQ(RandomAparent().failure<AparentNetwork>(), "");
    const auto failure = [](const auto& change) {
        RandomAparent weights;
        change(weights);
        return weights.template failure<AparentNetwork>();
    };
    EXPECT_THAT(failure([](RandomAparent& w) {
                    std::erase_if(w.tensors,
                                  [](const auto& t) { return t.name == "model.0.skip.1.bias"; });
                }),
                HasSubstr("model.0.skip.1.bias"));
    EXPECT_THAT(failure([](RandomAparent& w) {
                    w.find("model.0.library.bias").shape = {31, 2};
                }),
                HasSubstr("model.0.library.bias"));
    EXPECT_THAT(failure([](RandomAparent& w) {
                    w.tensors.push_back({"model.0.unit.8.extra", {1}, {1.0F}});
                }),
                HasSubstr("model.0.unit.8.extra"));
    const auto with = [&](const char* key, const char* value) {
        return failure([&](RandomAparent& w) { w.metadata[key] = value; });
    };
    EXPECT_THAT(with("dilations", "1,2,3"), HasSubstr("units"));
    EXPECT_THAT(with("dilations", "1,2,1,3,4,1,2,99"), HasSubstr("dilations"));
    EXPECT_THAT(with("library_index", "3"), HasSubstr("library_index"));
    EXPECT_THAT(with("core_hexamer_offset", "56"), HasSubstr("core_hexamer_offset"));
    EXPECT_THAT(with("channels", "64"), HasSubstr("channels"));
    EXPECT_THAT(with("padding", "none"), HasSubstr("padding"));
    EXPECT_THAT(failure([](RandomAparent& w) { w.metadata.erase("batchnorm_eps"); }),
                HasSubstr("batchnorm_eps"));
}

TEST(AparentFile, IsKnownByItsTensors) {
    const std::string path = testing::TempDir() + "plain_aparent.safetensors";
    RandomAparent().save(path);
    EXPECT_EQ(model_architecture(nn::SafeTensors::open(path)), "aparent2");
    std::filesystem::remove(path);
}

}  // namespace
}  // namespace varhush::models
