#pragma once

#include "varhush/nn/safetensors.hpp"

#include <array>
#include <cstddef>

namespace varhush::scoring {

/// `value` rounded to float16 by way of the safetensors conversions, an independent way to it.
inline float half_of(float value) {
    std::array<std::byte, 2> bytes{};
    nn::narrow(std::span(&value, 1), "F16", bytes);
    const nn::SafeTensors::Entry entry{"F16", {1}, bytes};
    float back = 0;
    nn::widen(entry, 0, std::span(&back, 1));
    return back;
}

}  // namespace varhush::scoring
