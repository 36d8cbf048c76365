#pragma once

#include "varhush/sirna/design_report.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::report {

/// "%.*g"-like with `digits` significant digits; "." for NaN.
[[nodiscard]] std::string number_or_dot(double value, int digits = 4);

/// The text without tabs and line ends; "." when empty.
[[nodiscard]] std::string field(std::string_view text);

/// Parts joined by `separator`; "." when there is none.
[[nodiscard]] std::string joined(const std::vector<std::string>& parts, std::string_view separator);
[[nodiscard]] std::string joined(const std::vector<int>& parts);
[[nodiscard]] std::string joined(std::span<const std::int64_t> parts, std::size_t count);

/// RNA with 't' for dT as letters for a FASTA: T for both.
[[nodiscard]] std::string plain_letters(std::string strand);

/// "rs1:7-8;…": variants of a site with the guide positions they touch.
[[nodiscard]] std::string variants_text(const sirna::TargetProfile& target,
                                        const sirna::TargetSite& site);

/// "chr22:101-110,201-209": pieces, 1-based.
[[nodiscard]] std::string genome_text(const sirna::TargetProfile& target,
                                      const sirna::TargetSite& site);

/// The "##" lines in front of a table.
[[nodiscard]] std::string provenance_lines(const sirna::DesignReport& report);

}  // namespace varhush::report
