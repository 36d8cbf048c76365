#include "varhush/core/error.hpp"
#include "variant_source.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace varhush::io {

namespace {

constexpr std::size_t kFixedColumns = 8;
constexpr std::array<const char*, kFixedColumns> kColumnNames{
    "CHROM", "POS", "ID", "REF", "ALT", "QUAL", "FILTER", "INFO"};

[[noreturn]] void malformed(const VariantSource& at, const std::string& what) {
    throw Error(ErrorKind::kInput,
                at.where() + ": " + what,
                "is the file cut or edited by hand? 'bcftools view' shows what others make of it");
}

/// The fixed columns; `rest` is what follows them, empty when nothing does.
struct Columns {
    std::array<std::string_view, kFixedColumns> fixed;
    std::string_view rest;
    bool has_rest = false;
};

Columns split_fixed(std::string_view line, const VariantSource& at) {
    Columns columns;
    const char* from = line.data();
    const char* const end = from + line.size();
    for (std::size_t i = 0; i < kFixedColumns; ++i) {
        const auto left = static_cast<std::size_t>(end - from);
        const auto* tab = static_cast<const char*>(std::memchr(from, '\t', left));
        const char* stop = tab != nullptr ? tab : end;
        columns.fixed[i] = {from, static_cast<std::size_t>(stop - from)};
        if (tab == nullptr) {
            if (i + 1 < kFixedColumns) {
                malformed(at,
                          "only " + std::to_string(i + 1) + " of the 8 fixed columns are there");
            }
            return columns;
        }
        from = tab + 1;
    }
    columns.rest = {from, static_cast<std::size_t>(end - from)};
    columns.has_rest = true;
    return columns;
}

void check_fixed(const Columns& columns, const VariantSource& at) {
    for (std::size_t i = 0; i < kFixedColumns; ++i) {
        if (columns.fixed[i].empty()) {
            malformed(at, std::string("the column ") + kColumnNames[i] + " is empty");
        }
    }
    const std::string_view position = columns.fixed[1];
    // HTSlib stops silently at the first character that is no digit.
    if (!std::all_of(
            position.begin(), position.end(), [](char c) { return c >= '0' && c <= '9'; }) ||
        position.size() > 18) {
        malformed(at, "POS is not a position: " + std::string(position.substr(0, 40)));
    }
    std::string_view quality = columns.fixed[5];
    if (quality != ".") {
        quality.remove_prefix(quality.front() == '+' ? 1 : 0);
        float value = 0;
        const auto parsed = std::from_chars(quality.data(), quality.data() + quality.size(), value);
        if (parsed.ec == std::errc::invalid_argument ||
            parsed.ptr != quality.data() + quality.size()) {
            malformed(at, "QUAL is not a number: " + std::string(quality.substr(0, 40)));
        }
    }
}

void check_samples(const Columns& columns, int sample_count, const VariantSource& at) {
    const auto tabs = std::count(columns.rest.begin(), columns.rest.end(), '\t');
    if (sample_count == 0) {
        if (tabs > 0) {
            malformed(at,
                      std::to_string(tabs) + " sample columns, but the header names no samples");
        }
        return;
    }
    if (!columns.has_rest || tabs != sample_count) {
        malformed(at,
                  std::to_string(columns.has_rest ? tabs : 0) +
                      " sample columns, but the header names " + std::to_string(sample_count) +
                      " samples");
    }
}

std::string reason(int errcode) {
    if ((errcode & BCF_ERR_CTG_INVALID) != 0) {
        return "the contig name cannot be used";
    }
    if ((errcode & BCF_ERR_TAG_INVALID) != 0) {
        return "a name in FILTER, INFO or FORMAT cannot be used";
    }
    if ((errcode & BCF_ERR_LIMITS) != 0) {
        return "more alleles, INFO entries or FORMAT fields than VCF libraries can hold";
    }
    if ((errcode & BCF_ERR_NCOLS) != 0) {
        return "a sample column has more fields than FORMAT, or columns are missing";
    }
    return "malformed FILTER, INFO, FORMAT or sample column";
}

}  // namespace

void parse_vcf_line(std::span<char> line, bcf_hdr_t* header, bcf1_t* record, VariantSource& at) {
    const std::string_view text(line.data(), line.size());
    if (std::memchr(line.data(), '\0', line.size()) != nullptr) {
        malformed(at, "the line holds a NUL byte");
    }
    const Columns columns = split_fixed(text, at);
    check_fixed(columns, at);
    check_samples(columns, bcf_hdr_nsamples(header), at);
    const auto where = [&] { return at.where(); };
    at.lossy_values().look_at_info(columns.fixed[7], header, where);
    if (bcf_hdr_nsamples(header) > 0) {
        at.lossy_values().look_at_samples(columns.rest, header, where);
    }
    kstring_t buffer{line.size(), line.size() + 1, line.data()};
    if (vcf_parse(&buffer, header, record) != 0) {
        malformed(at, reason(record->errcode));
    }
}

}  // namespace varhush::io
