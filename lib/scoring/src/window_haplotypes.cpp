#include "allele_summary.hpp"
#include "record_change.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/worker_pool.hpp"
#include "varhush/scoring/haplotype_effects.hpp"
#include "varhush/scoring/tidy_table.hpp"
#include "varhush/scoring/window_scorer.hpp"
#include "varhush/seq/contig_alias.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>
#include <utility>

namespace varhush::scoring {

namespace {

constexpr double kMinKnownShare = 0.5;
constexpr double kNothing = std::numeric_limits<double>::quiet_NaN();

struct FramePlan {
    seq::AlleleStatus status = seq::AlleleStatus::kOk;
    std::string contig;
    ScoredVariant variant;
    ScoreWindow window;
};

class WindowHaplotypes final : public HaplotypeEffects {
  public:
    WindowHaplotypes(const std::vector<models::SequenceModel*>& models,
                     const seq::ReferenceSource& reference,
                     const ScorerContext& context,
                     const WindowHaplotypeOptions& options)
        : reference_(reference),
          context_(context),
          window_bp_(options.window_bp),
          aliases_(seq::aliases_of(reference)),
          pool_(static_cast<int>(models.size())) {
        std::vector<ScorerSpec> specs = options.specs;
        std::erase_if(specs, [](const ScorerSpec& spec) { return !serves_haplotypes(spec); });
        if (specs.empty()) {
            throw Error(ErrorKind::kUsage,
                        "none of the scorers compares haplotypes",
                        "levels and junctions do not; see --scorers and --heads");
        }
        for (const ScorerSpec& spec : specs) {
            const seq::Modality modality = *spec.modality();
            const auto known = std::find_if(tags_.begin(), tags_.end(), [&](const auto& tag) {
                return tag.modality == modality;
            });
            tag_of_.push_back(static_cast<std::size_t>(known - tags_.begin()));
            if (known == tags_.end()) {
                tags_.push_back({modality, spec.is_signed()});
            } else {
                known->additive = known->additive && spec.is_signed();
            }
        }
        for (models::SequenceModel* model : models) {
            scorers_.push_back(std::make_unique<WindowScorer>(
                *model, options.organism, reference, context, specs, WindowScorer::Limits{}));
        }
    }

    [[nodiscard]] const std::vector<HaplotypeTag>& tags() const noexcept override { return tags_; }
    [[nodiscard]] std::int64_t reach_bp() const noexcept override { return window_bp_ / 2; }
    [[nodiscard]] bool displaces() const noexcept override { return true; }
    [[nodiscard]] std::vector<HaplotypeEffect> effects(
        std::span<const HaplotypeQuery> queries) override;
    [[nodiscard]] std::string place_text(const HaplotypeFrame& frame,
                                         const HaplotypeEffect& effect,
                                         std::size_t tag,
                                         std::size_t place,
                                         double value) const override;

  private:
    [[nodiscard]] FramePlan plan(const HaplotypeFrame& frame) const;
    [[nodiscard]] HaplotypeEffect score(const FramePlan& plan,
                                        std::span<const seq::Change> changes,
                                        bool shared,
                                        WindowScorer& scorer);
    void append(const ScoreTable& table, std::size_t spec, HaplotypeEffect& effect) const;
    [[nodiscard]] bool mostly_unknown(const ScoreWindow& window) const;

