#pragma once

#include "varhush/scoring/calibration_table.hpp"

#include <string>
#include <vector>

namespace varhush::apps {

/// A tab-separated line for each series and class of alleles: how many background values, knots
/// kept, the highest rank that can be given, and the raw score at some ranks.
[[nodiscard]] std::string calibration_report(const scoring::CalibrationTable& table);

/// The raw score that has `rank` in `grid`: the inverse of RankGrid::rank between its knots, its
/// lowest or highest value outside.
[[nodiscard]] double score_at_rank(const scoring::RankGrid& grid, double rank);

/// One line for each class of alleles that the background has: how many, and the highest VH_MAX and
/// VH_PHRED it can get.
[[nodiscard]] std::vector<std::string> resolution_lines(const scoring::CalibrationTable& table);

}  // namespace varhush::apps
