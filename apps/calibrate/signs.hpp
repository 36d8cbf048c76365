#pragma once

#include "apps/calibrate/options.hpp"
#include "varhush/scoring/calibration_table.hpp"

#include <string>
#include <vector>

namespace varhush::apps {

/// Substitutions and deletions of --measured whose measured effect counts: of --measured-split, of
/// the study's primary assays and filter, p-value at most --measured-p where there is one, and a
/// score.
/// @throws Error{kInput} for a table without a column "score", and what the reader throws.
[[nodiscard]] std::vector<scoring::MeasuredScore> read_measured(const CalibrateOptions& options);

/// `table` with the probability of right signs by --measured; untouched without that option. Its
/// series is the table's only one.
/// @throws Error{kUsage} for a table of several series or unsigned ones, Error{kInput} for too few
/// measured effects.
[[nodiscard]] scoring::CalibrationTable add_signs(scoring::CalibrationTable table,
                                                  const CalibrateOptions& options);

/// How often signs are right, and how well that is told of groups that the curve has not seen.
[[nodiscard]] std::string sign_line(const std::vector<scoring::MeasuredScore>& measured);

}  // namespace varhush::apps
