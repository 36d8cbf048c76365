#pragma once

#include "varhush/models/track_table.hpp"
#include "varhush/scoring/interval_scorer.hpp"
#include "varhush/scoring/variant_scorer.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace varhush::scoring {

/// Whether a score is reported: not where gene and track lie on opposite strands.
[[nodiscard]] bool is_reported(const ScoreTable& table,
                               std::size_t row,
                               std::size_t column,
                               const models::TrackTable& tracks);

/// The long table of the official interface: one line for each track and gene, tracks outermost,
/// tab-separated. Columns: variant_id, scored_interval, gene_id (without version), gene_name,
/// gene_type, gene_strand, junction_Start, junction_End, output_type, variant_scorer, track_name,
/// track_strand, those of Assay title, ontology_curie, biosample_name, biosample_type,
/// transcription_factor, histone_mark and gtex_tissue that any selected track has, raw_score.
/// Absent values are empty. Numbers have nine significant digits. `with_levels` adds the columns
/// ref_level and alt_level: the sums or means behind the score.
class TidyTable {
  public:
    /// `tracks` must outlive the table. `with_intervals`: rows of interval scorers, without
    /// variant_id and with interval_scorer in the place of variant_scorer.
    /// `with_quantiles` adds quantile_score behind raw_score.
    TidyTable(const models::TrackTable& tracks,
              const TrackSelection& selection,
              bool with_intervals = false,
              bool with_levels = false,
              bool with_quantiles = false);

    /// Column names and a line end.
    [[nodiscard]] std::string header() const;

    /// Quantile score of a raw score of `channel`; empty where there is none.
    using QuantileOf = std::function<std::optional<double>(std::int32_t channel, double value)>;

    /// Appends the lines of one scorer's result that are is_reported(); the score is empty where a
    /// mask was. `quantile_of` may be empty; it is asked only with `with_quantiles`.
    void append(const ScoredVariant& variant,
                const ScoreWindow& window,
                const ScorerSpec& spec,
                const ScoreTable& scores,
                std::string& out,
                const QuantileOf& quantile_of = {}) const;
    void append(const ScoreWindow& window,
                const IntervalScorerSpec& spec,
                const ScoreTable& scores,
                std::string& out) const;

  private:
    void append_rows(const std::string& front,
                     const std::string& scorer,
                     const ScoreTable& scores,
                     std::string& out,
                     const QuantileOf& quantile_of) const;

    const models::TrackTable& tracks_;
    bool with_intervals_;
    bool with_levels_;
    bool with_quantiles_;
    std::vector<std::size_t> fields_;  ///< which of the optional columns
};

}  // namespace varhush::scoring
