#include "gene_line.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace varhush::io {
namespace {

constexpr std::int64_t kLargestCoordinate = 1'000'000'000'000;

std::array<std::string_view, 9> nine_columns(std::string_view line, const FilePosition& position) {
    std::array<std::string_view, 9> columns;
    std::size_t count = 0;
    while (true) {
        const std::size_t tab = line.find('\t');
        if (count < columns.size()) {
            columns[count] = line.substr(0, tab);
        }
        ++count;
        if (tab == std::string_view::npos) {
            break;
        }
        line.remove_prefix(tab + 1);
    }
    if (count != columns.size()) {
        position.fail("expected 9 tab-separated columns, found " + std::to_string(count),
                      "is this a GTF or GFF3 file?");
    }
    return columns;
}

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

int tag_rank(std::string_view tag) {
    std::string name(tag);
    std::replace(name.begin(), name.end(), ' ', '_');
    if (name == "MANE_Select") {
        return 4;
    }
    if (name == "Ensembl_canonical") {
        return 3;
    }
    if (name == "RefSeq_Select") {
        return 2;
    }
    return name.rfind("appris_principal", 0) == 0 ? 1 : 0;
}

int hex_digit(char text) {
    if (text >= '0' && text <= '9') {
        return text - '0';
    }
    const char lower = static_cast<char>(text | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

}  // namespace

void FilePosition::fail(const std::string& what, const std::string& hint) const {
    fail_at(line, what, hint);
}

void FilePosition::fail_at(std::int64_t other_line,
                           const std::string& what,
                           const std::string& hint) const {
    throw Error(ErrorKind::kInput, name + ":" + std::to_string(other_line) + ": " + what, hint);
}

std::int64_t parse_coordinate(std::string_view text,
                              std::string_view what,
                              const FilePosition& position) {
    std::int64_t value = 0;
    const char* const last = text.data() + text.size();
    const auto [stop, code] = std::from_chars(text.data(), last, value);
    if (text.empty() || code != std::errc() || stop != last || value < 0 ||
        value > kLargestCoordinate) {
        position.fail(std::string(what) + " is '" + std::string(text) + "', not a coordinate");
    }
    return value;
}

char require_strand(char strand, std::string_view what, const FilePosition& position) {
    if (strand != '+' && strand != '-') {
        position.fail(
            std::string(what) + " has strand '" + std::string(1, strand) + "', expected '+' or '-'",
            "take features without a strand out of the file");
    }
    return strand;
}

GeneLine parse_gene_line(std::string_view line, const FilePosition& position) {
    const std::array<std::string_view, 9> columns = nine_columns(line, position);
    GeneLine result;
    result.contig = columns[0];
    result.type = columns[2];
    if (result.contig.empty() || result.type.empty()) {
        position.fail("the contig or the feature type is empty");
    }
    const std::int64_t first = parse_coordinate(columns[3], "the start", position);
    const std::int64_t last = parse_coordinate(columns[4], "the end", position);
    if (first < 1) {
        position.fail("the start is 0, but coordinates start at 1");
    }
    if (last < first) {
        position.fail("the feature ends (" + std::to_string(last) + ") before it starts (" +
                      std::to_string(first) + ")");
    }
    result.span = {first - 1, last};
    if (columns[6].size() != 1 ||
        std::string_view("+-.?").find(columns[6]) == std::string_view::npos) {
        position.fail("the strand is '" + std::string(columns[6]) + "', expected one of + - . ?");
    }
    result.strand = columns[6].front();
    result.attributes = columns[8];
    return result;
}

void visit_gtf_attributes(std::string_view text,
                          const FilePosition& position,
                          const AttributeVisitor& visit) {
    while (true) {
        const std::size_t first = text.find_first_not_of(" ;");
        if (first == std::string_view::npos) {
            return;
        }
        text.remove_prefix(first);
        const std::size_t blank = text.find_first_of(" ;\"");
        const std::string_view key = text.substr(0, blank);
        text.remove_prefix(std::min(blank, text.size()));
        text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
        if (key.empty() || text.empty() || text.front() == ';') {
            position.fail("attribute '" + std::string(key) + "' has no value",
                          "GTF attributes are written as key \"value\";");
        }
        std::size_t end = 0;
        if (text.front() == '"') {
            text.remove_prefix(1);
            end = text.find('"');
            if (end == std::string_view::npos) {
                position.fail("the quote of attribute '" + std::string(key) + "' is not closed");
            }
            visit(key, text.substr(0, end));
            ++end;
        } else {
            end = std::min(text.find(';'), text.size());
            visit(key, trimmed(text.substr(0, end)));
        }
        text.remove_prefix(end);
    }
}

void visit_gff3_attributes(std::string_view text,
                           const FilePosition& position,
                           const AttributeVisitor& visit) {
    if (text == ".") {
        return;
    }
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(';'), text.size());
        const std::string_view part = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        if (part.empty()) {
            continue;
        }
        const std::size_t equals = part.find('=');
        if (equals == 0 || equals == std::string_view::npos) {
            position.fail("attribute '" + std::string(part) + "' is not key=value",
                          "GFF3 attributes are written as key=value;");
        }
        visit(part.substr(0, equals), part.substr(equals + 1));
    }
}

std::string percent_decode(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
        if (low >= 0) {
            result += static_cast<char>(high * 16 + low);
            i += 2;
        } else {
            result += text[i];
        }
    }
    return result;
}

int canonical_rank(std::string_view tag) {
    int best = 0;
    while (true) {
        const std::size_t comma = tag.find(',');
        best = std::max(best, tag_rank(tag.substr(0, comma)));
        if (comma == std::string_view::npos) {
            return best;
        }
        tag.remove_prefix(comma + 1);
    }
}

}  // namespace varhush::io
