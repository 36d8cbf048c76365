#include "half.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace varhush::scoring {

float round_to_half(float value) noexcept {
    constexpr int kPrecision = 11;          // bits of a normal significand
    constexpr int kSmallestExponent = -13;  // of a normal number in frexp's sense
    constexpr float kLargest = 65504;
    if (!std::isfinite(value) || value == 0) {
        return value;
    }
    int exponent = 0;
    static_cast<void>(std::frexp(value, &exponent));
    const int quantum = std::max(exponent, kSmallestExponent) - kPrecision;
    const float rounded = std::ldexp(std::nearbyint(std::ldexp(value, -quantum)), quantum);
    return std::fabs(rounded) > kLargest
               ? std::copysign(std::numeric_limits<float>::infinity(), value)
               : rounded;
}

}  // namespace varhush::scoring
