#pragma once

#include "varhush/io/variant_record.hpp"
#include "varhush/seq/reference_source.hpp"

#include <string>
#include <unordered_map>

namespace varhush::io {

/// Old name -> the reference's name, for the contigs of `header` that differ only in that. A contig
/// whose new name another contig of the header has already stays as it is.
[[nodiscard]] std::unordered_map<std::string, std::string> contig_renames(
    const VariantHeader& header, const seq::ReferenceSource& reference);

/// The header with those names, and with the reference's lengths where there were none. The order,
/// and so every number in binary records, stays.
[[nodiscard]] VariantHeader rename_contigs(
    const VariantHeader& header,
    const std::unordered_map<std::string, std::string>& renames,
    const seq::ReferenceSource& reference);

/// The contig inside a breakend ALT ("G]17:198982]") renamed; other texts as they are.
[[nodiscard]] std::string rename_mate(const std::string& alt,
                                      const std::unordered_map<std::string, std::string>& renames);

}  // namespace varhush::io
