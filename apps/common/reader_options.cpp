#include "apps/common/reader_options.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace varhush::apps {

namespace {

/// Braces hold commas of contig names, as in bcftools: "{chr,1}:1-2".
std::vector<std::string> split_regions(std::string_view text) {
    std::vector<std::string> pieces(1);
    bool in_braces = false;
    for (const char c : text) {
        in_braces = c == '{' || (in_braces && c != '}');
        if (c == ',' && !in_braces) {
            pieces.emplace_back();
        } else {
            pieces.back() += c;
        }
    }
    return pieces;
}

// "chr1:1,000-2,000" splits into "chr1:1" and "000-2" and "000": contigs by the look of them, and a
// run that silently reads nothing.
bool looks_like_thousands(const std::string& before, const std::string& piece) {
    const auto is_digit = [](unsigned char c) { return c >= '0' && c <= '9'; };
    const auto digits = std::find_if_not(piece.begin(), piece.end(), is_digit) - piece.begin();
    const bool ends = static_cast<std::size_t>(digits) == piece.size() || piece[3] == '-';
    return digits == 3 && ends && before.find(':') != std::string::npos;
}

std::vector<seq::Region> parse_list(const std::string& option, std::string_view text) {
    std::vector<seq::Region> regions;
    const auto pieces = split_regions(text);
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        if (pieces[i].empty()) {
            throw Error(ErrorKind::kUsage, option + " holds an empty region: " + std::string(text));
        }
        if (i > 0 && looks_like_thousands(pieces[i - 1], pieces[i])) {
            throw Error(ErrorKind::kUsage,
                        option + " " + std::string(text) + ": a comma separates regions",
                        "write positions without thousands separators: chr1:1000-2000");
        }
        regions.push_back(seq::parse_region(pieces[i]));
    }
    return regions;
}

}  // namespace

io::VariantReaderOptions reader_options(const std::string& input, const RegionOptions& regions) {
    io::VariantReaderOptions options;
    options.path = input;
    if (!regions.regions.empty()) {
        options.regions = parse_list("-r", regions.regions);
    } else if (!regions.regions_file.empty()) {
        options.regions = io::read_regions_file(regions.regions_file);
    }
    const std::string& wish = !regions.targets.empty() ? regions.targets : regions.targets_file;
    if (wish.empty()) {
        return options;
    }
    options.targets_excluded = wish.front() == '^';
    const std::string what = options.targets_excluded ? wish.substr(1) : wish;
    options.targets =
        !regions.targets.empty() ? parse_list("-t", what) : io::read_regions_file(what);
    return options;
}

}  // namespace varhush::apps
