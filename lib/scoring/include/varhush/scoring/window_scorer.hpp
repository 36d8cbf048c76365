#pragma once

#include "varhush/models/sequence_model.hpp"
#include "varhush/scoring/variant_scorer.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace varhush::scoring {

/// The results of all scorers on one variant, in the order of the specs.
using VariantScores = std::vector<ScoreTable>;

/// Runs variant scorers on an AlphaGenome-style model. The reference of a window is predicted once
/// and kept for the next variants of the same window, with what scorers read of it; of every ALT
/// only the encoder's cone, the tower, and the positions that some scorer reads are computed. Usage
/// is rounded to float16 as in the official code. Scores do not depend on which variants share a
/// window, in which order they come, or on threads.
class WindowScorer {
  public:
    struct Limits {
        /// Positions of tracks under way at once: 200 MB where all tracks of all outputs are
        /// wanted.
        std::int64_t chunk_bp = 8192;
        /// Tracks of the reference kept for other variants of the window.
        std::int64_t kept_bytes = std::int64_t{1} << 30;
    };

    /// `model`, `reference` and what `context` names must outlive this. `specs` whose outputs the
    /// model lacks are an error.
    /// @throws Error{kUsage} naming the output that is absent.
    WindowScorer(models::SequenceModel& model,
                 int organism,
                 const seq::ReferenceSource& reference,
                 const ScorerContext& context,
                 std::vector<ScorerSpec> specs,
                 const Limits& limits);
    ~WindowScorer();

    [[nodiscard]] const std::vector<ScorerSpec>& specs() const noexcept;

    /// Scores `variant` in `window` (a legal length of the model, strand '.'). REF must stand in
    /// the reference. `shared` says that more variants of this window may follow, so that keeping
    /// the reference's tracks pays.
    [[nodiscard]] VariantScores score(const ScoreWindow& window,
                                      const ScoredVariant& variant,
                                      bool shared);
    /// Scores a haplotype with `changes` (ascending, disjoint, inside the window or beyond it)
    /// where `variant` alone would be looked at; `variant` stands for a place, not for a change.
    [[nodiscard]] VariantScores score(const ScoreWindow& window,
                                      const ScoredVariant& variant,
                                      std::span<const ScoredVariant> changes,
                                      bool shared);

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// Stretches that REF and ALT windows of a variant share; ALT as alt_sequence() builds it.
[[nodiscard]] std::vector<models::SharedStretch> shared_stretches(std::span<const std::uint8_t> ref,
                                                                  std::span<const std::uint8_t> alt,
                                                                  const ScoreWindow& window,
                                                                  const ScoredVariant& variant);

}  // namespace varhush::scoring
