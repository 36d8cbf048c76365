#pragma once

#include "varhush/sirna/design_report.hpp"

#include <cstddef>
#include <span>
#include <string>

// Tables over all guides of a design page, as HTML. Each is empty where there is nothing to tell.

namespace varhush::report {

/// One row a guide of [first, first + count): strands, efficacy, off-targets, rank.
[[nodiscard]] std::string overview_table(const sirna::DesignReport& report,
                                         std::size_t first,
                                         std::size_t count);

/// Sites in the index by mismatches and strand, seed sites, load.
[[nodiscard]] std::string off_target_table(const sirna::DesignReport& report,
                                           std::size_t first,
                                           std::size_t count);

/// The genes with the heaviest unintended sites, over all guides.
[[nodiscard]] std::string worst_genes_table(const sirna::DesignReport& report);

/// What is ordered: both strands in both notations, with masses; controls behind their guides.
[[nodiscard]] std::string order_table(const sirna::DesignReport& report,
                                      std::size_t first,
                                      std::size_t count);

[[nodiscard]] std::string control_table(const sirna::DesignReport& report);

/// Rejected candidates by reason, the commonest first, each with an example.
[[nodiscard]] std::string rejected_table(const sirna::DesignReport& report);

/// Variants of a target that are common or lie in a chosen site, up to a bound that is told.
[[nodiscard]] std::string variant_table(const sirna::DesignReport& report, std::size_t target);

/// Version, command, model, index and settings of the run.
[[nodiscard]] std::string provenance_table(const sirna::DesignReport& report);

}  // namespace varhush::report
