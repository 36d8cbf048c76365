#include "apps/score/collecting_writer.hpp"

#include "varhush/report/vcf_annotator.hpp"

#include <cstdint>
#include <string>
#include <utility>

namespace varhush::apps {

std::vector<scoring::ScoreSeries> flat_series(const std::vector<seq::Modality>& modalities) {
    std::vector<scoring::ScoreSeries> series;
    series.reserve(modalities.size());
    for (const auto modality : modalities) {
        series.push_back({std::string(report::modality_tag(modality)), true});
    }
    return series;
}

CollectingWriter::CollectingWriter(ScoreCollector& collector, std::vector<seq::Modality> flat)
    : collector_(collector), flat_(std::move(flat)) {}

void CollectingWriter::put(io::VariantRecord& record, const seq::RecordAnnotation& annotation) {
    if (flat_.empty()) {
        collector_.put(record, annotation);
        return;
    }
    seq::RecordAnnotation filled = annotation;
    for (auto& allele : filled.alleles) {
        for (std::size_t i = 0; i < flat_.size(); ++i) {
            if (const auto& effect = allele[flat_[i]]) {
                allele.raw.push_back({static_cast<std::uint32_t>(i), *effect});
            }
        }
    }
    collector_.put(record, filled);
}

}  // namespace varhush::apps
