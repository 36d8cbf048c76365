#include "varhush/scoring/variant_scorer.hpp"

#include "scorers.hpp"
#include "varhush/core/error.hpp"

namespace varhush::scoring {

// Reached only when a caller hands over what was not asked for.
void VariantScorer::consume(std::size_t, const TrackBlock&, const TrackBlock&) {
    throw Error(ErrorKind::kInternal, "this scorer reads no tracks");
}

void VariantScorer::consume_contacts(std::span<const float>, std::span<const float>) {
    throw Error(ErrorKind::kInternal, "this scorer reads no contact maps");
}

models::SpliceSiteRows VariantScorer::junction_sites() const {
    throw Error(ErrorKind::kInternal, "this scorer reads no splice junctions");
}

std::span<const std::int32_t> VariantScorer::junction_tissues() const noexcept {
    return {};
}

void VariantScorer::consume_junctions(const models::JunctionCounts&,
                                      const models::JunctionCounts&) {
    throw Error(ErrorKind::kInternal, "this scorer reads no splice junctions");
}

ScoreTable ScorerJob::table() const {
    ScoreTable result;
    result.output = spec.output;
    result.channels = channels();
    return result;
}

std::vector<seq::Interval> inside_window(const std::vector<seq::Interval>& intervals,
                                         const ScoreWindow& window) {
    std::vector<seq::Interval> result = clipped_union(intervals, window.start, window.end);
    for (seq::Interval& interval : result) {
        interval.start -= window.start;
        interval.end -= window.start;
    }
    return result;
}

std::unique_ptr<VariantScorer> make_scorer(const ScorerSpec& spec,
                                           const ScorerContext& context,
                                           const ScoreWindow& window,
                                           const ScoredVariant& variant) {
    return make_scorer(spec, context, window, variant, {&variant, 1});
}

std::unique_ptr<VariantScorer> make_scorer(const ScorerSpec& spec,
                                           const ScorerContext& context,
                                           const ScoreWindow& window,
                                           const ScoredVariant& variant,
                                           std::span<const ScoredVariant> changes) {
    VARHUSH_CHECK(context.tracks != nullptr && context.selection != nullptr);
    const ScorerJob job{spec, context, window, variant, changes};
    switch (spec.kind) {
        case ScorerKind::kCenterMask:
            return make_center_mask(job);
        case ScorerKind::kContactMap:
            return make_contact_map(job);
        case ScorerKind::kPolyadenylation:
            return make_polyadenylation(job);
        case ScorerKind::kSpliceJunction:
            return make_splice_junction(job);
        default:
            return make_gene_mask(job);
    }
}

}  // namespace varhush::scoring
