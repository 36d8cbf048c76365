#pragma once

#include "varhush/concord/analysis.hpp"

#include <cstddef>
#include <string>

namespace varhush::report {

/// Sites by prediction and observed effect; `label` is the number of the score. Significant sites
/// are drawn last, the others are thinned when there are too many.
[[nodiscard]] std::string effects_svg(const concord::Analysis& analysis, std::size_t label);

/// Mean effect of each bin of predictions, with its interval.
[[nodiscard]] std::string calibration_svg(const concord::ScoreResult& result);

/// p-values of all tested sites against what is expected of null sites.
[[nodiscard]] std::string p_values_svg(const concord::Analysis& analysis);

}  // namespace varhush::report
