#include "varhush/seq/region.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <charconv>

namespace varhush::seq {
namespace {

[[noreturn]] void bad_region(std::string_view text, const std::string& why) {
    throw Error(ErrorKind::kUsage,
                "region '" + std::string(text) + "': " + why,
                "write CONTIG, CONTIG:POS, CONTIG:FROM-TO or CONTIG:FROM- (1-based), and "
                "{CONTIG}:FROM-TO when the name holds a colon");
}

/// A 1-based position, thousands separators allowed.
std::int64_t parse_position(std::string_view digits, std::string_view text) {
    std::string plain(digits);
    plain.erase(std::remove(plain.begin(), plain.end(), ','), plain.end());
    std::int64_t value = 0;
    const char* const last = plain.data() + plain.size();
    const auto [stop, code] = std::from_chars(plain.data(), last, value);
    if (code != std::errc() || stop != last || plain.front() == '-') {
        bad_region(text, "'" + std::string(digits) + "' is not a position");
    }
    if (value < 1) {
        bad_region(text, "positions start at 1");
    }
    return value;
}

void parse_interval(std::string_view interval, std::string_view text, Region& region) {
    const std::size_t dash = interval.find('-');
    if (interval.empty() || dash == 0) {
        bad_region(text, "a position is missing");
    }
    region.start = parse_position(interval.substr(0, dash), text) - 1;
    if (dash == std::string_view::npos) {
        region.end = region.start + 1;
    } else if (dash + 1 < interval.size()) {
        region.end = parse_position(interval.substr(dash + 1), text);
        if (region.end <= region.start) {
            bad_region(text, "it ends before it starts");
        }
    }
}

}  // namespace

Region parse_region(std::string_view text) {
    Region region;
    std::string_view rest;
    if (!text.empty() && text.front() == '{') {
        const std::size_t brace = text.find('}');
        if (brace == std::string_view::npos) {
            bad_region(text, "'}' is missing");
        }
        region.contig = text.substr(1, brace - 1);
        rest = text.substr(brace + 1);
        if (!rest.empty() && rest.front() != ':') {
            bad_region(text, "only ':' may follow '}'");
        }
    } else {
        const std::size_t colon = text.find(':');
        region.contig = text.substr(0, colon);
        rest = colon == std::string_view::npos ? std::string_view{} : text.substr(colon);
    }
    if (region.contig.empty()) {
        bad_region(text, "the contig name is missing");
    }
    if (!rest.empty()) {
        parse_interval(rest.substr(1), text, region);
    }
    return region;
}

std::string to_text(const Region& region) {
    const bool quoted = region.contig.find(':') != std::string::npos;
    const std::string name = quoted ? "{" + region.contig + "}" : region.contig;
    if (region.end == Region::kToContigEnd) {
        return region.start == 0 ? name : name + ":" + std::to_string(region.start + 1) + "-";
    }
    return name + ":" + std::to_string(region.start + 1) + "-" + std::to_string(region.end);
}

}  // namespace varhush::seq
