#include "varhush/sirna/designer.hpp"

#include "design_candidate.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/worker_pool.hpp"
#include "varhush/sirna/accessibility.hpp"
#include "varhush/sirna/chemistry_placement.hpp"
#include "varhush/sirna/guide.hpp"
#include "varhush/sirna/site_opening.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <map>
#include <set>
#include <utility>

namespace varhush::sirna {

namespace {

std::string number(double value, const char* format) {
    std::array<char, 48> text;
    std::snprintf(text.data(), text.size(), format, value);
    return text.data();
}

/// One design run from candidates to the report.
class Designer {
  public:
    Designer(const DesignInput& input, const DesignOptions& options)
        : input_(input), options_(options), workers_(options.threads) {}

    DesignReport run();

  private:
    void profile_targets();
    void describe();
    void predict();
    [[nodiscard]] SiteOpening opening_of(const TargetSite& site) const;
    void refine_alleles();
    void judge();
    void judge_one(Candidate& candidate) const;
    void judge_seed(Candidate& candidate) const;
    void note_unknown_seeds();
    void judge_isoforms(Candidate& candidate) const;
    void score();
    void choose();
    void choose_unit(std::size_t unit, const std::vector<std::size_t>& order);
    [[nodiscard]] std::string too_near(const DesignedGuide& guide,
                                       const std::vector<const DesignedGuide*>& taken) const;
    void accept(Candidate& candidate, std::size_t rank, std::size_t of);
    void reject_rest();

