#pragma once

#include "varhush/scoring/variant_scorer.hpp"

#include <string>

namespace varhush::scoring {

/// How the scores of a variant, one for each gene and track, become one number.
enum class ScoreReduction {
    kMean,  ///< mean of those that there are
    kMax,   ///< the largest in size, with its sign; of equals the first
};

/// NaN where there is no score. `gene`: only rows of this gene (name, or identifier with or without
/// version); empty: all.
[[nodiscard]] double reduced(const ScoreTable& table,
                             ScoreReduction reduction,
                             const std::string& gene);

/// Whether `gene` is called `wanted`: name, or identifier with or without version.
[[nodiscard]] bool is_called(const Gene& gene, const std::string& wanted);

}  // namespace varhush::scoring
