#pragma once

#include "splice_deltas.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace varhush::scoring {

/// From this size on an effect is named in the Consequence field: the "high recall" cut-off of
/// Jaganathan et al. 2019 (Cell 176:535).
inline constexpr double kNamedEffect = 0.2;

/// What one packed VH entry says of one gene.
struct PackedGene {
    std::string allele;  ///< ALT as the record writes it
    std::string gene;    ///< symbol; empty when scored without gene models
    std::string gene_id;
    std::string transcript;
    char strand = '+';
    std::int64_t offset_to_pos = 0;  ///< added to a delta's offset: position relative to POS
};

/// `text` as one field of an entry: '|' is written as %7C and '%' as %25.
[[nodiscard]] std::string field_text(std::string_view text);

/// Field names of `pack`, in order.
[[nodiscard]] std::string packed_fields(bool tissues, bool levels);

/// "Allele|Consequence|…" with four decimals; a score below zero prints as 0.0000, an empty text as
/// nothing.
[[nodiscard]] std::string pack(const PackedGene& gene, std::span<const Delta> deltas, bool levels);

/// The entry of a gene whose surroundings are too little known: every value a dot.
[[nodiscard]] std::string pack_unknown(const PackedGene& gene, bool tissues, bool levels);

/// Names of the effects of at least kNamedEffect joined by '&', largest first; else
/// "no_splice_effect".
[[nodiscard]] std::string consequence(std::span<const Delta> deltas);

/// Name of effect `kind`: acceptor_gain, … or splice_gain, splice_loss when there are two.
[[nodiscard]] const char* effect_name(std::size_t kind, std::size_t kinds);

/// printf("%.*f").
[[nodiscard]] std::string fixed(double value, int digits);

}  // namespace varhush::scoring
