#pragma once

#include "apps/score/options.hpp"
#include "apps/score/record_scorer.hpp"
#include "varhush/report/model_line.hpp"
#include "varhush/report/vcf_annotator.hpp"
#include "varhush/scoring/cleavage_scorer.hpp"

#include <memory>
#include <vector>

namespace varhush::apps {

/// Hands the records of the stream to a scoring::CleavageScorer.
class CleavageRecordScorer final : public RecordScorer {
  public:
    /// `reference` and `genes` (may be null) must outlive this.
    CleavageRecordScorer(const ScoreOptions& options,
                         std::shared_ptr<const models::AparentNetwork> network,
                         const seq::ReferenceSource& reference,
                         const seq::GeneModels* genes,
                         int threads);

    void score(std::span<const io::VariantRecord> records,
               std::span<seq::RecordAnnotation> annotations) override;

    /// The tags that are filled in.
    [[nodiscard]] report::VcfAnnotatorOptions content() const;

  private:
    scoring::CleavageScorer scorer_;
    std::vector<scoring::VariantInput> inputs_;  ///< reused
};

/// What the header says of a polyadenylation network.
[[nodiscard]] report::ModelProvenance provenance_of(const models::AparentNetwork& network);

}  // namespace varhush::apps
