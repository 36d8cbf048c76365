#pragma once

#include <string>
#include <string_view>

namespace varhush::scoring {

// Text of the scorers whose values have six decimals: reporter networks, mixes, cleavage.

/// What prints as something else than 0.000000.
inline constexpr double kSmallestPrinted = 5e-7;

/// Appends "|field".
void append_field(std::string_view field, std::string& entry);

/// Appends "|value" with six decimals.
void append_number(double value, std::string& entry);

/// "reporter_gain", "reporter_loss" or "reporter_unchanged".
[[nodiscard]] const char* reporter_consequence(double score) noexcept;

}  // namespace varhush::scoring
