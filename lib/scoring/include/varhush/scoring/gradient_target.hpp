#pragma once

#include "varhush/models/sequence_model.hpp"
#include "varhush/scoring/variant_scorer.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace varhush::scoring {

/// The number of one sequence whose change is what a scorer scores, as a differentiable function of
/// the tracks: the mean over tracks (and genes) of
///   DIFF_MEAN          mean of the mask
///   DIFF_SUM           sum of the mask
///   DIFF_LOG2_SUM      log2(1 + sum of the mask)
///   DIFF_SUM_LOG2      sum of log2(1 + value) of the mask
///   GeneMaskLFC        ln(0.001 + mean over the gene's exons)
/// A centre mask lies about `focus` for all positions, where the scorer moves it with the variant.
class GradientTarget {
  public:
    /// `focus` is a position of the window's contig; `gene`: only this gene, empty: all.
    /// @throws Error{kUsage} for scorers that have no such number (levels, distances and largest
    /// changes), Error{kInput} where no gene or track gives one here.
    GradientTarget(const ScorerSpec& spec,
                   const ScorerContext& context,
                   const ScoreWindow& window,
                   std::int64_t focus,
                   const std::string& gene);

    /// The tracks that it reads.
    [[nodiscard]] const models::TrackQuery& query() const noexcept { return query_; }
    /// The number, from the tracks [bins, channels] of the query.
    [[nodiscard]] double value(std::span<const float> tracks) const;
    /// Its derivative with respect to each of them, in the same layout.
    [[nodiscard]] std::vector<float> weights(std::span<const float> tracks) const;

  private:
    /// A track under a mask.
    struct Term {
        std::size_t mask = 0;
        std::size_t column = 0;
    };

    void add_center(const ScorerContext& context, const ScoreWindow& window, std::int64_t focus);
    void add_genes(const ScorerContext& context,
                   const ScoreWindow& window,
                   const std::string& gene);
    [[nodiscard]] double masked_sum(std::span<const float> tracks, const Term& term) const;
    [[nodiscard]] double bins_of(const Term& term) const;

    ScorerSpec spec_;
    models::TrackQuery query_;
    std::vector<std::vector<models::PositionRange>> masks_;  ///< rows of the query's result
    std::vector<Term> terms_;
};

/// Why a gradient cannot stand for the scores of `spec`; empty: it can.
[[nodiscard]] std::string why_no_gradient(const ScorerSpec& spec);

}  // namespace varhush::scoring
