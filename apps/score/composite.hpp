#pragma once

#include "apps/score/record_scorer.hpp"
#include "varhush/report/run_summary.hpp"
#include "varhush/report/vcf_annotator.hpp"
#include "varhush/seq/status.hpp"

#include <span>
#include <string>
#include <vector>

namespace varhush::apps {

/// Several models over the same records, as if they were one.
///
/// An allele is OK when one of them has a score for it; a model that has none says why in
/// AlleleAnnotation::missed ("NAME:REASON", joined by "&"). Where none has, the first model's
/// reason is the status. The largest calibrated rank counts, and names VH_TOP. VH_SIGN is that of
/// the first model that has it.
class CompositeRecordScorer final : public RecordScorer {
  public:
    struct Part {
        std::string name;
        RecordScorer* scorer = nullptr;  ///< must outlive this
        report::VcfAnnotatorOptions content;
    };

    /// At least two parts, of different names.
    explicit CompositeRecordScorer(std::vector<Part> parts);

    void score(std::span<const io::VariantRecord> records,
               std::span<seq::RecordAnnotation> annotations) override;

    /// Tags of all parts. Entries of VH have the fields of all parts, those of others empty, and
    /// "Model".
    [[nodiscard]] report::VcfAnnotatorOptions content() const;

    /// By part: alleles of each status so far, and the time that they took.
    [[nodiscard]] std::vector<report::ModelCounts> counts() const;

  private:
    void merge(std::size_t part, seq::AlleleAnnotation& from, seq::AlleleAnnotation& into);

    std::vector<Part> parts_;
    std::vector<std::string> fields_;                     ///< of VH, all parts'
    std::vector<std::vector<std::size_t>> field_places_;  ///< by part and field, in fields_
    std::vector<report::ModelCounts> counts_;
    std::size_t sign_part_;                       ///< whose VH_SIGN is told; none: past the last
    std::vector<seq::RecordAnnotation> scratch_;  ///< reused
};

}  // namespace varhush::apps
