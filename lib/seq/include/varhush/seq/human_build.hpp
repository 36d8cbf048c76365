#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace varhush::seq {

/// A contig as a header or FASTA names it.
struct NamedLength {
    std::string_view name;
    std::int64_t length_bp = 0;
};

/// The human assembly whose chromosomes 1-22, X and Y have these lengths: "GRCh37", "GRCh38" or
/// "T2T-CHM13". nullopt when no chromosome is among `contigs` or they do not all fit one assembly.
/// Names in any alias (see ContigAliases).
/// Source: NCBI assembly reports GCF_000001405.25, GCF_000001405.40, GCF_009914755.1.
[[nodiscard]] std::optional<std::string> human_build(std::span<const NamedLength> contigs);

}  // namespace varhush::seq
