#include "spliceai_table.hpp"

#include "varhush/io/text_reader.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace varhush::io {
namespace {

/// "1,20,300," with or without the last comma.
std::vector<std::int64_t> parse_list(std::string_view text,
                                     std::string_view what,
                                     const FilePosition& position) {
    std::vector<std::int64_t> values;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        values.push_back(parse_coordinate(text.substr(0, comma), what, position));
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return values;
}

void add_exons(const std::vector<std::string_view>& fields,
               const FilePosition& position,
               seq::Transcript& row) {
    const auto starts = parse_list(fields[5], "EXON_START", position);
    const auto ends = parse_list(fields[6], "EXON_END", position);
    if (starts.size() != ends.size() || starts.empty()) {
        position.fail("EXON_START lists " + std::to_string(starts.size()) + " exons and EXON_END " +
                      std::to_string(ends.size()));
    }
    for (std::size_t i = 0; i < starts.size(); ++i) {
        if (ends[i] <= starts[i]) {
            position.fail("exon " + std::to_string(i + 1) + " ends at " + std::to_string(ends[i]) +
                          ", before it starts (" + std::to_string(starts[i]) + ")");
        }
        row.exons.push_back({starts[i], ends[i]});
    }
    std::sort(row.exons.begin(), row.exons.end(), [](const auto& a, const auto& b) {
        return std::pair(a.start, a.end) < std::pair(b.start, b.end);
    });
}

}  // namespace

seq::Transcript parse_spliceai_row(std::string_view line, const FilePosition& position) {
    const std::vector<std::string_view> fields = split_tabs(line);
    if (fields.size() != 7) {
        position.fail("expected 7 tab-separated columns, found " + std::to_string(fields.size()),
                      "columns are #NAME CHROM STRAND TX_START TX_END EXON_START EXON_END");
    }
    seq::Transcript row;
    if (fields[0].empty() || fields[1].empty()) {
        position.fail("NAME or CHROM is empty");
    }
    row.id = row.gene_name = fields[0];
    row.contig = fields[1];
    if (fields[2] != "+" && fields[2] != "-") {
        position.fail("STRAND is '" + std::string(fields[2]) + "', expected '+' or '-'");
    }
    row.strand = fields[2].front();
    row.span = {parse_coordinate(fields[3], "TX_START", position),
                parse_coordinate(fields[4], "TX_END", position)};
    if (row.span.end <= row.span.start) {
        position.fail("TX_END is not behind TX_START");
    }
    add_exons(fields, position, row);
    row.canonical = true;
    return row;
}

}  // namespace varhush::io
