#pragma once

#include "varhush/models/track_table.hpp"
#include "varhush/scoring/calibration_table.hpp"
#include "varhush/scoring/scorer_spec.hpp"
#include "varhush/scoring/track_selection.hpp"
#include "varhush/scoring/window_scorer.hpp"
#include "varhush/seq/annotation.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace varhush::scoring {

/// The series of an AlphaGenome-style model: one for each scorer and selected track, called
/// "RNA_SEQ[17]" by the scorer's short name and the channel, which names a track for sure; and
/// their ranks in a table.
class TrackRanks {
  public:
    /// `table` may be null: then there are no ranks. It must outlive this.
    TrackRanks(std::vector<ScorerSpec> specs,
               const TrackSelection& selection,
               const CalibrationTable* table);

    [[nodiscard]] const std::vector<ScoreSeries>& series() const noexcept { return series_; }
    /// Series that the table does not have.
    [[nodiscard]] std::size_t unranked() const;

    /// Every reported value of an allele, genes apart, in the order of scorers, rows and tracks.
    [[nodiscard]] std::vector<seq::RawScore> raw_scores(const VariantScores& scores,
                                                        const models::TrackTable& tracks) const;

    /// The effect with the highest rank (of equals the first); levels are no effects.
    struct Best {
        std::size_t spec = 0;
        std::size_t row = 0;
        std::size_t column = 0;
        double rank = 0;
    };
    [[nodiscard]] std::optional<Best> best(const VariantScores& scores,
                                           const models::TrackTable& tracks,
                                           AlleleClass allele_class) const;

    /// Quantile score of one value; empty without a table.
    [[nodiscard]] std::optional<double> quantile_score(std::size_t spec,
                                                       std::int32_t channel,
                                                       AlleleClass allele_class,
                                                       double value) const;

  private:
    [[nodiscard]] std::size_t index_of(std::size_t spec, std::int32_t channel) const;

    std::vector<ScorerSpec> specs_;
    std::vector<ScoreSeries> series_;
    std::vector<std::vector<std::size_t>> by_channel_;  ///< [spec][channel]
    std::vector<std::optional<std::size_t>> in_table_;  ///< of each series
    const CalibrationTable* table_;
};

}  // namespace varhush::scoring
