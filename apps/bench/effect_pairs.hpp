#pragma once

#include "varhush/core/correlation.hpp"

#include <vector>

namespace varhush::apps {

/// What is said of variants' effects, and what was measured of them.
struct EffectPairs {
    std::vector<double> score;
    std::vector<double> effect;

    void add(double said, double measured) {
        score.push_back(said);
        effect.push_back(measured);
    }
    [[nodiscard]] double pearson() const { return core::pearson_correlation(score, effect); }
    [[nodiscard]] double spearman() const { return core::spearman_correlation(score, effect); }
};

}  // namespace varhush::apps
