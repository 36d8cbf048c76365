#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace varhush::models {

/// Rotary position code. Inverse frequency i of n = width / 2 is 1 / (i + g_i), g a geometric
/// series from 1 to max_position - n + 1; elements 2i and 2i + 1 turn by position * frequency i.
/// All in float32 as in the reference; `round_to_bf16` rounds denominators, positions, angles,
/// cosines and sines as its bf16 run does.
class Rope {
  public:
    Rope(int width, std::int64_t max_position, bool round_to_bf16);

    /// cosines and sines, width / 2 each.
    void angles(std::int64_t position, std::span<float> cosines, std::span<float> sines) const;
    [[nodiscard]] int width() const noexcept { return static_cast<int>(2 * inverse_.size()); }

  private:
    std::vector<float> inverse_;
    bool round_;
};

/// Turns `values` (2 n) in place.
void rotate(std::span<const float> cosines, std::span<const float> sines, float* values);

}  // namespace varhush::models
