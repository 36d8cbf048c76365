#include "varhush/report/info_text.hpp"

namespace varhush::report {

namespace {

constexpr std::string_view kHexDigits = "0123456789ABCDEF";

bool is_hex(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

bool must_encode(std::string_view text, std::size_t at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte <= 0x20 || byte == 0x7F) {
        return true;
    }
    if (text[at] == '%') {
        return !(at + 2 < text.size() && is_hex(text[at + 1]) && is_hex(text[at + 2]));
    }
    return text[at] == ',' || text[at] == ';' || text[at] == '=';
}

}  // namespace

std::string info_text(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!must_encode(text, i)) {
            out += text[i];
            continue;
        }
        const auto byte = static_cast<unsigned char>(text[i]);
        out += '%';
        out += kHexDigits[byte >> 4];
        out += kHexDigits[byte & 15];
    }
    return out;
}

std::string quoted_header_text(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
        }
        out += c == '\n' || c == '\r' || c == '\t' ? ' ' : c;
    }
    return out + '"';
}

}  // namespace varhush::report
