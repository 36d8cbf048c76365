#pragma once

#include "apps/score/record_scorer.hpp"

#include <memory>
#include <optional>
#include <vector>

namespace varhush::apps {

/// Runs every member of an ensemble by itself beside the whole: the standard deviation (n - 1) of
/// their effects becomes AlleleAnnotation::spread. Or a model beside itself with something changed
/// that should not matter, such as where its window begins; then the whole is a member too. What
/// the whole says is untouched.
class SpreadRecordScorer final : public RecordScorer {
  public:
    /// `whole` must outlive this; at least two members, itself included where it counts.
    SpreadRecordScorer(RecordScorer& whole,
                       std::vector<std::unique_ptr<RecordScorer>> members,
                       bool whole_counts = false);

    void score(std::span<const io::VariantRecord> records,
               std::span<seq::RecordAnnotation> annotations) override;

  private:
    RecordScorer& whole_;
    bool whole_counts_;
    std::vector<std::unique_ptr<RecordScorer>> members_;
    std::vector<std::vector<seq::RecordAnnotation>> scratch_;  ///< of each member
};

/// Standard deviation (n - 1) of the members' effects of the modality in which `allele` has the
/// largest; empty where it has none or a member has no value.
[[nodiscard]] std::optional<float> spread_of(
    const seq::AlleleAnnotation& allele, const std::vector<const seq::AlleleAnnotation*>& members);

}  // namespace varhush::apps
