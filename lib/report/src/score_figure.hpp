#pragma once

#include "varhush/sirna/design_report.hpp"

#include <array>
#include <span>
#include <string>

namespace varhush::report {

/// A part of the score as it is shown.
struct ScorePartLook {
    const char* name;
    const char* look;  ///< class of the style sheet
    double sirna::ScoreParts::*value;
};

/// All parts, in the order of the drawing.
[[nodiscard]] std::span<const ScorePartLook> score_part_looks() noexcept;

/// What each part adds to the score of a guide: weight times part over the sum of the weights of
/// the parts that are known. 0 for parts that are not known; the sum is the score.
[[nodiscard]] std::array<double, 6> score_shares(const sirna::ScoreParts& parts,
                                                 const sirna::ScoreParts& weights);

/// One bar a guide, as long as its score, made of its parts.
[[nodiscard]] std::string score_svg(std::span<const sirna::DesignedGuide> guides,
                                    const sirna::ScoreParts& weights);

/// Guides by the two things that matter most: P(silencing >= 70 %) upwards; off-target load, or
/// accessibility where the loads do not differ or are not known, to the right. Members of the first
/// Pareto front are filled.
[[nodiscard]] std::string front_svg(std::span<const sirna::DesignedGuide> guides);

}  // namespace varhush::report
