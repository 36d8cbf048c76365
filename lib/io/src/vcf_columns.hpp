#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace varhush::io {

/// How many values a tag has: of its header definition, "Number".
enum class TagNumber { kFixed, kPerAlt, kPerAllele, kPerGenotype };

/// One record as the columns of a VCF line: what repairs of alleles work on. (BCF's typed arrays
/// with their padding would need every case written once for each type.)
struct VcfColumns {
    struct Info {
        std::string key;
        std::optional<std::string> value;  ///< none: a flag
    };

    std::string contig;
    std::int64_t position = 0;  ///< 0-based
    std::string id = ".";
    std::string ref;
    std::vector<std::string> alts;
    std::string quality = ".";
    std::string filter = ".";
    std::vector<Info> info;
    std::vector<std::string> format;                ///< keys
    std::vector<std::vector<std::string>> samples;  ///< fields; fewer than keys when cut short

    /// "chr1:12345", for messages.
    [[nodiscard]] std::string where() const;
};

/// @throws Error{kInternal} when `line` is no complete VCF line (it comes from a parsed record).
[[nodiscard]] VcfColumns parse_vcf_columns(std::string_view line);
[[nodiscard]] std::string format_vcf_columns(const VcfColumns& columns);

/// Parts of `text` between `separator`s; one empty part for an empty text.
[[nodiscard]] std::vector<std::string> split_text(std::string_view text, char separator);
[[nodiscard]] std::string join_text(const std::vector<std::string>& parts, char separator);

/// Place of the genotype with these alleles (ascending) among all genotypes in VCF order (VCF 4.3,
/// section 1.6.2): the sum of C(allele + m, m + 1) over its alleles m = 0, 1, …
[[nodiscard]] std::size_t genotype_index(const std::vector<std::size_t>& alleles);

/// Number of genotypes of `alleles` alleles and `ploidy`: C(alleles + ploidy - 1, ploidy).
[[nodiscard]] std::size_t genotype_count(std::size_t alleles, std::size_t ploidy);

/// The ploidy (1 to 8) for which `values` genotypes of `alleles` alleles exist.
[[nodiscard]] std::optional<std::size_t> ploidy_of(std::size_t values, std::size_t alleles);

/// A genotype field, e.g. "0|1": alleles ('.' is kNoAllele) and the separators between them.
struct Genotype {
    static constexpr int kNoAllele = -1;
    std::vector<int> alleles;
    std::string separators;  ///< one less than alleles
};

/// nullopt for text that is no genotype.
[[nodiscard]] std::optional<Genotype> parse_genotype(std::string_view text);
[[nodiscard]] std::string format_genotype(const Genotype& genotype);

}  // namespace varhush::io
