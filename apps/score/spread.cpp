#include "apps/score/spread.hpp"

#include "varhush/core/error.hpp"

#include <cmath>
#include <utility>

namespace varhush::apps {

namespace {

std::optional<seq::Modality> largest_effect(const seq::AlleleAnnotation& allele) {
    std::optional<seq::Modality> largest;
    for (std::size_t i = 0; i < seq::kModalityCount; ++i) {
        const auto modality = static_cast<seq::Modality>(i);
        if (allele[modality] &&
            (!largest || std::fabs(*allele[modality]) > std::fabs(*allele[*largest]))) {
            largest = modality;
        }
    }
    return largest;
}

}  // namespace

std::optional<float> spread_of(const seq::AlleleAnnotation& allele,
                               const std::vector<const seq::AlleleAnnotation*>& members) {
    const auto modality = largest_effect(allele);
    if (!modality) {
        return std::nullopt;
    }
    double mean = 0;
    for (const auto* member : members) {
        if (!(*member)[*modality]) {
            return std::nullopt;
        }
        mean += static_cast<double>(*(*member)[*modality]) / static_cast<double>(members.size());
    }
    double squares = 0;
    for (const auto* member : members) {
        squares += std::pow(static_cast<double>(*(*member)[*modality]) - mean, 2);
    }
    return static_cast<float>(std::sqrt(squares / static_cast<double>(members.size() - 1)));
}

SpreadRecordScorer::SpreadRecordScorer(RecordScorer& whole,
                                       std::vector<std::unique_ptr<RecordScorer>> members,
                                       bool whole_counts)
    : whole_(whole),
      whole_counts_(whole_counts),
      members_(std::move(members)),
      scratch_(members_.size()) {
    VARHUSH_CHECK(members_.size() + (whole_counts ? 1 : 0) > 1);
}

void SpreadRecordScorer::score(std::span<const io::VariantRecord> records,
                               std::span<seq::RecordAnnotation> annotations) {
    whole_.score(records, annotations);
    for (std::size_t m = 0; m < members_.size(); ++m) {
        scratch_[m].resize(records.size());
        members_[m]->score(records, scratch_[m]);
    }
    std::vector<const seq::AlleleAnnotation*> members(members_.size() + (whole_counts_ ? 1 : 0));
    for (std::size_t r = 0; r < records.size(); ++r) {
        for (std::size_t a = 0; a < annotations[r].alleles.size(); ++a) {
            for (std::size_t m = 0; m < members_.size(); ++m) {
                members[m] = &scratch_[m][r].alleles[a];
            }
            auto& allele = annotations[r].alleles[a];
            if (whole_counts_) {
                members.back() = &allele;
            }
            allele.spread = spread_of(allele, members);
        }
    }
}

}  // namespace varhush::apps
