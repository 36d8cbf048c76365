#include "varhush/scoring/interval_scorer.hpp"

#include "mask_sums.hpp"
#include "scorers.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <optional>

namespace varhush::scoring {

namespace {

constexpr std::array<std::int64_t, 5> kWidths{501, 2001, 10001, 100001, 200001};

void check(const IntervalScorerSpec& spec, const ScoreWindow& window) {
    if (window.strand == '-') {
        throw Error(ErrorKind::kUsage,
                    "interval scorers do not take the '-' strand: " + window.to_text(),
                    "score the same interval with strand '.'");
    }
    if (std::find(kWidths.begin(), kWidths.end(), spec.width_bp) == kWidths.end()) {
        throw Error(
            ErrorKind::kUsage,
            "an interval scorer of width " + std::to_string(spec.width_bp) + " is not known",
            "widths are 501, 2001, 10001, 100001 and 200001");
    }
    if (spec.width_bp > window.width()) {
        throw Error(ErrorKind::kUsage,
                    "the interval scorer's width of " + std::to_string(spec.width_bp) +
                        " bp is larger than the window " + window.to_text());
    }
    if (spec.output == models::OutputType::kContactMaps ||
        spec.output == models::OutputType::kSpliceJunctions) {
        throw Error(ErrorKind::kUsage,
                    "interval scorers do not take " + std::string(output_name(spec.output)));
    }
}

/// The bins that hold any of `positions`.
std::vector<seq::Interval> in_bins(const std::vector<seq::Interval>& positions, int resolution) {
    std::vector<seq::Interval> bins;
    bins.reserve(positions.size());
    for (const seq::Interval& part : positions) {
        bins.push_back({part.start / resolution, (part.end + resolution - 1) / resolution});
    }
    return clipped_union(std::move(bins), 0, std::numeric_limits<std::int64_t>::max());
}

}  // namespace

std::string IntervalScorerSpec::name() const {
    return "GeneMaskScorer(requested_output=" + std::string(output_name(output)) +
           ", width=" + std::to_string(width_bp) + ", aggregation_type=" + (mean ? "MEAN" : "SUM") +
           ")";
}

struct IntervalScorer::Impl {
    ScoreTable table;
    std::optional<MaskSums> sums;
    std::vector<TrackNeed> needs;
    bool mean = true;
};

IntervalScorer::IntervalScorer(const IntervalScorerSpec& spec,
                               const ScorerContext& context,
                               const ScoreWindow& window)
    : impl_(std::make_unique<Impl>()) {
    check(spec, window);
    VARHUSH_CHECK(context.selection != nullptr);
    impl_->mean = spec.mean;
    impl_->table.output = spec.output;
    impl_->table.channels = context.selection->of(spec.output);
    std::vector<std::vector<seq::Interval>> masks;
    const int resolution = models::scored_resolution_bp(spec.output);
    if (context.genes != nullptr) {
        for (const GeneMask& mask : context.genes->with_start_in(resized(window, spec.width_bp))) {
            masks.push_back(in_bins(inside_window(mask.positions, window), resolution));
            impl_->table.rows.emplace_back().gene = mask.gene;
        }
    }
    if (masks.empty()) {
        impl_->table.status = seq::AlleleStatus::kNoGene;
    }
    impl_->sums.emplace(masks, impl_->table.channels.size(), MaskReduction::kSums);
    TrackNeed need{spec.output, resolution, impl_->sums->bins(), false, impl_->table.channels};
    if (!need.bins.empty() && !need.channels.empty()) {
        impl_->needs.push_back(std::move(need));
    }
}

IntervalScorer::~IntervalScorer() = default;

seq::AlleleStatus IntervalScorer::status() const noexcept {
    return impl_->table.status;
}

std::span<const TrackNeed> IntervalScorer::needs() const noexcept {
    return impl_->needs;
}

void IntervalScorer::consume(const TrackBlock& block) {
    impl_->sums->consume(block, block);
}

ScoreTable IntervalScorer::finish() {
    ScoreTable& table = impl_->table;
    impl_->sums->check_complete();
    for (std::size_t gene = 0; gene < table.rows.size(); ++gene) {
        const auto n = static_cast<double>(impl_->sums->size(gene));
        for (std::size_t i = 0; i < table.channels.size(); ++i) {
            const double sum = impl_->sums->ref(gene, i);
            table.values.push_back(impl_->mean ? sum / n : sum);
        }
    }
    return std::move(table);
}

}  // namespace varhush::scoring
