#pragma once

#include "apps/common/progress.hpp"
#include "apps/ism/options.hpp"
#include "varhush/models/sequence_model.hpp"
#include "varhush/scoring/variant_scorer.hpp"
#include "varhush/seq/reference_source.hpp"
#include "varhush/seq/region.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace varhush::apps {

/// Gradient of sum(weights * tracks of the query) with respect to the one-hot sequence, [bases, 4].
using InputGradient = std::function<std::vector<float>(std::span<const std::uint8_t> codes,
                                                       int organism,
                                                       const models::TrackQuery& query,
                                                       std::span<const float> weights)>;

/// An interval with what its bases do.
struct Attribution {
    seq::Region region;
    std::string bases;  ///< of the sequence that was mutated
    std::vector<scoring::ScoredVariant> variants;
    std::vector<double> scores;               ///< one a variant; NaN: none
    std::vector<seq::AlleleStatus> statuses;  ///< one a variant
    std::vector<double> matrix;               ///< [bases, ACGT]; NaN where there is none

    /// The contribution of base number `at`; NaN where there is none.
    [[nodiscard]] double contribution(std::size_t at) const;
};

/// What both methods work on; everything referred to must outlive its use.
struct AttributionJob {
    const IsmOptions& options;
    models::SequenceModel& model;
    const seq::ReferenceSource& reference;  ///< with the background on it
    const scoring::ScorerContext& context;
    scoring::ScorerSpec spec;
    int organism = 0;
    std::int64_t window_bp = 0;
};

/// Attributes the bases of `regions`. Each interval has one window, about its middle.
/// @throws Error{kInput} for an interval of unknown bases, one whose window is mostly unknown, and
/// one in which no change has a score.
[[nodiscard]] std::vector<Attribution> attribute(const AttributionJob& job,
                                                 const std::vector<seq::Region>& regions,
                                                 const InputGradient& gradient,
                                                 ProgressCounters& progress);

}  // namespace varhush::apps
