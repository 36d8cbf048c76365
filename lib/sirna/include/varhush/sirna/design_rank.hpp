#pragma once

#include "varhush/sirna/design_report.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::sirna {

/// How much each part counts in the score.
struct ScoreWeights {
    double efficacy = 5;
    double specificity = 3;
    double accessibility = 1;
    double population = 2;
    double isoforms = 1;
    double discrimination = 4;

    /// "efficacy=5,specificity=2": changes to the weights. @throws Error{kUsage} for unknown names,
    /// what is no number, negative weights, and all zero.
    void change(std::string_view text);
    [[nodiscard]] std::string to_text() const;
};

/// Weighted mean of the parts that are known; NaN when none with a weight is.
[[nodiscard]] double score_of(const ScoreParts& parts, const ScoreWeights& weights) noexcept;

/// The Pareto front of each: 1 for those that no other beats (at least as good in every part and
/// better in one), 2 for those that only members of front 1 beat, and so on. A part that is not
/// known counts as worse than any. 100,000 of three parts that vary take about a second.
[[nodiscard]] std::vector<std::size_t> pareto_fronts(std::span<const ScoreParts> all);

/// Best first: by front, then by score, then by place in the list; by score alone if `score_only`.
[[nodiscard]] std::vector<std::size_t> ranking(std::span<const std::size_t> fronts,
                                               std::span<const double> scores,
                                               bool score_only);

}  // namespace varhush::sirna
