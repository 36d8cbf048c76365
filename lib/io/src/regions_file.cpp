#include "varhush/core/error.hpp"
#include "varhush/io/text_reader.hpp"
#include "varhush/io/variant_reader.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace varhush::io {

namespace {

enum class Layout { kBed, kVcf, kList };

Layout layout_of(const std::string& path) {
    std::string name = path;
    std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    for (const char* packed : {".gz", ".bgz"}) {
        if (name.ends_with(packed)) {
            name.resize(name.rfind('.'));
            break;
        }
    }
    if (name.ends_with(".bed")) {
        return Layout::kBed;
    }
    return name.ends_with(".vcf") ? Layout::kVcf : Layout::kList;
}

std::int64_t coordinate(std::string_view text, const TextReader& reader) {
    std::int64_t value = -1;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || value < 0) {
        throw Error(
            ErrorKind::kInput,
            reader.where() + ": not a coordinate: " + std::string(text.substr(0, 40)),
            "a BED (0-based, named .bed) or a tab-separated list CHROM POS [END] (1-based)");
    }
    return value;
}

seq::Region parse_line(std::string_view line, Layout layout, const TextReader& reader) {
    const auto fields = split_tabs(line);
    if (layout == Layout::kList && fields[0].find(' ') != std::string_view::npos) {
        throw Error(ErrorKind::kInput,
                    reader.where() +
                        ": a contig name with a blank: " + std::string(fields[0].substr(0, 40)),
                    "columns are separated by tabs: tr -s ' ' '\\t'");
    }
    const std::size_t needed = layout == Layout::kBed ? 3 : 2;
    if (fields.size() == 1 && layout == Layout::kList) {
        return {std::string(fields[0]), 0, seq::Region::kToContigEnd};
    }
    if (fields.size() < needed || fields[0].empty()) {
        throw Error(ErrorKind::kInput,
                    reader.where() + ": " + std::to_string(fields.size()) + " columns of " +
                        std::to_string(needed),
                    "columns are separated by tabs");
    }
    const std::int64_t first = coordinate(fields[1], reader);
    std::int64_t start = first - (layout == Layout::kBed ? 0 : 1);
    std::int64_t end = first;
    if (layout == Layout::kBed || (layout == Layout::kList && fields.size() > 2)) {
        end = coordinate(fields[2], reader);
    }
    if (end < start + (layout == Layout::kBed ? 0 : 1) || start < 0) {
        throw Error(ErrorKind::kInput, reader.where() + ": the end lies before the start");
    }
    return {std::string(fields[0]), start, end};
}

}  // namespace

std::vector<seq::Region> read_regions_file(const std::string& path) {
    TextReader reader(path);
    const Layout layout = layout_of(path);
    std::vector<seq::Region> regions;
    std::string line;
    while (reader.next(line)) {
        reader.refuse_cut_line();
        if (line.empty() || line[0] == '#' || line.starts_with("track") ||
            line.starts_with("browser")) {
            continue;
        }
        regions.push_back(parse_line(line, layout, reader));
    }
    if (regions.empty()) {
        throw Error(ErrorKind::kInput, path + " holds no regions");
    }
    return regions;
}

}  // namespace varhush::io