    const DesignInput& input_;
    const DesignOptions& options_;
    core::WorkerPool workers_;
    std::vector<TargetOpenings> openings_;  ///< of the targets
    std::vector<Candidate> candidates_;
    DesignReport report_;
};

std::vector<double> unpaired_of(const Accessibility& open, std::size_t length) {
    std::vector<double> values(open.size());
    for (std::size_t end = 0; end < open.size(); ++end) {
        values[end] = open.unpaired(length, end);
    }
    return values;
}

void Designer::profile_targets() {
    for (const DesignTarget& target : input_.targets) {
        TargetProfile profile = target.profile;
        AccessibilityOptions folding;
        folding.window = options_.accessibility_window;
        folding.span = options_.accessibility_span;
        folding.lengths = {8, 19};
        folding.threads = options_.threads;
        const Accessibility open = local_unpaired(profile.rna, folding);
        profile.unpaired8 = unpaired_of(open, 8);
        profile.unpaired19 = unpaired_of(open, 19);
        openings_.emplace_back(profile.rna, options_.threads);
        if (target.placement) {
            profile.contig = target.placement->contig();
            profile.strand = target.placement->strand();
            profile.exons = target.placement->exons();
        }
        report_.targets.push_back(std::move(profile));
    }
}

void Designer::describe() {
    workers_.run(static_cast<std::int64_t>(candidates_.size()), [&](std::int64_t i, int) {
        Candidate& candidate = candidates_[static_cast<std::size_t>(i)];
        if (is_rna(candidate.guide.guide) && !candidate.guide.passenger.empty()) {
            describe_guide(candidate.guide);
            judge_strands(options_.filters, options_.limits, candidate.guide);
        }
    });
    for (Candidate& candidate : candidates_) {
        for (const FilterVerdict& verdict : candidate.guide.filters) {
            if (!verdict.passed && verdict.enforced) {
                candidate.reject(verdict.name, verdict.detail);
            }
        }
    }
}

/// How open a site is in its whole target, as the efficacy model wants it.
SiteOpening Designer::opening_of(const TargetSite& site) const {
    return openings_[site.target].at(site.end - kSiteBases);
}

void Designer::predict() {
    std::vector<GuideQuery> queries;
    std::vector<std::size_t> owners;
    for (std::size_t i = 0; i < candidates_.size(); ++i) {
        if (!candidates_[i].context.empty()) {
            queries.push_back({candidates_[i].guide.guide,
                               candidates_[i].context,
                               candidates_[i].context_offset,
                               opening_of(candidates_[i].guide.sites.front())});
            owners.push_back(i);
        }
    }
    // In pieces, so that models with batches of their own share the threads.
    constexpr std::size_t kPiece = 64;
    const std::size_t pieces = (queries.size() + kPiece - 1) / kPiece;
    workers_.run(static_cast<std::int64_t>(pieces), [&](std::int64_t piece, int) {
        const std::size_t first = static_cast<std::size_t>(piece) * kPiece;
        const std::size_t count = std::min(kPiece, queries.size() - first);
        const std::vector<Efficacy> predicted =
            input_.model->predict(std::span(queries).subspan(first, count));
        VARHUSH_CHECK(predicted.size() == count);
        for (std::size_t i = 0; i < count; ++i) {
            candidates_[owners[first + i]].guide.efficacy = predicted[i];
        }
    });
}

/// Predictions for both alleles; with --extra-mismatches the guide itself may change.
void Designer::refine_alleles() {
    workers_.run(static_cast<std::int64_t>(candidates_.size()), [&](std::int64_t i, int) {
        Candidate& candidate = candidates_[static_cast<std::size_t>(i)];
        if (!candidate.allele) {
            return;
        }
        DesignedGuide& guide = candidate.guide;
        const double perfect = guide.efficacy.expected;
        place_mismatches(
            *candidate.allele, perfect, options_.extra_mismatches, options_.least_silenced);
        guide.allele = candidate.allele->contrast;
        if (candidate.allele->guide == guide.guide) {
            return;
        }
        const double share = perfect > 0 ? std::min(1.0, guide.allele->on_silenced / perfect) : 0;
        guide.efficacy.expected = guide.allele->on_silenced;
        guide.efficacy.low *= share;
        guide.efficacy.high = std::max(guide.efficacy.high * share, guide.efficacy.expected);
        guide.efficacy.p_effective *= share;
        guide.guide = candidate.allele->guide;
        const std::string& rna = input_.targets[guide.sites.front().target].profile.rna;
        const std::size_t end = guide.sites.front().end;
        DuplexStrands strands =
            make_strands(guide.guide,
                         options_.overhang,
                         std::string_view(rna).substr(std::min(end, rna.size()), 2));
        guide.passenger = std::move(strands.passenger);
        guide.guide_strand = std::move(strands.guide_strand);
        guide.passenger_strand = std::move(strands.passenger_strand);
    });
}

void Designer::judge_isoforms(Candidate& candidate) const {
    const std::vector<std::size_t>& targets = input_.units[candidate.unit].targets;
    std::set<std::size_t> hit;
    for (const TargetSite& site : candidate.guide.sites) {
        hit.insert(site.target);
    }
    candidate.guide.isoform_coverage =
        static_cast<double>(hit.size()) / static_cast<double>(targets.size());
    std::string missing;
    for (const std::size_t target : targets) {
        const std::string& name = input_.targets[target].profile.name;
        const bool asked = options_.isoforms.front() == "all" ||
                           std::find(options_.isoforms.begin(), options_.isoforms.end(), name) !=
                               options_.isoforms.end();
        if (options_.isoforms.front() != "any" && asked && !hit.contains(target)) {
            missing.append(missing.empty() ? "not on " : ", ").append(name);
        }
    }
    give_verdict(options_.filters,
                 "isoforms",
                 missing.empty(),
                 missing.empty() ? std::to_string(hit.size()) + " of " +
                                       std::to_string(targets.size()) + " isoforms"
                                 : missing,
                 candidate);
}

/// What tables say of the seeds.
void Designer::judge_seed(Candidate& candidate) const {
    DesignedGuide& guide = candidate.guide;
    if (input_.mirnas) {
        const std::string names = input_.mirnas(guide.guide);
        const bool like_mirna = names != ".";
        guide.off_targets.mirna = like_mirna ? names : "";
        give_verdict(options_.filters,
                     "mirna-seed",
                     !like_mirna,
                     like_mirna ? "seed of " + names : "no miRNA has this seed",
                     candidate);
    }
    if (!input_.seed_viability) {
        return;
    }
    guide.seed_viability = input_.seed_viability(guide.guide).value_or(kUnknown);
    guide.passenger_seed_viability = input_.seed_viability(guide.passenger).value_or(kUnknown);
    const std::optional<double>& least = options_.limits.seed_viability;
    if (least) {
        const bool known = !std::isnan(guide.seed_viability);
        give_verdict(options_.filters,
                     "seed-viability",
                     !known || guide.seed_viability >= *least,
                     known ? "value of the seed " + number(guide.seed_viability, "%.4g") +
                                 ", at least " + number(*least, "%.4g") + " asked for"
                           : "the table lacks this seed",
                     candidate);
    }
}

void Designer::note_unknown_seeds() {
    std::size_t judged = 0;
    std::size_t unknown = 0;
    for (const Candidate& candidate : candidates_) {
        if (!candidate.context.empty()) {
            ++judged;
            unknown += std::isnan(candidate.guide.seed_viability) ? 1 : 0;
        }
    }
    if (unknown > 0) {
        report_.notes.push_back(
            "the table of seed viability lacks the seeds of " + std::to_string(unknown) + " of " +
            std::to_string(judged) + " candidates" +
            (options_.limits.seed_viability ? ", which pass the filter seed-viability" : ""));
    }
}

void Designer::judge_one(Candidate& candidate) const {
    DesignedGuide& guide = candidate.guide;
    const FilterSet& filters = options_.filters;
    judge_seed(candidate);
    const double open = guide.sites.front().unpaired_seed;
    give_verdict(filters,
                 "accessibility",
                 std::isnan(open) || open >= options_.limits.accessibility,
                 "seed site open with probability " + number(open, "%.3f"),
                 candidate);
    give_verdict(filters,
                 "efficacy",
                 guide.efficacy.p_effective >= options_.limits.p_effective,
                 "P(silencing >= 70 %) " + number(guide.efficacy.p_effective, "%.3f"),
                 candidate);
    std::string common;
    for (const TargetSite& site : guide.sites) {
        for (const VariantInSite& one : site.variants) {
            const VariantOnTarget& variant = report_.targets[site.target].variants[one.variant];
            if (variant.common && common.find(variant.id) == std::string::npos) {
                common.append(common.empty() ? "" : "; ").append(variant.id);
                common.append(" at guide position ").append(std::to_string(one.first_pos));
            }
        }
    }
    // The alleles of an allele-specific design are meant to be touched.
    if (!options_.allele) {
        give_verdict(filters,
                     "variants",
                     common.empty(),
                     common.empty() ? "no common variant" : common,
                     candidate);
    } else if (guide.allele) {
        const double difference = guide.allele->discrimination;
        give_verdict(filters,
                     "discrimination",
                     difference >= options_.min_discrimination,
                     "difference " + number(difference, "%.2f"),
                     candidate);
    }
    judge_isoforms(candidate);
}

void Designer::judge() {
    for (Candidate& candidate : candidates_) {
        if (!candidate.context.empty()) {
            judge_one(candidate);
        }
    }
    if (input_.seed_viability) {
        note_unknown_seeds();
    }
}

/// What a usual candidate of each unit has: the median load of those that were searched.
std::vector<double> usual_loads(const std::vector<Candidate>& candidates, std::size_t units) {
    std::vector<std::vector<double>> loads(units);
    for (const Candidate& candidate : candidates) {
        if (candidate.guide.off_targets.searched) {
            loads[candidate.unit].push_back(candidate.guide.off_targets.load);
        }
    }
    std::vector<double> usual(units, 1);
    for (std::size_t unit = 0; unit < units; ++unit) {
        if (!loads[unit].empty()) {
            const auto middle =
                loads[unit].begin() + static_cast<std::ptrdiff_t>(loads[unit].size() / 2);
            std::nth_element(loads[unit].begin(), middle, loads[unit].end());
            usual[unit] = *middle > 0 ? *middle : 1;
        }
    }
    return usual;
}

void Designer::score() {
    const std::vector<double> usual = usual_loads(candidates_, input_.units.size());
    for (Candidate& candidate : candidates_) {
        if (!candidate.alive()) {
            continue;
        }
        DesignedGuide& guide = candidate.guide;
        guide.parts.efficacy = guide.efficacy.p_effective;
        guide.parts.specificity = guide.off_targets.searched
                                      ? 1 / (1 + guide.off_targets.load / usual[candidate.unit])
                                      : kUnknown;
        guide.parts.accessibility = guide.sites.front().unpaired_seed;
        guide.parts.population = guide.population_coverage;
        guide.parts.isoforms = guide.isoform_coverage;
        if (guide.allele) {
            guide.parts.discrimination = std::max(0.0, guide.allele->discrimination);
        }
        guide.score = score_of(guide.parts, options_.weights);
    }
}

std::string Designer::too_near(const DesignedGuide& guide,
                               const std::vector<const DesignedGuide*>& taken) const {
    for (const DesignedGuide* other : taken) {
        for (const TargetSite& mine : guide.sites) {
            for (const TargetSite& site : other->sites) {
                const std::size_t apart =
                    mine.start > site.start ? mine.start - site.start : site.start - mine.start;
                if (mine.target == site.target && apart < options_.min_distance) {
                    return std::to_string(apart) + " nt from " + other->id;
                }
            }
        }
    }
    return {};
}

void Designer::accept(Candidate& candidate, std::size_t rank, std::size_t of) {
    DesignedGuide& guide = candidate.guide;
    guide.rank = rank;
    guide.id = guide.unit + "-" + std::to_string(rank);
    guide.duplex = ordered_duplex(
        options_.chemistry, {guide.guide_strand, guide.passenger_strand, guide.passenger.size()});
    guide.why.push_back("best number " + std::to_string(rank) + " of " + std::to_string(of) +
                        " candidates that passed the filters, on Pareto front " +
                        std::to_string(guide.front));
}

void Designer::choose_unit(std::size_t unit, const std::vector<std::size_t>& numbers) {
    std::vector<ScoreParts> parts;
    std::vector<double> scores;
    for (const std::size_t number : numbers) {
        parts.push_back(candidates_[number].guide.parts);
        scores.push_back(candidates_[number].guide.score);
    }
    const std::vector<std::size_t> fronts = pareto_fronts(parts);
    std::vector<const DesignedGuide*> taken;
    for (const std::size_t place : ranking(fronts, scores, options_.score_only)) {
        Candidate& candidate = candidates_[numbers[place]];
        candidate.guide.front = fronts[place];
        const std::string near = too_near(candidate.guide, taken);
        if (!near.empty()) {
            candidate.reject("min-distance", near);
        } else if (taken.size() == options_.top) {
            candidate.reject("top",
                             "below the best " + std::to_string(options_.top) + " of " +
                                 input_.units[unit].name);
        } else {
            accept(candidate, taken.size() + 1, numbers.size());
            taken.push_back(&candidate.guide);
        }
    }
    if (taken.empty()) {
        report_.notes.push_back(input_.units[unit].name + ": no candidate passes all filters");
    }
}

void Designer::choose() {
    for (std::size_t unit = 0; unit < input_.units.size(); ++unit) {
        std::vector<std::size_t> numbers;
        for (std::size_t i = 0; i < candidates_.size(); ++i) {
            if (candidates_[i].unit == unit && candidates_[i].alive()) {
                numbers.push_back(i);
            }
        }
        choose_unit(unit, numbers);
    }
    std::stable_sort(candidates_.begin(), candidates_.end(), [](const auto& a, const auto& b) {
        return a.unit != b.unit ? a.unit < b.unit : a.guide.rank < b.guide.rank;
    });
}

void Designer::reject_rest() {
    for (Candidate& candidate : candidates_) {
        if (candidate.alive()) {
            report_.guides.push_back(std::move(candidate.guide));
            continue;
        }
        // One entry a place: nothing disappears, repeats and isoforms included.
        for (const TargetSite& site : candidate.guide.sites) {
            RejectedCandidate rejected;
            rejected.unit = candidate.guide.unit;
            rejected.target = site.target;
            rejected.start = site.start;
            rejected.end = site.end;
            rejected.guide = candidate.guide.guide;
            rejected.p_effective =
                candidate.context.empty() ? kUnknown : candidate.guide.efficacy.p_effective;
            rejected.score = candidate.guide.score;
            rejected.reasons = candidate.reasons;
            rejected.details = candidate.details;
            report_.rejected.push_back(std::move(rejected));
        }
    }
    std::stable_sort(
        report_.rejected.begin(), report_.rejected.end(), [](const auto& a, const auto& b) {
            return a.target != b.target ? a.target < b.target : a.start < b.start;
        });
    report_.candidates = report_.rejected.size();
    for (const DesignedGuide& guide : report_.guides) {
        report_.candidates += guide.sites.size();
    }
}

/// Why a guide was taken, from what it is.
void explain(DesignedGuide& guide, const DesignReport& report) {
    guide.why.push_back("silences at least 70 % with probability " +
                        number(guide.efficacy.p_effective, "%.2f") + " (expected " +
                        number(100 * guide.efficacy.expected, "%.0f") + " %, 90 % interval " +
                        number(100 * guide.efficacy.low, "%.0f") + "-" +
                        number(100 * guide.efficacy.high, "%.0f") + " %)");
    if (guide.off_targets.searched) {
        const std::int64_t full = guide.off_targets.guide_sites[0];
        guide.why.push_back(
            "expected off-target load " + number(guide.off_targets.load, "%.2f") +
            (full == 0 ? "; no other gene has a site without mismatch"
                       : "; sites without mismatch on other genes: " + std::to_string(full)));
    } else {
        guide.why.push_back("off-targets were not searched: no index was given");
    }
    const TargetSite& site = guide.sites.front();
    guide.why.push_back("its site on " + report.targets[site.target].name +
                        " is open at the seed with probability " +
                        number(site.unpaired_seed, "%.2f"));
    if (guide.population_coverage < 1) {
        guide.why.push_back("its site is unchanged on " +
                            number(100 * guide.population_coverage, "%.1f") + " % of chromosomes");
    }
    if (guide.allele) {
        guide.why.push_back("silences " + number(100 * guide.allele->on_silenced, "%.0f") +
                            " % of the wanted and " +
                            number(100 * guide.allele->off_silenced, "%.0f") +
                            " % of the spared allele (" + guide.allele->phase + ")");
    }
    if (guide.duplex.placement) {
        guide.why.push_back(to_sentence(*guide.duplex.placement));
    }
}

DesignReport Designer::run() {
    profile_targets();
    candidates_ = enumerate_candidates(input_, options_);
    describe_sites(report_.targets, input_, candidates_);
    predict();
    refine_alleles();
    describe();
    judge();
    account_species(input_, options_, candidates_);
    for (std::string& note : account_off_targets(input_, options_, candidates_)) {
        report_.notes.push_back(std::move(note));
    }
    score();
    choose();
    reject_rest();
    std::vector<DesignedGuide*> with_controls;
    for (DesignedGuide& guide : report_.guides) {
        explain(guide, report_);
        if (guide.rank <= options_.controls) {
            with_controls.push_back(&guide);
        }
    }
    make_controls(input_, options_, with_controls);
    report_.model = input_.model->name();
    report_.model_sha256 = input_.model->sha256();
    const ScoreWeights& weights = options_.weights;
    report_.weights = {weights.efficacy,
                       weights.specificity,
                       weights.accessibility,
                       weights.population,
                       weights.isoforms,
                       weights.discrimination};
    return std::move(report_);
}

}  // namespace

DesignReport design(const DesignInput& input, const DesignOptions& options) {
    VARHUSH_CHECK(input.model != nullptr);
    for (const DesignTarget& target : input.targets) {
        require_room(target.profile, options.length);
    }
    return Designer(input, options).run();
}

}  // namespace varhush::sirna
