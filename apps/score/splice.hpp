#pragma once

#include "apps/score/options.hpp"
#include "apps/score/record_scorer.hpp"
#include "varhush/report/model_line.hpp"
#include "varhush/report/vcf_annotator.hpp"
#include "varhush/scoring/splice_scorer.hpp"

#include <memory>
#include <vector>

namespace varhush::apps {

/// Hands the records of the stream to a scoring::SpliceScorer.
class SpliceRecordScorer final : public RecordScorer {
  public:
    /// `reference` and `genes` (may be null) must outlive this.
    SpliceRecordScorer(const ScoreOptions& options,
                       std::shared_ptr<const models::SpliceNetwork> network,
                       std::unique_ptr<models::SpliceEvaluator> evaluator,
                       const seq::ReferenceSource& reference,
                       const seq::GeneModels* genes);

    void score(std::span<const io::VariantRecord> records,
               std::span<seq::RecordAnnotation> annotations) override;

    /// The tags that are filled in.
    [[nodiscard]] report::VcfAnnotatorOptions content() const;

  private:
    std::string compat_tag_;
    scoring::SpliceScorer scorer_;
    std::vector<scoring::VariantInput> inputs_;  ///< reused
};

/// What the header says of a splice network.
[[nodiscard]] report::ModelProvenance provenance_of(const models::SpliceNetwork& network);

}  // namespace varhush::apps
