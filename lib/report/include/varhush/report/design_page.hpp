#pragma once

#include "varhush/sirna/design_report.hpp"

#include <cstddef>
#include <string>

namespace varhush::report {

/// How much of a large run a page shows; what is left out is told in the page, and is in the
/// tables.
inline constexpr std::size_t kPageMostGuides = 500;   ///< in the overviews
inline constexpr std::size_t kPageMostArticles = 60;  ///< told in full
inline constexpr std::size_t kPageMostTargets = 12;   ///< drawn
inline constexpr std::size_t kPageMostRows = 40;      ///< guides in one figure

/// A design run as one HTML file for people: targets with accessibility, sites and variants as
/// inline SVG, efficacies with intervals, scores, off-targets, reasons, controls, strands to order,
/// provenance. It needs nothing from elsewhere, no script, and works from file://; light and dark
/// follow the reader's system, print is light. All text of the report is escaped. The same report
/// gives the same bytes.
[[nodiscard]] std::string design_page(const sirna::DesignReport& report);

}  // namespace varhush::report
