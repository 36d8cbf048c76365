#include "varhush/nn/conv32.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

namespace varhush::nn {
namespace {

constexpr std::size_t kC = kRowChannels;

std::vector<float> random_values(std::size_t count, unsigned seed) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> draw(-1, 1);
    std::vector<float> values(count);
    for (float& value : values) {
        value = draw(random);
    }
    return values;
}

struct Problem {
    std::size_t rows, width, dilation;
    std::vector<float> in, weights, bias, residual;

    Problem(std::size_t r, std::size_t w, std::size_t d)
        : rows(r),
          width(w),
          dilation(d),
          in(random_values((r + (w - 1) * d) * kC, 1)),
          weights(random_values(w * kC * kC, 2)),
          bias(random_values(kC, 3)),
          residual(random_values(r * kC, 4)) {}

    // The definition, in double.
    [[nodiscard]] double expected(std::size_t row, std::size_t out) const {
        double sum = bias[out];
        for (std::size_t w = 0; w < width; ++w) {
            for (std::size_t i = 0; i < kC; ++i) {
                sum += static_cast<double>(in[(row + w * dilation) * kC + i]) *
                       weights[(w * kC + i) * kC + out];
            }
        }
        return sum;
    }
};

class EveryInstructionSet : public testing::TestWithParam<const char*> {
  protected:
    void SetUp() override {
        kernels_ = find_kernels32(GetParam());
        if (kernels_ == nullptr) {
            GTEST_SKIP() << "this processor has no " << GetParam();
        }
    }

    std::vector<float> run(const Problem& problem, const Epilogue& epilogue) const {
        std::vector<float> out(problem.rows * kC, -99);
        kernels_->conv(problem.in.data(),
                       static_cast<std::int64_t>(problem.rows),
                       static_cast<int>(problem.width),
                       static_cast<int>(problem.dilation),
                       problem.weights.data(),
                       problem.bias.data(),
                       epilogue,
                       out.data());
        return out;
    }

    const Kernels32* kernels_ = nullptr;
};

TEST_P(EveryInstructionSet, ConvolvesByTheDefinition) {
    for (const auto& [width, dilation] :
         {std::pair<std::size_t, std::size_t>{1, 1}, {3, 2}, {11, 4}, {41, 25}}) {
        for (const std::size_t rows : {1U, 2U, 3U, 5U, 11U, 12U, 13U, 29U}) {
            const Problem problem(rows, width, dilation);
            const auto out = run(problem, {});
            for (std::size_t row = 0; row < rows; ++row) {
                for (std::size_t c = 0; c < kC; ++c) {
                    ASSERT_NEAR(out[row * kC + c], problem.expected(row, c), 2e-4)
                        << width << " " << rows;
                }
            }
        }
    }
}

TEST_P(EveryInstructionSet, AddsTheResidualThenActivates) {
    const Problem problem(14, 3, 1);
    const auto out = run(problem, {problem.residual.data(), true, 0.1F});
    for (std::size_t at = 0; at < out.size(); ++at) {
        const double sum = problem.expected(at / kC, at % kC) + problem.residual[at];
        ASSERT_NEAR(out[at], sum > 0 ? sum : 0.1 * sum, 1e-4);
    }
}

TEST_P(EveryInstructionSet, MayWriteOverItsResidual) {
    const Problem problem(17, 5, 2);
    const auto expected = run(problem, {problem.residual.data(), false, 0});
    std::vector<float> out = problem.residual;
    kernels_->conv(problem.in.data(),
                   17,
                   5,
                   2,
                   problem.weights.data(),
                   problem.bias.data(),
                   {out.data(), false, 0},
                   out.data());
    EXPECT_EQ(out, expected);
}

TEST_P(EveryInstructionSet, AnyCutGivesTheSameBits) {
    const Problem problem(40, 11, 4);
    const auto whole = run(problem, {});
    for (std::size_t cut = 1; cut < 40; ++cut) {
        std::vector<float> rest((40 - cut) * kC);
        kernels_->conv(problem.in.data() + cut * kC,
                       static_cast<std::int64_t>(40 - cut),
                       11,
                       4,
                       problem.weights.data(),
                       problem.bias.data(),
                       {},
                       rest.data());
        ASSERT_TRUE(std::equal(
            rest.begin(), rest.end(), whole.begin() + static_cast<std::ptrdiff_t>(cut * kC)))
            << cut;
    }
}

TEST_P(EveryInstructionSet, ScalesShiftsAndActivates) {
    const auto in = random_values(9 * kC, 5);
    const auto scale = random_values(kC, 6);
    const auto shift = random_values(kC, 7);
    std::vector<float> out(in.size());
    kernels_->scale_shift(in.data(), 9, scale.data(), shift.data(), 0.1F, out.data());
    for (std::size_t at = 0; at < in.size(); ++at) {
        const float x = in[at] * scale[at % kC] + shift[at % kC];
        ASSERT_NEAR(out[at], x > 0 ? x : 0.1F * x, 1e-6);
    }
}

TEST_P(EveryInstructionSet, CountsTheWorkOfItsPeakLoop) {
    EXPECT_GE(kernels_->multiply_add_loop(1000), 2.0 * 1000 * kRowChannels);
}

INSTANTIATE_TEST_SUITE_P(Sets, EveryInstructionSet, testing::Values("generic", "avx2", "avx512"));

TEST(Kernels32, UnknownNamesAreRefusedAndAChoiceAlwaysExists) {
    EXPECT_EQ(find_kernels32("sse9"), nullptr);
    EXPECT_NE(find_kernels32(kernels32().name), nullptr);
}

}  // namespace
}  // namespace varhush::nn
