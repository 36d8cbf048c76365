#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace varhush::report {

/// A stretch of a sequence with a number at each base.
struct LogoStretch {
    std::string contig;
    std::int64_t start = 0;      ///< 0-based
    std::string bases;           ///< A C G T; any other letter has no number
    std::vector<double> values;  ///< one a base; NaN: none, shown as a grey column
};

/// What a logo says of itself.
struct LogoText {
    std::string title;
    std::string subtitle;     ///< a second, smaller line
    std::string description;  ///< for those who do not see it
    std::string y_label;
};

/// Bases that a logo may have in all: more cannot be read, and makes files of megabytes.
inline constexpr std::size_t kLogoMostBases = 4000;

/// A sequence logo as SVG: each base as a letter whose height is its number, below the axis where
/// that is negative, in rows of 80 bases with one scale. Letters are drawn, not set in a font, and
/// stand apart by form and by colour (Okabe and Ito, for all kinds of colour vision). The same
/// stretches give the same bytes.
/// @throws Error{kInternal} for values unequal to bases, or more than kLogoMostBases.
[[nodiscard]] std::string logo_svg(const std::vector<LogoStretch>& stretches, const LogoText& text);

}  // namespace varhush::report
