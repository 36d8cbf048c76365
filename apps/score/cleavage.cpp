#include "apps/score/cleavage.hpp"

#include "apps/score/scorer_records.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <utility>

namespace varhush::apps {

namespace {

scoring::CleavageScorerOptions scorer_options(const ScoreOptions& options) {
    scoring::CleavageScorerOptions result;
    result.levels = options.levels;
    return result;
}

}  // namespace

CleavageRecordScorer::CleavageRecordScorer(const ScoreOptions& options,
                                           std::shared_ptr<const models::AparentNetwork> network,
                                           const seq::ReferenceSource& reference,
                                           const seq::GeneModels* genes,
                                           int threads)
    : scorer_(std::move(network), reference, genes, scorer_options(options), threads) {}

void CleavageRecordScorer::score(std::span<const io::VariantRecord> records,
                                 std::span<seq::RecordAnnotation> annotations) {
    copy_records(records, inputs_);
    auto scored = scorer_.score(std::span(inputs_).first(records.size()));
    VARHUSH_CHECK(scored.size() == annotations.size());
    std::move(scored.begin(), scored.end(), annotations.begin());
}

report::VcfAnnotatorOptions CleavageRecordScorer::content() const {
    report::VcfAnnotatorOptions content;
    content.modalities = {seq::Modality::kPas};
    content.top = true;
    content.packed_format = scorer_.packed_format();
    return content;
}

report::ModelProvenance provenance_of(const models::AparentNetwork& network) {
    return provenance_of(network.identity(), network.config().window_bp);
}

}  // namespace varhush::apps
