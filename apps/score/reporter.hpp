#pragma once

#include "apps/score/options.hpp"
#include "apps/score/record_scorer.hpp"
#include "varhush/report/model_line.hpp"
#include "varhush/report/vcf_annotator.hpp"
#include "varhush/scoring/reporter_scorer.hpp"

#include <memory>
#include <vector>

namespace varhush::apps {

/// Hands the records of the stream to a scoring::ReporterScorer.
class ReporterRecordScorer final : public RecordScorer {
  public:
    /// `reference` must outlive this.
    ReporterRecordScorer(const ScoreOptions& options,
                         std::shared_ptr<const models::ReporterNetwork> network,
                         const seq::ReferenceSource& reference,

                         int threads);

    void score(std::span<const io::VariantRecord> records,
               std::span<seq::RecordAnnotation> annotations) override;

    /// The tags that are filled in.
    [[nodiscard]] report::VcfAnnotatorOptions content() const;

  private:
    scoring::ReporterScorer scorer_;
    std::vector<scoring::VariantInput> inputs_;  ///< reused
};

/// What the header says of a reporter network.
[[nodiscard]] report::ModelProvenance provenance_of(const models::ReporterNetwork& network);

}  // namespace varhush::apps
