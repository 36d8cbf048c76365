#include "apps/score/unscored.hpp"

#include "varhush/core/error.hpp"
#include "varhush/seq/allele.hpp"

#include <variant>

namespace varhush::apps {

UnscoredClassifier::UnscoredClassifier(const seq::ReferenceSource* reference)
    : reference_(reference),
      aliases_(reference == nullptr ? seq::ContigAliases() : seq::aliases_of(*reference)) {}

const std::optional<std::string>& UnscoredClassifier::reference_contig(std::string_view contig) {
    if (contig != last_contig_) {
        last_contig_ = contig;
        last_name_ = aliases_.find(contig);
    }
    return last_name_;
}

seq::AlleleStatus UnscoredClassifier::classify(const io::VariantRecord& record,
                                               const std::optional<std::string>& contig,
                                               std::size_t allele) const {
    const auto alt = record.alt(allele);
    const auto by_text = seq::classify_alt(alt);
    if (by_text == seq::AlleleStatus::kStar || by_text == seq::AlleleStatus::kSymbolic) {
        return by_text;
    }
    if (reference_ == nullptr) {
        return by_text == seq::AlleleStatus::kOk ? seq::AlleleStatus::kSkipped : by_text;
    }
    if (!contig) {
        return seq::AlleleStatus::kContigMissing;
    }
    const auto change = seq::normalise(*reference_, *contig, record.position(), record.ref(), alt);
    const auto* status = std::get_if<seq::AlleleStatus>(&change);
    return status != nullptr ? *status : seq::AlleleStatus::kSkipped;
}

void UnscoredClassifier::score(std::span<const io::VariantRecord> records,
                               std::span<seq::RecordAnnotation> annotations) {
    VARHUSH_CHECK(records.size() == annotations.size());
    static const std::optional<std::string> kNoContig;
    for (std::size_t i = 0; i < records.size(); ++i) {
        const auto& record = records[i];
        const auto& contig = reference_ != nullptr ? reference_contig(record.contig()) : kNoContig;
        annotations[i].compat.clear();
        annotations[i].alleles.resize(record.alt_count());
        for (std::size_t a = 0; a < record.alt_count(); ++a) {
            annotations[i].alleles[a].status = classify(record, contig, a);
        }
    }
}

}  // namespace varhush::apps
