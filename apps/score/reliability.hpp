#pragma once

#include "apps/score/options.hpp"
#include "apps/score/record_scorer.hpp"
#include "varhush/models/model_identity.hpp"
#include "varhush/nn/safetensors.hpp"
#include "varhush/report/model_line.hpp"
#include "varhush/report/vcf_annotator.hpp"
#include "varhush/scoring/calibration_table.hpp"
#include "varhush/scoring/sequence_watch.hpp"
#include "varhush/scoring/variant_input.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace varhush::apps {

/// The options that scores of a model of that kind depend on, as a calibration table remembers
/// them: ranks among scores made otherwise would say nothing.
[[nodiscard]] std::string calibration_settings(const ScoreOptions& options,
                                               ModelKind kind,
                                               std::int64_t window_bp);

/// The table of --calibration; without that option the one beside the model, if there is one and it
/// was made with these settings. Null: none.
/// @throws Error{kModel} for a damaged table or one of another model, Error{kUsage} for a table of
/// --calibration that was made with other settings.
[[nodiscard]] std::unique_ptr<const scoring::CalibrationTable> choose_calibration(
    const ScoreOptions& options,
    const nn::SafeTensors& model,
    const std::string& model_sha256,
    const std::string& settings);

/// Adds what a calibration table says to what another scorer found: the rank of its flat effects
/// where the scorer has not ranked by itself, how unlike the familiar sequence is, how far its sign
/// can be trusted, and with --max-ood and --max-spread the status LOW_CONF, whose alleles keep only
/// the reason.
class CalibratedRecordScorer final : public RecordScorer {
  public:
    /// All must outlive this.
    CalibratedRecordScorer(RecordScorer& inner,
                           const scoring::CalibrationTable& table,
                           const seq::ReferenceSource& reference,
                           const ScoreOptions& options);

    void score(std::span<const io::VariantRecord> records,
               std::span<seq::RecordAnnotation> annotations) override;

  private:
    void judge(const scoring::VariantInput& record,
               std::size_t allele,
               seq::AlleleAnnotation& annotation) const;

    RecordScorer& inner_;
    const scoring::CalibrationTable& table_;
    std::optional<scoring::SequenceWatch> watch_;
    double max_unlike_ = 2;                      ///< VH_OOD from which on LOW_CONF; 2: never
    double max_spread_ = 0;                      ///< of the effect's size; 0: no limit
    std::vector<scoring::VariantInput> inputs_;  ///< reused
};

/// Members disagree by more than `limit` times the effect, and by what would count as one. Two that
/// agree on next to nothing are sure of it: a spread up to kNoSpread is none.
inline constexpr double kNoSpread = 0.01;
[[nodiscard]] bool spread_too_large(const seq::AlleleAnnotation& allele, double limit);

/// Tags and header fields of a calibrated run.
void describe_calibration(const scoring::CalibrationTable& table,
                          report::VcfAnnotatorOptions& content,
                          report::ModelProvenance& model);

}  // namespace varhush::apps
