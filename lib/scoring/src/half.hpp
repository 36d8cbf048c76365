#pragma once

namespace varhush::scoring {

/// `value` rounded to the nearest IEEE 754 half-precision number, ties to even; above 65,504
/// infinity.
[[nodiscard]] float round_to_half(float value) noexcept;

}  // namespace varhush::scoring
