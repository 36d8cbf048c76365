// The LibTorch evaluator's arithmetic on the CPU device, and on a card where there is one.
#include "varhush/models/splice_torch_evaluator.hpp"

#include "splice_test_network.hpp"
#include "varhush/core/error.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <filesystem>

namespace varhush::models {
namespace {

using test::random_codes;
using test::RandomNetwork;

void agrees_with_native(const char* head,
                        int members,
                        const std::string& device,
                        double tolerance) {
    const RandomNetwork weights("7,7,7,7,5,5,5,5", "1,1,1,1,3,3,3,3", members, head);
    const auto path = std::filesystem::path(testing::TempDir()) /
                      ("torch." + std::to_string(::getpid()) + ".safetensors");
    nn::write_safetensors(path.string(), weights.tensors, weights.metadata);
    const auto native = make_native_evaluator(load_splice_network(path.string()), 1);
    const auto torch_evaluator = make_torch_evaluator(path.string(), device);
    std::filesystem::remove(path);
    const SpliceTile tile{random_codes(900, 3)};
    std::vector<SpliceQuery> queries;
    for (std::int64_t centre = 300; centre < 600; centre += 40) {
        for (const auto& [removed, inserted] :
             {std::pair<std::int64_t, std::size_t>{1, 1}, {0, 3}, {4, 0}}) {
            SpliceQuery query;
            query.ref_outputs = {centre - 20, centre + 21};
            query.edit = {centre, removed, random_codes(inserted, static_cast<unsigned>(centre))};
            query.alt_outputs = {centre - 20, centre + 21 + query.edit.shift()};
            queries.push_back(query);
        }
    }
    const auto a = native->evaluate(tile, queries);
    const auto b = torch_evaluator->evaluate(tile, queries);
    EXPECT_EQ(native->channels(), torch_evaluator->channels());
    for (std::size_t q = 0; q < queries.size(); ++q) {
        ASSERT_EQ(a[q].ref.size(), b[q].ref.size());
        ASSERT_EQ(a[q].alt.size(), b[q].alt.size());
        for (std::size_t at = 0; at < a[q].ref.size(); ++at) {
            ASSERT_NEAR(a[q].ref[at], b[q].ref[at], tolerance);
        }
        for (std::size_t at = 0; at < a[q].alt.size(); ++at) {
            ASSERT_NEAR(a[q].alt[at], b[q].alt[at], tolerance);
        }
    }
}

TEST(TorchEvaluator, AgreesWithTheNativeOne) {
    agrees_with_native("softmax3", 2, "cpu", 1e-5);
}

TEST(TorchEvaluator, AgreesForTissueNetworks) {
    agrees_with_native("pangolin12", 4, "cpu", 1e-5);
}

TEST(TorchEvaluator, AgreesOnAGraphicsCard) {
    if (resolve_device("auto") == "cpu") {
        GTEST_SKIP() << "no graphics card";
    }
    agrees_with_native("softmax3", 2, "cuda", 2e-3);  // TF32 convolutions
}

TEST(Device, AbsentCardIsAUsageError) {
    EXPECT_EQ(resolve_device("cpu"), "cpu");
    try {
        (void)resolve_device("cuda:63");
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    }
}

}  // namespace
}  // namespace varhush::models