    const seq::ReferenceSource& reference_;
    ScorerContext context_;
    std::int64_t window_bp_;
    seq::ContigAliases aliases_;
    core::WorkerPool pool_;
    std::vector<HaplotypeTag> tags_;
    std::vector<std::size_t> tag_of_;  // of each spec
    std::vector<std::unique_ptr<WindowScorer>> scorers_;
};

bool WindowHaplotypes::mostly_unknown(const ScoreWindow& window) const {
    const std::string bases = reference_.fetch(window.contig, window.start, window.end);
    return known_share(bases) < kMinKnownShare;
}

// As AlphaGenomeScorer plans one change.
FramePlan WindowHaplotypes::plan(const HaplotypeFrame& frame) const {
    FramePlan plan;
    const auto contig = aliases_.find(frame.contig);
    if (!contig) {
        plan.status = seq::AlleleStatus::kContigMissing;
        return plan;
    }
    plan.contig = *contig;
    plan.variant = as_recorded(reference_, *contig, frame.change);
    const auto longest =
        static_cast<std::int64_t>(std::max(plan.variant.ref.size(), plan.variant.alt.size()));
    if (longest > window_bp_ / 4) {
        plan.status = seq::AlleleStatus::kTooLong;
        return plan;
    }
    plan.window = window_round(plan.variant, window_bp_);
    if (mostly_unknown(plan.window)) {
        plan.status = seq::AlleleStatus::kNRich;
    }
    return plan;
}

void WindowHaplotypes::append(const ScoreTable& table,
                              std::size_t spec,
                              HaplotypeEffect& effect) const {
    auto& values = effect.values[tag_of_[spec]];
    auto& genes = effect.genes.emplace_back();
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        genes.push_back(table.rows[row].gene == nullptr ? "" : table.rows[row].gene->name);
        for (std::size_t column = 0; column < table.channels.size(); ++column) {
            const bool counts = table.status == seq::AlleleStatus::kOk &&
                                is_reported(table, row, column, *context_.tracks);
            const double value = table.at(row, column);
            values.push_back(counts && std::isfinite(value) ? value : kNothing);
        }
    }
}

HaplotypeEffect WindowHaplotypes::score(const FramePlan& plan,
                                        std::span<const seq::Change> changes,
                                        bool shared,
                                        WindowScorer& scorer) {
    HaplotypeEffect effect;
    effect.status = plan.status;
    if (plan.status != seq::AlleleStatus::kOk) {
        return effect;
    }
    std::vector<ScoredVariant> variants;
    for (const seq::Change& change : changes) {
        variants.push_back(as_recorded(reference_, plan.contig, change));
    }
    const auto tables = scorer.score(plan.window, plan.variant, variants, shared);
    effect.values.resize(tags_.size());
    for (std::size_t spec = 0; spec < tables.size(); ++spec) {
        append(tables[spec], spec, effect);
    }
    const bool any = std::any_of(effect.values.begin(), effect.values.end(), [](const auto& all) {
        return std::any_of(all.begin(), all.end(), [](double x) { return !std::isnan(x); });
    });
    if (!any) {
        effect.status = seq::AlleleStatus::kNoGene;
        for (const ScoreTable& table : tables) {
            if (table.status != seq::AlleleStatus::kOk) {
                effect.status = table.status;
                break;
            }
        }
        effect.values.clear();
    }
    return effect;
}

// Queries of one window one behind the other, each window by one thread.
std::vector<HaplotypeEffect> WindowHaplotypes::effects(std::span<const HaplotypeQuery> queries) {
    std::vector<HaplotypeEffect> effects(queries.size());
    std::map<std::tuple<std::string, std::int64_t, std::string, std::string>,
             std::vector<std::size_t>>
        frames;
    for (std::size_t i = 0; i < queries.size(); ++i) {
        const auto& [contig, change] = queries[i].frame;
        frames[{contig, change.start, change.ref, change.alt}].push_back(i);
    }
    std::vector<const std::vector<std::size_t>*> work;
    work.reserve(frames.size());
    for (const auto& [frame, members] : frames) {
        work.push_back(&members);
    }
    pool_.run(static_cast<std::int64_t>(work.size()), [&](std::int64_t at, int worker) {
        const auto& members = *work[static_cast<std::size_t>(at)];
        const FramePlan frame = plan(queries[members.front()].frame);
        for (const std::size_t i : members) {
            effects[i] = score(frame,
                               queries[i].changes,
                               members.size() > 1,
                               *scorers_[static_cast<std::size_t>(worker)]);
        }
    });
    return effects;
}

std::string WindowHaplotypes::place_text(const HaplotypeFrame& /*frame*/,
                                         const HaplotypeEffect& effect,
                                         std::size_t tag,
                                         std::size_t place,
                                         double /*value*/) const {
    const auto& specs = scorers_.front()->specs();
    for (std::size_t s = 0; s < effect.genes.size(); ++s) {
        const auto& channels = context_.selection->of(specs[s].output);
        const std::size_t places = effect.genes[s].size() * channels.size();
        if (tag_of_[s] != tag) {
            continue;
        }
        if (place >= places) {
            place -= places;
            continue;
        }
        const std::string& gene = effect.genes[s][place / channels.size()];
        const auto channel = static_cast<std::size_t>(channels[place % channels.size()]);
        return std::string(models::output_name(specs[s].output)) + ":" +
               (gene.empty() ? "" : gene + ":") +
               context_.tracks->tracks(specs[s].output)[channel].name;
    }
    return "";
}

}  // namespace

bool serves_haplotypes(const ScorerSpec& spec) noexcept {
    return spec.modality().has_value() && spec.kind != ScorerKind::kSpliceJunction;
}

std::unique_ptr<HaplotypeEffects> make_window_haplotypes(
    const std::vector<models::SequenceModel*>& models,
    const seq::ReferenceSource& reference,
    const ScorerContext& context,
    const WindowHaplotypeOptions& options) {
    return std::make_unique<WindowHaplotypes>(models, reference, context, options);
}

}  // namespace varhush::scoring
