#pragma once

#include "apps/score/record_scorer.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace varhush::apps {

/// Runs every member of an ensemble by itself beside the whole: the standard deviation (n - 1) of
/// their effects becomes AlleleAnnotation::spread. What the whole says is untouched.
class SpreadRecordScorer final : public RecordScorer {
  public:
    /// `whole` must outlive this; at least two members.
    SpreadRecordScorer(RecordScorer& whole, std::vector<std::unique_ptr<RecordScorer>> members);

    void score(std::span<const io::VariantRecord> records,
               std::span<seq::RecordAnnotation> annotations) override;

  private:
    RecordScorer& whole_;
    std::vector<std::unique_ptr<RecordScorer>> members_;
    std::vector<std::vector<seq::RecordAnnotation>> scratch_;  ///< of each member
};

/// Standard deviation (n - 1) of the members' effects of the modality in which `allele` has the
/// largest; empty where it has none or a member has no value.
[[nodiscard]] std::optional<float> spread_of(
    const seq::AlleleAnnotation& allele, const std::vector<const seq::AlleleAnnotation*>& members);

}  // namespace varhush::apps
