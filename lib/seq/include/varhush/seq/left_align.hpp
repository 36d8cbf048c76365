#pragma once

#include "varhush/seq/reference_source.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::seq {

/// POS, REF and ALTs of a VCF record.
struct Spelling {
    std::int64_t position = 0;  ///< 0-based
    std::string ref;
    std::vector<std::string> alts;

    bool operator==(const Spelling&) const = default;
};

enum class LeftAlignment {
    kUnchanged,  ///< it was leftmost and minimal, or is no record of plain bases
    kChanged,
    kTooFar,  ///< the leftmost place is more than `limit_bp` away; nothing was changed
};

/// Brings a record to the leftmost, shortest spelling VCF allows: every allele keeps a base, indels
/// the base in front (the one behind at the contig start). All ALTs move together, so a record of
/// several stays one record. Letters become upper case when anything changes. Records with an ALT
/// that is not plain bases or equals REF, or with REF letters outside ACGT, stay as they are; so do
/// those whose REF disagrees with the reference. Agrees with `bcftools norm -f`.
/// Cost O(shift * number of alleles). Source: Tan, Abecasis, Kang 2015 (Bioinformatics 31:2202).
/// @throws Error{kInternal} for an unknown contig, and what `reference` throws.
LeftAlignment left_align(const ReferenceSource& reference,
                         std::string_view contig,
                         std::int64_t limit_bp,
                         Spelling& spelling);

}  // namespace varhush::seq
