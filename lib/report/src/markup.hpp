#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// Text for SVG and HTML.

namespace varhush::report {

/// Appends all parts.
template <class... Parts>
void put(std::string& out, const Parts&... parts) {
    (out.append(parts), ...);
}

/// Text as character data or as an attribute in double quotes: & < > " are escaped, control
/// characters become spaces, bytes that are no UTF-8 become U+FFFD.
[[nodiscard]] std::string escaped(std::string_view text);

/// "%.*f"; minus zero is zero.
[[nodiscard]] std::string fixed(double value, int decimals = 2);

/// A coordinate: one decimal, none where it is 0.
[[nodiscard]] std::string coordinate(double value);

/// "%.*g"
[[nodiscard]] std::string number(double value, int digits = 4);

/// As `fixed`; "–" for NaN.
[[nodiscard]] std::string fixed_or_dash(double value, int decimals = 2);

/// As `number`; "–" for NaN.
[[nodiscard]] std::string number_or_dash(double value, int digits = 3);

/// A share of 1 in percent: "86 %"; "–" for NaN.
[[nodiscard]] std::string percent(double share, int decimals = 0);

/// At most `letters` letters (of UTF-8): the middle gives way to an ellipsis, since names end in
/// what tells them apart. `letters` is at least 4.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t letters);

/// 1, 2 or 5 times a power of ten, at least 1/`parts` of `range`, which is positive.
[[nodiscard]] double nice_step(double range, double parts = 4);

}  // namespace varhush::report
