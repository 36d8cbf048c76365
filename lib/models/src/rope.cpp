#include "rope.hpp"

#include <bit>
#include <cmath>

namespace varhush::models {

namespace {

// To the nearest bfloat16, ties to even.
float bf16(float x) {
    auto bits = std::bit_cast<std::uint32_t>(x);
    bits += 0x7FFFU + ((bits >> 16U) & 1U);
    return std::bit_cast<float>(bits & 0xFFFF0000U);
}

}  // namespace

Rope::Rope(int width, std::int64_t max_position, bool round_to_bf16) : round_(round_to_bf16) {
    const int n = width / 2;
    const double last = static_cast<double>(max_position - n + 1);
    for (int i = 0; i < n; ++i) {
        const double share = n > 1 ? static_cast<double>(i) / (n - 1) : 0.0;
        const auto series = static_cast<float>(std::pow(last, share));
        const float denominator = static_cast<float>(i) + series;
        inverse_.push_back(1.0F / (round_ ? bf16(denominator) : denominator));
        if (round_) {
            inverse_.back() = bf16(inverse_.back());
        }
    }
}

void Rope::angles(std::int64_t position, std::span<float> cosines, std::span<float> sines) const {
    const auto at = static_cast<float>(position);
    for (std::size_t i = 0; i < inverse_.size(); ++i) {
        const float theta = round_ ? bf16(bf16(at) * inverse_[i]) : at * inverse_[i];
        cosines[i] = std::cos(theta);
        sines[i] = std::sin(theta);
        if (round_) {
            cosines[i] = bf16(cosines[i]);
            sines[i] = bf16(sines[i]);
        }
    }
}

void rotate(std::span<const float> cosines, std::span<const float> sines, float* values) {
    for (std::size_t i = 0; i < cosines.size(); ++i) {
        const float even = values[2 * i];
        const float odd = values[2 * i + 1];
        values[2 * i] = even * cosines[i] - odd * sines[i];
        values[2 * i + 1] = odd * cosines[i] + even * sines[i];
    }
}

}  // namespace varhush::models
