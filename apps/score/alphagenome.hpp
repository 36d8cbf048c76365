#pragma once

#include "apps/common/alphagenome_options.hpp"
#include "apps/score/options.hpp"
#include "apps/score/record_scorer.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/models/alphagenome_file.hpp"
#include "varhush/models/sequence_model.hpp"
#include "varhush/report/model_line.hpp"
#include "varhush/report/vcf_annotator.hpp"
#include "varhush/scoring/alphagenome_scorer.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace varhush::apps {

/// Scorers of --scorers and --heads. Those that cannot run here are left out and named (`speak`)
/// where they come of a general wish.
/// @throws Error{kUsage} for one that was named and cannot run, and when none is left.
[[nodiscard]] std::vector<scoring::ScorerSpec> runnable_scorers(
    const ScoreOptions& options,
    const models::AlphaGenomeFile& file,
    const scoring::TrackSelection& selection,
    const ScorerTables& tables,
    int organism,
    bool speak);

/// Hands the records of the stream to a scoring::AlphaGenomeScorer and, with --detail, its long
/// table to a file.
class AlphaGenomeRecordScorer final : public RecordScorer {
  public:
    /// `file`, `model`, `reference` and `genes` (may be null) and `calibration` (may be null: no
    /// ranks) must outlive this.
    /// `speak`: warn of what is left out; of several equal scorers one does. `shift_bp`: windows
    /// lie so much further right.
    /// @throws Error{kUsage} for scorers, tracks or an organism that the model does not have.
    AlphaGenomeRecordScorer(const ScoreOptions& options,
                            const models::AlphaGenomeFile& file,
                            models::SequenceModel& model,
                            const seq::ReferenceSource& reference,
                            const seq::GeneModels* genes,
                            std::int64_t window_bp,
                            const scoring::CalibrationTable* calibration,
                            bool speak = true,
                            std::int64_t shift_bp = 0);

    void score(std::span<const io::VariantRecord> records,
               std::span<seq::RecordAnnotation> annotations) override;

    /// The tags that are filled in.
    [[nodiscard]] report::VcfAnnotatorOptions content() const;

    /// The series of AlleleAnnotation::raw.
    [[nodiscard]] const std::vector<scoring::ScoreSeries>& series() const {
        return scorer_->series();
    }

    /// Completes the --detail file; without it the file is not left behind.
    void close();

  private:
    int organism_;
    scoring::TrackSelection selection_;
    ScorerTables tables_;
    std::optional<scoring::AlphaGenomeScorer> scorer_;
    std::optional<io::OutputFile> detail_;
    std::vector<scoring::VariantInput> inputs_;  ///< reused
};

/// What the header says of an AlphaGenome-style model.
[[nodiscard]] report::ModelProvenance provenance_of(const models::AlphaGenomeFile& file,
                                                    std::int64_t window_bp);

}  // namespace varhush::apps
