#include "varhush/report/allele_table.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <optional>
#include <utility>

namespace varhush::report {

namespace {

std::vector<std::string> split_fields(std::string_view text) {
    std::vector<std::string> fields(1);
    for (const char c : text) {
        if (c == '|') {
            fields.emplace_back();
        } else {
            fields.back() += c;
        }
    }
    return fields;
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
    });
    return out;
}

void append_text(std::string_view value, std::string& out) {
    out += '\t';
    if (value.empty()) {
        out += '.';
    }
    for (const char c : value) {
        out += c == '\t' || c == '\n' || c == '\r' ? ' ' : c;
    }
}

template <class Number>
void append_number(const std::optional<Number>& value, std::string& out) {
    if (!value) {
        append_text("", out);
        return;
    }
    char text[32];
    std::snprintf(text, sizeof text, "%g", static_cast<double>(*value));
    append_text(text, out);
}

}  // namespace

AlleleTable::AlleleTable(const VcfAnnotatorOptions& content) : content_(content) {
    if (!content_.packed_format.empty()) {
        packed_fields_ = split_fields(content_.packed_format);
    }
}

std::string AlleleTable::header() const {
    std::string line = "chrom\tpos\tid\tref\talt\tstatus";
    for (const auto modality : content_.modalities) {
        append_text(lower(modality_tag(modality)), line);
    }
    if (content_.calibrated) {
        line += "\tvh_max\tvh_phred";
    }
    line += content_.spread ? "\tvh_sd" : "";
    line += content_.unlike ? "\tvh_ood" : "";
    line += content_.sign_of.empty() ? "" : "\tvh_sign";
    line += content_.top ? "\tvh_top" : "";
    line += content_.missed ? "\tvh_miss" : "";
    for (const auto& field : packed_fields_) {
        append_text(lower(field), line);
    }
    return line + "\n";
}

void AlleleTable::append_values(const seq::AlleleAnnotation& allele, std::string& out) const {
    for (const auto modality : content_.modalities) {
        append_number(allele[modality], out);
    }
    if (content_.calibrated) {
        append_number(allele.max_rank, out);
        append_number(
            allele.max_rank ? std::optional(rank_to_phred(*allele.max_rank)) : std::nullopt, out);
    }
    if (content_.spread) {
        append_number(allele.spread, out);
    }
    if (content_.unlike) {
        append_number(allele.unlike, out);
    }
    if (!content_.sign_of.empty()) {
        append_number(allele.sign_probability, out);
    }
    if (content_.top) {
        append_text(allele.top, out);
    }
    if (content_.missed) {
        append_text(allele.missed, out);
    }
}

void AlleleTable::append(const io::VariantRecord& record,
                         const seq::RecordAnnotation& annotation,
                         std::string& out) const {
    VARHUSH_CHECK(annotation.alleles.size() == record.alt_count());
    for (std::size_t a = 0; a < annotation.alleles.size(); ++a) {
        const auto& allele = annotation.alleles[a];
        std::string start(record.contig());
        append_text(std::to_string(record.position() + 1), start);
        append_text(record.id(), start);
        append_text(record.ref(), start);
        append_text(record.alt(a), start);
        append_text(seq::status_text(allele.status), start);
        append_values(allele, start);
        for (const auto& entry : allele.packed) {
            const auto fields = split_fields(entry);
            VARHUSH_CHECK(fields.size() == packed_fields_.size());
            out += start;
            for (const auto& field : fields) {
                append_text(field, out);
            }
            out += '\n';
        }
        if (allele.packed.empty()) {
            out += start;
            for (std::size_t i = 0; i < packed_fields_.size(); ++i) {
                append_text("", out);
            }
            out += '\n';
        }
    }
}

}  // namespace varhush::report
