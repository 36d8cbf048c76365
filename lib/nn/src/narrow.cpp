#include "varhush/core/error.hpp"
#include "varhush/nn/safetensors.hpp"

#include <bit>
#include <cmath>
#include <cstring>

namespace varhush::nn {
namespace {

std::uint16_t narrow_to_bfloat(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    if (std::isnan(value)) {
        return static_cast<std::uint16_t>((bits >> 16U) |
                                          0x40U);  // rounding could make it infinite
    }
    const std::uint32_t half = 0x7FFFU + ((bits >> 16U) & 1U);
    return static_cast<std::uint16_t>((bits + half) >> 16U);
}

/// Source: IEEE 754-2008, table 3.5. The next representable number above is one more in the bits,
/// also from the largest subnormal to the smallest normal and from the largest finite to infinity.
std::uint16_t narrow_to_half(float value) {
    const auto bits = std::bit_cast<std::uint32_t>(value);
    const auto sign = static_cast<std::uint16_t>((bits >> 16U) & 0x8000U);
    const std::uint32_t magnitude = bits & 0x7FFFFFFFU;
    if (magnitude > 0x7F800000U) {
        return static_cast<std::uint16_t>(sign | 0x7E00U);
    }
    if (magnitude >= 0x47800000U) {  // 65,536 and above
        return static_cast<std::uint16_t>(sign | 0x7C00U);
    }
    if (magnitude < 0x38800000U) {  // below 2^-14: a multiple of 2^-24, rounded to even
        const float scaled = std::bit_cast<float>(magnitude) * 0x1p24F;
        return static_cast<std::uint16_t>(sign |
                                          static_cast<std::uint16_t>(std::nearbyint(scaled)));
    }
    const std::uint32_t rebased = magnitude - (112U << 23U);
    const std::uint32_t rounded = rebased + 0xFFFU + ((rebased >> 13U) & 1U);
    return static_cast<std::uint16_t>(sign | (rounded >> 13U));
}

template <class Narrow>
void narrow_each(std::span<const float> values, std::byte* to, Narrow narrow_one) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::uint16_t raw = narrow_one(values[i]);
        std::memcpy(to + 2 * i, &raw, 2);
    }
}

}  // namespace

void narrow(std::span<const float> values, const std::string& dtype, std::span<std::byte> out) {
    VARHUSH_CHECK(dtype == "F32" || dtype == "F16" || dtype == "BF16");
    VARHUSH_CHECK(out.size() == values.size() * (dtype == "F32" ? 4 : 2));
    if (values.empty()) {
        return;
    }
    if (dtype == "F32") {
        std::memcpy(out.data(), values.data(), out.size());
    } else if (dtype == "F16") {
        narrow_each(values, out.data(), narrow_to_half);
    } else {
        narrow_each(values, out.data(), narrow_to_bfloat);
    }
}

}  // namespace varhush::nn
