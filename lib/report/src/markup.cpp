#include "markup.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <vector>

namespace varhush::report {

namespace {

constexpr std::string_view kDash = "\u2013";
constexpr std::string_view kEllipsis = "\u2026";
constexpr std::string_view kReplacement = "\uFFFD";

/// Bytes of the letter that starts at `at`; 0: these bytes are no UTF-8.
std::size_t letter_bytes(std::string_view text, std::size_t at) {
    const auto byte = [&](std::size_t i) {
        return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
    };
    const unsigned first = byte(0);
    if (first < 0x80) {
        return 1;
    }
    const std::size_t size = first >= 0xF0 ? 4 : (first >= 0xE0 ? 3 : 2);
    if (first < 0xC2 || first > 0xF4) {
        return 0;
    }
    for (std::size_t i = 1; i < size; ++i) {
        if ((byte(i) & 0xC0U) != 0x80U) {
            return 0;
        }
    }
    // Spelled too long, surrogates, beyond Unicode.
    const unsigned second = byte(1);
    const bool strange = (first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
                         (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F);
    return strange ? 0 : size;
}

std::string_view escape_of(char letter) {
    switch (letter) {
        case '&':
            return "&amp;";
        case '<':
            return "&lt;";
        case '>':
            return "&gt;";
        case '"':
            return "&quot;";
        default:
            return {};
    }
}

}  // namespace

std::string escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t size = letter_bytes(text, at);
        const std::string_view escape = escape_of(text[at]);
        const auto code = static_cast<unsigned char>(text[at]);
        if (size == 0) {
            out.append(kReplacement);
        } else if (!escape.empty()) {
            out.append(escape);
        } else if (code < 0x20 || code == 0x7F) {
            out.push_back(' ');
        } else {
            out.append(text.substr(at, size));
        }
        at += size == 0 ? 1 : size;
    }
    return out;
}

std::string fixed(double value, int decimals) {
    std::array<char, 48> text;
    std::snprintf(text.data(), text.size(), "%.*f", decimals, value == 0 ? 0.0 : value);
    return text.data();
}

std::string coordinate(double value) {
    // Rounded first: -0.04 is "0", not "-0".
    const double tenths = std::round(value * 10);
    std::string text = fixed(tenths / 10, 1);
    if (text.ends_with(".0")) {
        text.resize(text.size() - 2);
    }
    return text;
}

std::string number(double value, int digits) {
    std::array<char, 48> text;
    std::snprintf(text.data(), text.size(), "%.*g", digits, value == 0 ? 0.0 : value);
    return text.data();
}

std::string fixed_or_dash(double value, int decimals) {
    return std::isnan(value) ? std::string(kDash) : fixed(value, decimals);
}

std::string number_or_dash(double value, int digits) {
    return std::isnan(value) ? std::string(kDash) : number(value, digits);
}

std::string percent(double share, int decimals) {
    return std::isnan(share) ? std::string(kDash) : fixed(100 * share, decimals) + " %";
}

std::string shortened(std::string_view text, std::size_t letters) {
    std::vector<std::size_t> starts;
    for (std::size_t at = 0; at < text.size();) {
        starts.push_back(at);
        at += std::max<std::size_t>(1, letter_bytes(text, at));
    }
    if (starts.size() <= letters) {
        return std::string(text);
    }
    const std::size_t tail = (letters - 1) / 2;
    const std::size_t head = letters - 1 - tail;
    std::string out(text.substr(0, starts[head]));
    return out.append(kEllipsis).append(text.substr(starts[starts.size() - tail]));
}

double nice_step(double range, double parts) {
    const double least = range / parts;
    const double power = std::pow(10, std::floor(std::log10(least)));
    for (const double factor : {1.0, 2.0, 5.0}) {
        if (factor * power >= least) {
            return factor * power;
        }
    }
    return 10 * power;
}

}  // namespace varhush::report
