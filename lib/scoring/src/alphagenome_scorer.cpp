#include "varhush/scoring/alphagenome_scorer.hpp"

#include "allele_summary.hpp"
#include "record_change.hpp"
#include "track_ranks.hpp"
#include "varhush/core/error.hpp"
#include "varhush/seq/allele.hpp"
#include "varhush/seq/contig_alias.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <utility>
#include <variant>

namespace varhush::scoring {

namespace {

constexpr double kMinKnownShare = 0.5;

/// An allele on its way: why it has no score, or where it is scored.
struct Plan {
    seq::AlleleStatus status = seq::AlleleStatus::kOk;
    ScoredVariant variant;
    ScoreWindow window;
    bool edge = false;
    seq::AlleleAnnotation annotation;
    std::string detail;
};

auto order_of(const ScoreWindow& window) {
    return std::tie(window.contig, window.start, window.end);
}

}  // namespace

struct AlphaGenomeScorer::Impl {
    TrackRanks ranks;
    WindowScorer scorer;
    const seq::ReferenceSource& reference;
    const ScorerContext context;
    TidyTable table;
    AlphaGenomeScorerOptions options;
    seq::ContigAliases aliases;

    [[nodiscard]] Plan plan(const VariantInput& record, const std::string& alt) const;
    [[nodiscard]] bool mostly_unknown(const ScoreWindow& window) const;
    void run(Plan& plan, const std::string& alt, bool shared, bool with_detail);
};

bool AlphaGenomeScorer::Impl::mostly_unknown(const ScoreWindow& window) const {
    const std::string bases = reference.fetch(window.contig, window.start, window.end);
    const auto known =
        std::count_if(bases.begin(), bases.end(), [](char base) { return base != 'N'; });
    return static_cast<double>(known) < kMinKnownShare * static_cast<double>(bases.size());
}

Plan AlphaGenomeScorer::Impl::plan(const VariantInput& record, const std::string& alt) const {
    Plan plan;
    const auto contig = aliases.find(record.contig);
    if (!contig) {
        const auto status = seq::classify_alt(alt);
        plan.status = status == seq::AlleleStatus::kOk ? seq::AlleleStatus::kContigMissing : status;
        return plan;
    }
    const auto found = seq::normalise(reference, *contig, record.position, record.ref, alt);
    if (const auto* status = std::get_if<seq::AlleleStatus>(&found)) {
        plan.status = *status;
        return plan;
    }
    plan.variant = as_recorded(reference, *contig, std::get<seq::Change>(found));
    const auto longest =
        static_cast<std::int64_t>(std::max(plan.variant.ref.size(), plan.variant.alt.size()));
    if (longest > options.window_bp / 4) {
        plan.status = seq::AlleleStatus::kTooLong;
        return plan;
    }
    plan.window = options.share_window_bp == 0
                      ? window_round(plan.variant, options.window_bp)
                      : shared_window(plan.variant, options.window_bp, options.share_window_bp);
    plan.window.start += options.shift_bp;
    plan.window.end += options.shift_bp;
    plan.edge = plan.window.start < 0 || plan.window.end > reference.length_bp(*contig).value_or(0);
    if (mostly_unknown(plan.window)) {
        plan.status = seq::AlleleStatus::kNRich;
    }
    return plan;
}

void AlphaGenomeScorer::Impl::run(Plan& plan,
                                  const std::string& alt,
                                  bool shared,
                                  bool with_detail) {
    const auto scores = scorer.score(plan.window, plan.variant, shared);
    const auto kind = allele_class(plan.variant.ref.size(), plan.variant.alt.size());
    plan.annotation = summarise({&scorer.specs(),
                                 context.tracks,
                                 &scores,
                                 alt,
                                 plan.edge,
                                 options.levels,
                                 options.calibration == nullptr ? nullptr : &ranks,
                                 kind});
    plan.status = plan.annotation.status;
    if (options.raw) {
        plan.annotation.raw = ranks.raw_scores(scores, *context.tracks);
    }
    for (std::size_t s = 0; with_detail && s < scores.size(); ++s) {
        const auto quantile = [&](std::int32_t channel, double value) {
            return ranks.quantile_score(s, channel, kind, value);
        };
        table.append(
            plan.variant, plan.window, scorer.specs()[s], scores[s], plan.detail, quantile);
    }
}

ScoreWindow shared_window(const ScoredVariant& variant,
                          std::int64_t window_bp,
                          std::int64_t share_bp) {
    const std::int64_t pitch = 2 * share_bp + 1;
    ScoredVariant middle;
    middle.contig = variant.contig;
    middle.start = variant.start / pitch * pitch + share_bp;
    middle.ref = "N";
    return window_round(middle, window_bp);
}

AlphaGenomeScorer::AlphaGenomeScorer(models::SequenceModel& model,
                                     int organism,
                                     const seq::ReferenceSource& reference,
                                     const ScorerContext& context,
                                     std::vector<ScorerSpec> specs,
                                     const AlphaGenomeScorerOptions& options)
    : impl_(new Impl{
          TrackRanks(specs, *context.selection, options.calibration),
          WindowScorer(model, organism, reference, context, std::move(specs), options.limits),
          reference,
          context,
          TidyTable(*context.tracks,
                    *context.selection,
                    false,
                    options.levels,
                    options.calibration != nullptr),
          options,
          seq::aliases_of(reference)}) {
    // With the limit on the length of a change (a quarter too) all of it lies inside its window.
    if (options.share_window_bp > options.window_bp / 4) {
        throw Error(ErrorKind::kUsage,
                    "--share-window " + std::to_string(options.share_window_bp) +
                        " is more than a quarter of the window of " +
                        std::to_string(options.window_bp) + " bases",
                    "variants must lie well inside their window");
    }
}

AlphaGenomeScorer::~AlphaGenomeScorer() = default;

std::vector<seq::RecordAnnotation> AlphaGenomeScorer::score(std::span<const VariantInput> batch,
                                                            const DetailSink& detail) {
    std::vector<std::vector<Plan>> plans(batch.size());
    struct Work {
        std::size_t record;
        std::size_t allele;
    };
    std::vector<Work> work;
    for (std::size_t r = 0; r < batch.size(); ++r) {
        for (std::size_t a = 0; a < batch[r].alts.size(); ++a) {
            plans[r].push_back(impl_->plan(batch[r], batch[r].alts[a]));
            if (plans[r].back().status == seq::AlleleStatus::kOk) {
                work.push_back({r, a});
            }
        }
    }
    // Alleles of one window one after the other, so that its reference is predicted once.
    const auto window_of = [&](const Work& w) -> const ScoreWindow& {
        return plans[w.record][w.allele].window;
    };
    std::stable_sort(work.begin(), work.end(), [&](const Work& a, const Work& b) {
        return order_of(window_of(a)) < order_of(window_of(b));
    });
    std::vector<std::size_t> waiting(batch.size(), 0);  // alleles of a record still to be scored
    for (const Work& w : work) {
        ++waiting[w.record];
    }
    std::size_t next_record = 0;
    const auto hand_on = [&] {  // the long table of all records that are done up to the first gap
        for (; next_record < batch.size() && waiting[next_record] == 0; ++next_record) {
            for (Plan& plan : plans[next_record]) {
                if (detail && !plan.detail.empty()) {
                    detail(plan.detail);
                    plan.detail = std::string();
                }
            }
        }
    };
    for (std::size_t i = 0; i < work.size(); ++i) {
        const auto& window = window_of(work[i]);
        const bool shared = impl_->options.share_window_bp > 0 ||
                            (i + 1 < work.size() && window_of(work[i + 1]) == window) ||
                            (i > 0 && window_of(work[i - 1]) == window);
        impl_->run(plans[work[i].record][work[i].allele],
                   batch[work[i].record].alts[work[i].allele],
                   shared,
                   static_cast<bool>(detail));
        --waiting[work[i].record];
        hand_on();
    }
    hand_on();
    std::vector<seq::RecordAnnotation> annotations(batch.size());
    for (std::size_t r = 0; r < batch.size(); ++r) {
        for (Plan& plan : plans[r]) {
            plan.annotation.status = plan.status;
            annotations[r].alleles.push_back(std::move(plan.annotation));
        }
    }
    return annotations;
}

std::string AlphaGenomeScorer::packed_format() const {
    return summary_fields(impl_->options.levels);
}

std::vector<seq::Modality> AlphaGenomeScorer::modalities() const {
    std::vector<seq::Modality> result;
    for (const auto& spec : impl_->scorer.specs()) {
        if (const auto modality = spec.modality()) {
            result.push_back(*modality);
        }
    }
    std::sort(result.begin(), result.end());
    result.erase(std::unique(result.begin(), result.end()), result.end());
    return result;
}

const std::vector<ScoreSeries>& AlphaGenomeScorer::series() const {
    return impl_->ranks.series();
}

std::size_t AlphaGenomeScorer::unranked() const {
    return impl_->ranks.unranked();
}

std::string AlphaGenomeScorer::detail_header() const {
    return impl_->table.header();
}

}  // namespace varhush::scoring
