#pragma once

#include "apps/score/record_scorer.hpp"
#include "varhush/seq/contig_alias.hpp"
#include "varhush/seq/reference_source.hpp"

#include <optional>
#include <string>

namespace varhush::apps {

/// `--model none`: says of every allele why a model could not score it, and SKIPPED where it could.
/// Without a reference only the ALT text is looked at.
class UnscoredClassifier final : public RecordScorer {
  public:
    /// `reference` may be null; it must outlive this.
    explicit UnscoredClassifier(const seq::ReferenceSource* reference);

    void score(std::span<const io::VariantRecord> records,
               std::span<seq::RecordAnnotation> annotations) override;

  private:
    /// Name of `contig` in the reference, remembered for the next record.
    const std::optional<std::string>& reference_contig(std::string_view contig);
    seq::AlleleStatus classify(const io::VariantRecord& record,
                               const std::optional<std::string>& contig,
                               std::size_t allele) const;

    const seq::ReferenceSource* reference_;
    seq::ContigAliases aliases_;
    std::string last_contig_;
    std::optional<std::string> last_name_;
};

}  // namespace varhush::apps
