#pragma once

#include "varhush/scoring/calibration_table.hpp"
#include "varhush/scoring/splice_scorer.hpp"
#include "varhush/scoring/tidy_table.hpp"
#include "varhush/scoring/window_scorer.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace varhush::scoring {

struct AlphaGenomeScorerOptions {
    std::int64_t window_bp = 131072;
    /// 0: every variant in the middle of its own window. Else windows lie so that a variant is at
    /// most this many bases off the middle, the same for all variants that share it.
    std::int64_t share_window_bp = 0;
    /// Every window lies so many bases further right (left: below 0); at most a quarter of it.
    std::int64_t shift_bp = 0;
    bool levels = false;  ///< add the sums or means of REF and ALT behind the scores
    bool raw = false;     ///< keep every track's score in AlleleAnnotation::raw
    /// Ranks scores: AlleleAnnotation::max_rank, `top`, and quantile_score in the long table. Null:
    /// none. Must outlive the scorer.
    const CalibrationTable* calibration = nullptr;
    WindowScorer::Limits limits;
};

/// Takes the lines of the long table, one record's at a time and in their order.
using DetailSink = std::function<void(const std::string& lines)>;

/// Scores records with the variant scorers of an AlphaGenome-style model. The score belongs to the
/// haplotype: alleles are brought to their only spelling first (indels with the base before, as
/// left-aligned records have it), and the window follows from that alone; so scores depend neither
/// on the spelling nor on which records come together. Statuses: all of seq::normalise,
/// kContigMissing, kTooLong (more than a quarter of the window removed or inserted), kNRich (less
/// than half of the window's bases are known), and what every scorer says alike (kNoGene where only
/// gene scorers were asked for). A window past the end of its contig is filled with N and flagged
/// EDGE in the packed entries.
class AlphaGenomeScorer {
  public:
    /// What `model`, `reference` and `context` refer to must outlive this.
    /// @throws Error{kUsage} as WindowScorer.
    AlphaGenomeScorer(models::SequenceModel& model,
                      int organism,
                      const seq::ReferenceSource& reference,
                      const ScorerContext& context,
                      std::vector<ScorerSpec> specs,
                      const AlphaGenomeScorerOptions& options);
    ~AlphaGenomeScorer();

    /// `detail` may be empty.
    [[nodiscard]] std::vector<seq::RecordAnnotation> score(std::span<const VariantInput> batch,
                                                           const DetailSink& detail);

    /// Names of the packed fields, "Allele|Consequence|…".
    [[nodiscard]] std::string packed_format() const;
    /// Modalities that the chosen scorers can fill, in tag order.
    [[nodiscard]] std::vector<seq::Modality> modalities() const;
    /// The series of AlleleAnnotation::raw, one for each scorer and selected track.
    [[nodiscard]] const std::vector<ScoreSeries>& series() const;
    /// Series that the calibration table does not have; they are not ranked.
    [[nodiscard]] std::size_t unranked() const;
    /// First line of the long table.
    [[nodiscard]] std::string detail_header() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// A window of `window_bp` bases in which `variant` lies at most `share_bp` bases off the middle,
/// on a grid of 2 * share_bp + 1 bases: neighbours get the same one.
[[nodiscard]] ScoreWindow shared_window(const ScoredVariant& variant,
                                        std::int64_t window_bp,
                                        std::int64_t share_bp);

}  // namespace varhush::scoring
