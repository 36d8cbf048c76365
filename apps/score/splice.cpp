#include "apps/score/splice.hpp"

#include "apps/score/scorer_records.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/splice_network.hpp"

#include <algorithm>
#include <utility>

namespace varhush::apps {

namespace {

scoring::SpliceScorerOptions scorer_options(const ScoreOptions& options) {
    scoring::SpliceScorerOptions result;
    result.distance_bp = options.distance_bp;
    result.mask = options.mask;
    result.levels = options.levels;
    result.compat = !options.compat_tag.empty();
    result.compat_digits = options.digits;
    return result;
}

}  // namespace

SpliceRecordScorer::SpliceRecordScorer(const ScoreOptions& options,
                                       std::shared_ptr<const models::SpliceNetwork> network,
                                       std::unique_ptr<models::SpliceEvaluator> evaluator,
                                       const seq::ReferenceSource& reference,
                                       const seq::GeneModels* genes)
    : compat_tag_(options.compat_tag),
      scorer_(std::move(network), std::move(evaluator), reference, genes, scorer_options(options)) {
}

void SpliceRecordScorer::score(std::span<const io::VariantRecord> records,
                               std::span<seq::RecordAnnotation> annotations) {
    copy_records(records, inputs_);
    auto scored = scorer_.score(std::span(inputs_).first(records.size()));
    VARHUSH_CHECK(scored.size() == annotations.size());
    std::move(scored.begin(), scored.end(), annotations.begin());
}

report::VcfAnnotatorOptions SpliceRecordScorer::content() const {
    report::VcfAnnotatorOptions content;
    content.modalities = {seq::Modality::kSplicing};
    content.top = true;
    content.packed_format = scorer_.packed_format();
    content.compat_tag = compat_tag_;
    content.compat_description = scorer_.compat_description();
    return content;
}

report::ModelProvenance provenance_of(const models::SpliceNetwork& network) {
    return provenance_of(network.identity(), 2 * network.config().half_context() + 1);
}

}  // namespace varhush::apps
