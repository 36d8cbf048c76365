#include "guide_text.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace varhush::report {

std::string number_or_dot(double value, int digits) {
    if (std::isnan(value)) {
        return ".";
    }
    std::array<char, 48> text;
    std::snprintf(text.data(), text.size(), "%.*g", digits, value);
    return text.data();
}

std::string field(std::string_view text) {
    std::string clean(text.empty() ? "." : text);
    for (char& letter : clean) {
        if (letter == '\t' || letter == '\n' || letter == '\r') {
            letter = ' ';
        }
    }
    return clean;
}

std::string joined(const std::vector<std::string>& parts, std::string_view separator) {
    std::string text;
    for (const std::string& part : parts) {
        text.append(text.empty() ? "" : separator).append(part);
    }
    return field(text);
}

std::string joined(const std::vector<int>& parts) {
    std::vector<std::string> texts;
    texts.reserve(parts.size());
    for (const int part : parts) {
        texts.push_back(std::to_string(part));
    }
    return joined(texts, ",");
}

std::string joined(std::span<const std::int64_t> parts, std::size_t count) {
    std::vector<std::string> texts;
    for (const std::int64_t part : parts.first(count)) {
        texts.push_back(std::to_string(part));
    }
    return joined(texts, ",");
}

std::string plain_letters(std::string strand) {
    std::replace(strand.begin(), strand.end(), 't', 'T');
    return strand;
}

std::string variants_text(const sirna::TargetProfile& target, const sirna::TargetSite& site) {
    std::vector<std::string> texts;
    for (const sirna::VariantInSite& one : site.variants) {
        const sirna::VariantOnTarget& variant = target.variants[one.variant];
        std::string text = variant.id + ":" + std::to_string(one.first_pos);
        if (one.last_pos != one.first_pos) {
            text.append("-").append(std::to_string(one.last_pos));
        }
        texts.push_back(text + ":" + number_or_dot(variant.frequency));
    }
    return joined(texts, ";");
}

std::string genome_text(const sirna::TargetProfile& target, const sirna::TargetSite& site) {
    std::string text;
    for (const seq::Interval& piece : site.genome) {
        text.append(text.empty() ? target.contig + ":" : ",");
        text.append(std::to_string(piece.start + 1)).append("-").append(std::to_string(piece.end));
    }
    return field(text);
}

std::string provenance_lines(const sirna::DesignReport& report) {
    std::string text;
    const auto add = [&](const char* key, const std::string& value) {
        if (!value.empty()) {
            text.append("##").append(key).append("=").append(field(value)).append("\n");
        }
    };
    add("varhush_sidesignVersion", report.version);
    add("varhush_sidesignCommand", report.command);
    add("varhush_model",
        "<ID=" + report.model +
            ",SHA256=" + (report.model_sha256.empty() ? "." : report.model_sha256) + ">");
    add("varhush_index", report.index.empty() ? "none" : report.index);
    for (const std::string& note : report.notes) {
        add("note", note);
    }
    return text;
}

}  // namespace varhush::report
