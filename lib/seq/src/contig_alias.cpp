#include "varhush/seq/contig_alias.hpp"

#include <cctype>

namespace varhush::seq {
namespace {

bool all_digits(std::string_view text) {
    for (const char letter : text) {
        if (std::isdigit(static_cast<unsigned char>(letter)) == 0) {
            return false;
        }
    }
    return !text.empty();
}

/// RefSeq accessions of the human chromosomes, of any version: NC_000001 to NC_000022 are 1 to 22,
/// NC_000023 X, NC_000024 Y, NC_012920 (rCRS) MT. The version tells GRCh37 and GRCh38 apart; here
/// only the name counts, REF agreement tells the rest. Empty for anything else.
/// Source: NCBI assembly reports of GCF_000001405.25 and GCF_000001405.40.
std::string refseq_chromosome(std::string_view name) {
    if (name.substr(0, 3) != "NC_") {
        return {};
    }
    std::string_view number = name.substr(3);
    if (const std::size_t dot = number.find('.'); dot != std::string_view::npos) {
        if (!all_digits(number.substr(dot + 1))) {
            return {};
        }
        number = number.substr(0, dot);
    }
    if (number.size() != 6 || !all_digits(number)) {
        return {};
    }
    const int value = std::stoi(std::string(number));
    if (value >= 1 && value <= 22) {
        return std::to_string(value);
    }
    return value == 23 ? "X" : value == 24 ? "Y" : value == 12920 ? "MT" : "";
}

/// The spelling all aliases of a contig share: "chr1", "1" and "NC_000001.11" are "1"; M, MT, chrM
/// and chrMT are "MT".
std::string canonical_name(std::string_view name) {
    if (std::string chromosome = refseq_chromosome(name); !chromosome.empty()) {
        return chromosome;
    }
    if (name.size() > 3 && name.substr(0, 3) == "chr") {
        name.remove_prefix(3);
    }
    return name == "M" ? "MT" : std::string(name);
}

}  // namespace

ContigAliases::ContigAliases(const std::vector<std::string>& names) {
    for (const std::string& name : names) {
        exact_.emplace(name, name);
        canonical_.emplace(canonical_name(name), name);  // the first of equals stays
    }
}

std::optional<std::string> ContigAliases::find(std::string_view name) const {
    if (const auto exact = exact_.find(std::string(name)); exact != exact_.end()) {
        return exact->second;
    }
    if (const auto alias = canonical_.find(canonical_name(name)); alias != canonical_.end()) {
        return alias->second;
    }
    return std::nullopt;
}

ContigAliases aliases_of(const ReferenceSource& reference) {
    std::vector<std::string> names;
    for (const auto& contig : reference.contigs()) {
        names.push_back(contig.name);
    }
    return ContigAliases(names);
}

}  // namespace varhush::seq
