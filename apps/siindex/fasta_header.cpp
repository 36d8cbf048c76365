#include "apps/siindex/fasta_header.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <string>
#include <utility>

namespace varhush::apps {

namespace {

using sirna::Stretch;
using sirna::TranscriptRecord;

/// "61-978", 1-based and closed.
std::optional<Stretch> parse_range(std::string_view text) {
    Stretch range;
    const char* const end = text.data() + text.size();
    const auto first = std::from_chars(text.data(), end, range.start);
    if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '-') {
        return std::nullopt;
    }
    const auto last = std::from_chars(first.ptr + 1, end, range.end);
    const bool good = last.ec == std::errc{} && last.ptr == end && range.start > 0;
    if (!good || range.end < range.start) {
        return std::nullopt;
    }
    --range.start;
    return range;
}

/// What stands between separators, in order.
template <class Use>
void each_part(std::string_view text, char separator, const Use& use) {
    while (!text.empty()) {
        const std::size_t at = text.find(separator);
        use(text.substr(0, at));
        text.remove_prefix(at == std::string_view::npos ? text.size() : at + 1);
    }
}

void read_gencode(std::string_view token, TranscriptRecord& record) {
    std::array<std::string_view, 6> fields;
    std::size_t count = 0;
    each_part(token, '|', [&](std::string_view field) {
        if (count < fields.size()) {
            fields[count] = field;
        }
        ++count;
        if (field.starts_with("CDS:")) {
            record.cds = parse_range(field.substr(4));
        }
    });
    record.name = fields[0];
    if (count >= fields.size()) {  // transcript, gene, two of Havana, transcript name, symbol, …
        record.gene_id = fields[1];
        record.gene_name = fields[5];
    }
}

void take(std::string_view key, std::string_view value, TranscriptRecord& record) {
    if (value.empty()) {
        return;
    }
    if (key == "gene" || key == "gene_id") {
        record.gene_id = value;
    } else if (key == "gene_symbol" || key == "gene_name") {
        record.gene_name = value;
    } else if (key == "CDS") {
        record.cds = parse_range(value);
    }
}

/// Words of the forms key:value, key=value and [key=value].
void read_words(std::string_view text, TranscriptRecord& record) {
    each_part(text, ' ', [&](std::string_view word) {
        if (word.starts_with('[')) {
            word.remove_prefix(1);
            word = word.substr(0, word.find(']'));
        }
        const std::size_t at = word.find_first_of(":=");
        if (at != std::string_view::npos) {
            take(word.substr(0, at), word.substr(at + 1), record);
        }
    });
}

/// RefSeq: "Homo sapiens alpha-2-macroglobulin (A2M), transcript variant 1, mRNA".
void read_refseq(std::string_view text, TranscriptRecord& record) {
    constexpr std::array<std::string_view, 6> kAccessions{"NM_", "NR_", "XM_", "XR_", "NG_", "NP_"};
    bool is_refseq = false;
    for (const std::string_view prefix : kAccessions) {
        is_refseq = is_refseq || std::string_view(record.name).starts_with(prefix);
    }
    const std::size_t close = text.rfind("), ");
    if (!is_refseq || close == std::string_view::npos) {
        return;
    }
    const std::size_t open = text.rfind('(', close);
    if (open != std::string_view::npos && open + 1 < close) {
        record.gene_id = text.substr(open + 1, close - open - 1);
        record.gene_name = record.gene_id;
    }
}

}  // namespace

TranscriptRecord parse_fasta_header(std::string_view header) {
    TranscriptRecord record;
    const std::size_t blank = header.find_first_of(" \t");
    const std::string_view token = header.substr(0, blank);
    const std::string_view rest =
        blank == std::string_view::npos ? std::string_view{} : header.substr(blank + 1);
    if (token.find('|') != std::string_view::npos) {
        read_gencode(token, record);
    } else {
        record.name = token;
    }
    read_words(rest, record);
    if (record.gene_id.empty()) {
        read_refseq(rest, record);
    }
    return record;
}

}  // namespace varhush::apps
