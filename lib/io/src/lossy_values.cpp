#include "lossy_values.hpp"

#include "varhush/core/log.hpp"

#include <algorithm>
#include <charconv>

namespace varhush::io {

namespace {

constexpr std::size_t kLongDigits = 10;  // fewer always fit into 32 bits
constexpr std::int64_t kLeast = INT32_MIN + 8LL;
constexpr std::int64_t kMost = INT32_MAX;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// The number that starts at `at` fills its field (between separators) and needs over 32 bits.
bool is_too_long(std::string_view text, std::size_t at, std::string_view before) {
    const bool negative = at > 0 && text[at - 1] == '-';
    const std::size_t start = negative ? at - 1 : at;
    if (start > 0 && before.find(text[start - 1]) == std::string_view::npos) {
        return false;
    }
    std::int64_t value = 0;
    const auto parsed = std::from_chars(text.data() + start, text.data() + text.size(), value);
    const bool overflow = parsed.ec == std::errc::result_out_of_range;
    const auto end = static_cast<std::size_t>(parsed.ptr - text.data());
    const bool is_whole =
        end == text.size() || std::string_view(",;:\t").find(text[end]) != std::string_view::npos;
    return is_whole && (overflow || value < kLeast || value > kMost);
}

bool is_integer(const bcf_hdr_t* header, int kind, const std::string& tag) {
    const int id = bcf_hdr_id2int(header, BCF_DT_ID, tag.c_str());
    return id >= 0 && bcf_hdr_idinfo_exists(header, kind, id) &&
           bcf_hdr_id2type(header, kind, id) == BCF_HT_INT;
}

}  // namespace

std::size_t LossyValues::next_long_number(std::string_view text, std::size_t from) noexcept {
    std::size_t run = 0;
    for (std::size_t i = from; i < text.size(); ++i) {
        run = is_digit(text[i]) ? run + 1 : 0;
        if (run == kLongDigits) {
            return i + 1 - kLongDigits;
        }
    }
    return text.size();
}

std::size_t LossyValues::end_of_number(std::string_view text, std::size_t from) noexcept {
    while (from < text.size() && is_digit(text[from])) {
        ++from;
    }
    return from;
}

std::string LossyValues::info_tag_losing(std::string_view info,
                                         std::size_t at,
                                         const bcf_hdr_t* header) {
    if (!is_too_long(info, at, "=,")) {
        return {};
    }
    const std::size_t separator = info.rfind(';', at);
    const std::size_t start = separator == std::string_view::npos ? 0 : separator + 1;
    const std::string tag(info.substr(start, info.find('=', start) - start));
    return is_integer(header, BCF_HL_INFO, tag) ? "INFO/" + tag : "";
}

std::string LossyValues::format_tag_losing(std::string_view columns,
                                           std::size_t at,
                                           const bcf_hdr_t* header) {
    if (!is_too_long(columns, at, "\t:,")) {
        return {};
    }
    const std::size_t column = columns.rfind('\t', at);
    if (column == std::string_view::npos) {
        return {};
    }
    const std::string_view before = columns.substr(column, at - column);
    auto field = std::count(before.begin(), before.end(), ':');
    std::string_view format = columns.substr(0, columns.find('\t'));
    for (; field > 0 && format.find(':') != std::string_view::npos; --field) {
        format.remove_prefix(format.find(':') + 1);
    }
    const std::string tag(format.substr(0, format.find(':')));
    return is_integer(header, BCF_HL_FMT, tag) ? "FORMAT/" + tag : "";
}

void LossyValues::report_first(const std::string& tag, const std::string& where) {
    core::log(core::LogLevel::kWarning,
              where + ": " + tag +
                  " holds an integer beyond 32 bits, which VCF does not allow; it is taken as "
                  "missing");
}

void LossyValues::summarise(const std::string& name) const {
    if (count_ > 1) {
        core::log(core::LogLevel::kWarning,
                  name + ": " + std::to_string(count_) + " integers beyond 32 bits in all");
    }
}

}  // namespace varhush::io
