#include "vcf_columns.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <charconv>

namespace varhush::io {
namespace {

constexpr std::size_t kMostPloidy = 8;
constexpr std::size_t kFixedColumns = 8;

std::size_t binomial(std::size_t n, std::size_t k) {
    std::size_t result = 1;
    for (std::size_t i = 1; i <= k; ++i) {
        result = result * (n - k + i) / i;  // exact: a product of i neighbours is a multiple of i!
    }
    return result;
}

}  // namespace

std::string VcfColumns::where() const {
    return contig + ":" + std::to_string(position + 1);
}

std::vector<std::string> split_text(std::string_view text, char separator) {
    std::vector<std::string> parts;
    while (true) {
        const std::size_t end = text.find(separator);
        parts.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(end + 1);
    }
}

std::string join_text(const std::vector<std::string>& parts, char separator) {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        if (i > 0) {
            text += separator;
        }
        text += parts[i];
    }
    return text;
}

VcfColumns parse_vcf_columns(std::string_view line) {
    std::vector<std::string> fields = split_text(line, '\t');
    VARHUSH_CHECK(fields.size() >= kFixedColumns);
    VcfColumns columns;
    columns.contig = std::move(fields[0]);
    const auto parsed =
        std::from_chars(fields[1].data(), fields[1].data() + fields[1].size(), columns.position);
    VARHUSH_CHECK(parsed.ec == std::errc());
    --columns.position;
    columns.id = std::move(fields[2]);
    columns.ref = std::move(fields[3]);
    if (fields[4] != ".") {
        columns.alts = split_text(fields[4], ',');
    }
    columns.quality = std::move(fields[5]);
    columns.filter = std::move(fields[6]);
    if (fields[7] != ".") {
        for (std::string& entry : split_text(fields[7], ';')) {
            const std::size_t equals = entry.find('=');
            if (equals == std::string::npos) {
                columns.info.push_back({std::move(entry), std::nullopt});
            } else {
                columns.info.push_back({entry.substr(0, equals), entry.substr(equals + 1)});
            }
        }
    }
    if (fields.size() > kFixedColumns && fields[kFixedColumns] != ".") {
        columns.format = split_text(fields[kFixedColumns], ':');
    }
    for (std::size_t i = kFixedColumns + 1; i < fields.size(); ++i) {
        columns.samples.push_back(split_text(fields[i], ':'));
    }
    return columns;
}

std::string format_vcf_columns(const VcfColumns& columns) {
    std::string line = columns.contig + '\t' + std::to_string(columns.position + 1) + '\t' +
                       columns.id + '\t' + columns.ref + '\t' +
                       (columns.alts.empty() ? "." : join_text(columns.alts, ',')) + '\t' +
                       columns.quality + '\t' + columns.filter + '\t';
    for (std::size_t i = 0; i < columns.info.size(); ++i) {
        line += (i > 0 ? ";" : "") + columns.info[i].key;
        if (columns.info[i].value) {
            line += '=' + *columns.info[i].value;
        }
    }
    if (columns.info.empty()) {
        line += '.';
    }
    if (!columns.samples.empty()) {
        line += '\t' + (columns.format.empty() ? "." : join_text(columns.format, ':'));
        for (const auto& sample : columns.samples) {
            line += '\t' + join_text(sample, ':');
        }
    }
    return line;
}

std::size_t genotype_index(const std::vector<std::size_t>& alleles) {
    std::size_t index = 0;
    for (std::size_t m = 0; m < alleles.size(); ++m) {
        index += alleles[m] == 0 ? 0 : binomial(alleles[m] + m, m + 1);
    }
    return index;
}

std::size_t genotype_count(std::size_t alleles, std::size_t ploidy) {
    return binomial(alleles + ploidy - 1, ploidy);
}

std::optional<std::size_t> ploidy_of(std::size_t values, std::size_t alleles) {
    for (std::size_t ploidy = 1; ploidy <= kMostPloidy; ++ploidy) {
        const std::size_t count = genotype_count(alleles, ploidy);
        if (count >= values) {  // it only grows; going on could overflow
            return count == values ? std::optional(ploidy) : std::nullopt;
        }
    }
    return std::nullopt;
}

std::optional<Genotype> parse_genotype(std::string_view text) {
    Genotype genotype;
    while (true) {
        const std::size_t end = std::min(text.find_first_of("/|"), text.size());
        const std::string_view allele = text.substr(0, end);
        int number = Genotype::kNoAllele;
        if (allele != ".") {
            const char* const last = allele.data() + allele.size();
            const auto parsed = std::from_chars(allele.data(), last, number);
            if (parsed.ec != std::errc() || parsed.ptr != last || number < 0) {
                return std::nullopt;
            }
        }
        genotype.alleles.push_back(number);
        if (end == text.size()) {
            return genotype;
        }
        genotype.separators += text[end];
        text.remove_prefix(end + 1);
    }
}

std::string format_genotype(const Genotype& genotype) {
    std::string text;
    for (std::size_t i = 0; i < genotype.alleles.size(); ++i) {
        if (i > 0) {
            text += genotype.separators[i - 1];
        }
        const int allele = genotype.alleles[i];
        text += allele == Genotype::kNoAllele ? "." : std::to_string(allele);
    }
    return text;
}

}  // namespace varhush::io
