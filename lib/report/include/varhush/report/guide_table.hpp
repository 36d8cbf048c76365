#pragma once

#include "varhush/sirna/design_report.hpp"

#include <string>

namespace varhush::report {

// A design run as files. What each column means stands in docs/sirna.md. Absent values are '.';
// tabs and line ends inside a value are written as spaces; positions are 1-based and closed, in BED
// 0-based half-open.

/// Tab-separated, one row a guide and site on a target; provenance lines start with "##".
[[nodiscard]] std::string guides_tsv(const sirna::DesignReport& report);

/// Tab-separated, one row a rejected candidate and place: reasons and details, ';'-separated.
[[nodiscard]] std::string rejected_tsv(const sirna::DesignReport& report);

/// Tab-separated, one row an unintended site of a guide of the answer, the heaviest first.
[[nodiscard]] std::string off_targets_tsv(const sirna::DesignReport& report);

/// Guides, passengers and controls as RNA with overhangs (T for dT).
[[nodiscard]] std::string guides_fasta(const sirna::DesignReport& report);

/// Everything but the rejected candidates (their number is there) and the accessibility profiles.
[[nodiscard]] std::string guides_json(const sirna::DesignReport& report);

/// BED6 on the targets: score is 1000 P(silencing >= 70 %), strand '-' (the guide is antisense).
[[nodiscard]] std::string transcript_bed(const sirna::DesignReport& report);

/// BED12 on the genome, one line a guide and place, the strand opposite to the transcript's; sites
/// on targets without coordinates have none. Isoforms that share a place give one line.
[[nodiscard]] std::string genome_bed(const sirna::DesignReport& report);

}  // namespace varhush::report
