#pragma once

#include "apps/score/record_scorer.hpp"
#include "varhush/report/model_line.hpp"
#include "varhush/report/vcf_annotator.hpp"
#include "varhush/scoring/mix_scorer.hpp"

#include <memory>
#include <vector>

namespace varhush::apps {

/// Hands the records of the stream to a scoring::MixScorer.
class MixRecordScorer final : public RecordScorer {
  public:
    /// `reference` must outlive this.
    MixRecordScorer(std::shared_ptr<const models::ReporterMix> mix,
                    const seq::ReferenceSource& reference,
                    int threads);

    void score(std::span<const io::VariantRecord> records,
               std::span<seq::RecordAnnotation> annotations) override;

    /// The tags that are filled in.
    [[nodiscard]] static report::VcfAnnotatorOptions content();

  private:
    scoring::MixScorer scorer_;
    std::vector<scoring::VariantInput> inputs_;  ///< reused
};

/// What the header says of a reporter mix.
[[nodiscard]] report::ModelProvenance provenance_of(const models::ReporterMix& mix);

}  // namespace varhush::apps
