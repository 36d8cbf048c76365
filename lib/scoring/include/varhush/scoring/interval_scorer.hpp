#pragma once

#include "varhush/scoring/variant_scorer.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace varhush::scoring {

/// The gene mask of one sequence (no variant): the track over the exons of the genes that start in
/// the middle of the window.
struct IntervalScorerSpec {
    models::OutputType output = models::OutputType::kRnaSeq;
    std::int64_t width_bp = 200001;  ///< 501, 2001, 10001, 100001 or 200001
    bool mean = true;                ///< MEAN over the mask, else SUM

    /// "GeneMaskScorer(requested_output=RNA_SEQ, width=200001, aggregation_type=MEAN)"
    [[nodiscard]] std::string name() const;
};

/// Scores one window: the genes with a transcript start inside the window resized to the width,
/// their exons clipped to that. At 128 and 2,048 bp a bin counts when any of its bases does. Values
/// do not depend on how blocks are cut.
class IntervalScorer {
  public:
    /// @throws Error{kUsage} for a '-' window, another width, a window narrower than the width, or
    /// an output that has no tracks along the sequence.
    IntervalScorer(const IntervalScorerSpec& spec,
                   const ScorerContext& context,
                   const ScoreWindow& window);
    ~IntervalScorer();
    IntervalScorer(const IntervalScorer&) = delete;
    IntervalScorer& operator=(const IntervalScorer&) = delete;

    [[nodiscard]] seq::AlleleStatus status() const noexcept;
    /// At most one; `aligned` is false.
    [[nodiscard]] std::span<const TrackNeed> needs() const noexcept;
    void consume(const TrackBlock& block);
    /// Rows are genes, columns all tracks, those of the other strand too.
    [[nodiscard]] ScoreTable finish();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace varhush::scoring
