#include "apps/score/reporter.hpp"

#include "apps/score/scorer_records.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <utility>

namespace varhush::apps {

namespace {

scoring::ReporterScorerOptions scorer_options(const ScoreOptions& options) {
    scoring::ReporterScorerOptions result;
    result.inside = options.placements == "inside";
    result.levels = options.levels;
    return result;
}

}  // namespace

ReporterRecordScorer::ReporterRecordScorer(const ScoreOptions& options,
                                           std::shared_ptr<const models::ReporterNetwork> network,
                                           const seq::ReferenceSource& reference,

                                           int threads)
    : scorer_(std::move(network), reference, scorer_options(options), threads) {}

void ReporterRecordScorer::score(std::span<const io::VariantRecord> records,
                                 std::span<seq::RecordAnnotation> annotations) {
    copy_records(records, inputs_);
    auto scored = scorer_.score(std::span(inputs_).first(records.size()));
    VARHUSH_CHECK(scored.size() == annotations.size());
    std::move(scored.begin(), scored.end(), annotations.begin());
}

report::VcfAnnotatorOptions ReporterRecordScorer::content() const {
    report::VcfAnnotatorOptions content;
    content.modalities = {seq::Modality::kMpra};
    content.top = true;
    content.packed_format = scorer_.packed_format();
    return content;
}

report::ModelProvenance provenance_of(const models::ReporterNetwork& network) {
    return provenance_of(network.identity(), network.config().window_bp);
}

}  // namespace varhush::apps
