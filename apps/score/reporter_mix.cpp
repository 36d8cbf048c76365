#include "apps/score/reporter_mix.hpp"

#include "apps/score/scorer_records.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <utility>

namespace varhush::apps {

MixRecordScorer::MixRecordScorer(std::shared_ptr<const models::ReporterMix> mix,
                                 const seq::ReferenceSource& reference,
                                 int threads)
    : scorer_(std::move(mix), reference, threads) {}

void MixRecordScorer::score(std::span<const io::VariantRecord> records,
                            std::span<seq::RecordAnnotation> annotations) {
    copy_records(records, inputs_);
    auto scored = scorer_.score(std::span(inputs_).first(records.size()));
    VARHUSH_CHECK(scored.size() == annotations.size());
    std::move(scored.begin(), scored.end(), annotations.begin());
}

report::VcfAnnotatorOptions MixRecordScorer::content() {
    report::VcfAnnotatorOptions content;
    content.modalities = {seq::Modality::kMpra};
    content.top = true;
    content.packed_format = scoring::MixScorer::packed_format();
    return content;
}

report::ModelProvenance provenance_of(const models::ReporterMix& mix) {
    return provenance_of(mix.identity(), 2 * models::MixQuery::kFlank + 1);
}

}  // namespace varhush::apps
