#pragma once

#include "varhush/concord/analysis.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace varhush::report {

/// How much of a large run the page shows; what is left out is told in the page.
inline constexpr std::size_t kConcordMostPoints = 4000;  ///< in a figure
inline constexpr std::size_t kConcordMostRows = 50;      ///< sites in the table
inline constexpr std::size_t kConcordMostScores = 12;    ///< drawn
inline constexpr std::size_t kConcordMostResults = 200;  ///< scores and samples in the table

/// What the page says of its making.
struct ConcordProvenance {
    double fdr = 0.05;
    std::vector<std::pair<std::string, std::string>> facts;  ///< name and value
};

/// Predicted against observed effects as one HTML file: for each score the sites by prediction and
/// effect, the calibration, then p-values against their expectation, agreement in numbers, the null
/// of each sample, the most significant sites, what was left out and why. Inline SVG, no script,
/// nothing from elsewhere; light and dark follow the reader's system. All text is escaped. The same
/// run gives the same bytes.
[[nodiscard]] std::string concord_page(const concord::Analysis& analysis,
                                       const ConcordProvenance& provenance);

}  // namespace varhush::report
