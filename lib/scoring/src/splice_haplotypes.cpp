#include "record_change.hpp"
#include "splice_deltas.hpp"
#include "splice_format.hpp"
#include "splice_jobs.hpp"
#include "varhush/core/error.hpp"
#include "varhush/scoring/haplotype_effects.hpp"
#include "varhush/seq/contig_alias.hpp"
#include "varhush/seq/haplotype.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace varhush::scoring {

namespace {

constexpr std::int64_t kMaxChanged = 10'000;
constexpr double kMinKnownShare = 0.5;
constexpr std::int64_t kMaxPendingValues = 8'000'000;  // 32 MB, as SpliceScorer

// One gene (or strand) of a frame.
struct Target {
    std::optional<std::size_t> transcript;  // none: no gene models
    Site site;
};

// The places of a frame: [targets, channels, rows].
struct Places {
    std::string contig;  // the reference's name
    models::PositionRange window;
    std::vector<Target> targets;
    seq::AlleleStatus status = seq::AlleleStatus::kOk;

    [[nodiscard]] std::size_t rows() const { return static_cast<std::size_t>(window.size()); }
};

// A query whose jobs wait.
struct Pending {
    std::size_t query = 0;
    Places places;
    std::vector<JobTable::Id> jobs;                 // one a target
    std::vector<std::vector<seq::Change>> changes;  // that the target sees
};

class SpliceHaplotypes final : public HaplotypeEffects {
  public:
    SpliceHaplotypes(std::shared_ptr<const models::SpliceNetwork> network,
                     std::unique_ptr<models::SpliceEvaluator> evaluator,
                     const seq::ReferenceSource& reference,
                     const seq::GeneModels* genes,
                     const SpliceHaplotypeOptions& options)
        : network_(std::move(network)),
          evaluator_(std::move(evaluator)),
          reference_(reference),
          genes_(genes),
          options_(options),
          aliases_(seq::aliases_of(reference)) {}

    [[nodiscard]] const std::vector<HaplotypeTag>& tags() const noexcept override { return tags_; }
    [[nodiscard]] std::int64_t reach_bp() const noexcept override {
        return options_.distance_bp + network_->config().half_context();
    }
    [[nodiscard]] std::vector<HaplotypeEffect> effects(
        std::span<const HaplotypeQuery> queries) override;
    void mask(const HaplotypeFrame& frame, std::span<double> values) const override;
    [[nodiscard]] double told(double value) const override { return round_to_micro(value); }
    [[nodiscard]] std::string place_text(const HaplotypeFrame& frame,
                                         const HaplotypeEffect& effect,
                                         std::size_t tag,
                                         std::size_t place,
                                         double value) const override;

  private:
    [[nodiscard]] bool tissues() const {
        return network_->config().head == models::SpliceHead::kPangolin12;
    }
    // Channels that count: acceptor and donor, or all tissues.
    [[nodiscard]] std::size_t shown() const {
        return tissues() ? static_cast<std::size_t>(evaluator_->channels()) : 2;
    }
    [[nodiscard]] std::size_t column(std::size_t channel) const {
        return tissues() ? channel : channel + kAcceptor;
    }
    [[nodiscard]] Places places_of(const HaplotypeFrame& frame) const;
    [[nodiscard]] std::vector<seq::Change> seen_changes(const HaplotypeQuery& query,
                                                        const Places& places,
                                                        const Site& site) const;
    [[nodiscard]] Job job_of(const Places& places,
                             const Site& site,
                             std::span<const seq::Change> changes) const;
    [[nodiscard]] Pending plan(const HaplotypeQuery& query, JobTable& table) const;
    [[nodiscard]] HaplotypeEffect judge(const Pending& pending, const JobTable& table) const;
    void flush(std::vector<Pending>& pending,
               JobTable& table,
               std::vector<HaplotypeEffect>& effects);

    std::shared_ptr<const models::SpliceNetwork> network_;
    std::unique_ptr<models::SpliceEvaluator> evaluator_;
    const seq::ReferenceSource& reference_;
    const seq::GeneModels* genes_;
    SpliceHaplotypeOptions options_;
    seq::ContigAliases aliases_;
    std::vector<HaplotypeTag> tags_{{seq::Modality::kSplicing, true}};
};

// As SpliceScorer has them for one change.
Places SpliceHaplotypes::places_of(const HaplotypeFrame& frame) const {
    Places places;
    const auto contig = aliases_.find(frame.contig);
    if (!contig) {
        places.status = seq::AlleleStatus::kContigMissing;
        return places;
    }
    places.contig = *contig;
    const seq::Change& change = frame.change;
    if (std::max(change.ref.size(), change.alt.size()) > kMaxChanged) {
        places.status = seq::AlleleStatus::kTooLong;
        return places;
    }
    const std::int64_t anchor = anchor_of(change);
    const std::int64_t behind = std::max(change.end(), anchor + 1);
    places.window = {anchor - options_.distance_bp, behind + options_.distance_bp};
    const seq::Interval whole{0, reference_.length_bp(*contig).value_or(0)};
    if (genes_ == nullptr) {
        for (const char strand : {'+', '-'}) {
            places.targets.push_back({std::nullopt, {*contig, strand, whole}});
        }
        return places;
    }
    for (const std::size_t row : genes_->overlapping(frame.contig, anchor, behind)) {
        const seq::Transcript& gene = genes_->transcripts()[row];
        places.targets.push_back({row, {*contig, gene.strand, tissues() ? whole : gene.span}});
    }
    if (places.targets.empty()) {
        places.status = seq::AlleleStatus::kNoGene;
    }
    return places;
}

// Changes that the network can see from the frame, in a gene that it knows. Those of the frame
// always count, as they do alone.
std::vector<seq::Change> SpliceHaplotypes::seen_changes(const HaplotypeQuery& query,
                                                        const Places& places,
                                                        const Site& site) const {
    const std::int64_t half = network_->config().half_context();
    const seq::Change& frame = query.frame.change;
    std::int64_t reach = half;  // deletions bring nearer what lies behind them
    for (const seq::Change& change : query.changes) {
        reach += std::max<std::int64_t>(-seq::length_change(change), 0);
    }
    std::vector<seq::Change> seen;
    for (const seq::Change& change : query.changes) {
        const bool of_frame = change.start >= frame.start && change.end() <= frame.end();
        const bool near = change.start <= places.window.end + reach &&
                          change.end() >= places.window.begin - reach;
        const std::int64_t anchor = anchor_of(change);
        const bool known =
            anchor < site.known.end && std::max(change.end(), anchor + 1) > site.known.start;
        if (of_frame || (near && known)) {
            seen.push_back(change);
        }
    }
    return seen;
}

Job SpliceHaplotypes::job_of(const Places& places,
                             const Site& site,
                             std::span<const seq::Change> changes) const {
    Job job;
    job.ref_window = places.window;
    job.start = places.window.begin;
    if (!changes.empty()) {
        seq::Change all = seq::merged_change(reference_, places.contig, changes);
        // Between changes, too, what lies outside the gene is unknown to the network.
        std::int64_t at = 0;
        std::int64_t last = all.start;
        for (const seq::Change& change : changes) {
            for (; last < change.start; ++last, ++at) {
                if (last < site.known.start || last >= site.known.end) {
                    all.alt[static_cast<std::size_t>(at)] = 'N';
                }
            }
            at += static_cast<std::int64_t>(change.alt.size());
            last = change.end();
        }
        job.start = all.start;
        job.removed = static_cast<std::int64_t>(all.ref.size());
        job.inserted = std::move(all.alt);
    }
    job.alt_window = {seq::haplotype_position(changes, places.window.begin),
                      seq::haplotype_position(changes, places.window.end)};
    return job;
}

Pending SpliceHaplotypes::plan(const HaplotypeQuery& query, JobTable& table) const {
    Pending pending;
    pending.places = places_of(query.frame);
    for (const Target& target : pending.places.targets) {
        pending.changes.push_back(seen_changes(query, pending.places, target.site));
        pending.jobs.push_back(
            table.add(target.site, job_of(pending.places, target.site, pending.changes.back())));
    }
    return pending;
}

HaplotypeEffect SpliceHaplotypes::judge(const Pending& pending, const JobTable& table) const {
    const Places& places = pending.places;
    HaplotypeEffect out;
    out.status = places.status;
    if (out.status != seq::AlleleStatus::kOk) {
        return out;
    }
    const auto channels = static_cast<std::size_t>(evaluator_->channels());
    std::vector<double> values(places.targets.size() * shown() * places.rows());
    bool any_known = false;
    for (std::size_t t = 0; t < places.targets.size(); ++t) {
        const JobResult& result = table.result(pending.jobs[t]);
        if (result.known_share < kMinKnownShare) {
            continue;
        }
        any_known = true;
        const auto alt = realign(result.probabilities.alt,
                                 channels,
                                 places.window.begin,
                                 places.window.size(),
                                 seq::haplotype_position(pending.changes[t], places.window.begin),
                                 pending.changes[t]);
        for (std::size_t channel = 0; channel < shown(); ++channel) {
            for (std::size_t row = 0; row < places.rows(); ++row) {
                const std::size_t at = row * channels + column(channel);
                const float difference = alt[at] - result.probabilities.ref[at];
                values[(t * shown() + channel) * places.rows() + row] = difference;
            }
        }
    }
    if (!any_known) {
        out.status = seq::AlleleStatus::kNRich;
        return out;
    }
    out.values.push_back(std::move(values));
    return out;
}

void SpliceHaplotypes::flush(std::vector<Pending>& pending,
                             JobTable& table,
                             std::vector<HaplotypeEffect>& effects) {
    table.run(network_->config(), reference_, *evaluator_);
    for (const Pending& one : pending) {
        effects[one.query] = judge(one, table);
    }
    pending.clear();
    table = JobTable();
}

std::vector<HaplotypeEffect> SpliceHaplotypes::effects(std::span<const HaplotypeQuery> queries) {
    std::vector<HaplotypeEffect> effects(queries.size());
    std::vector<Pending> pending;
    JobTable table;
    for (std::size_t i = 0; i < queries.size(); ++i) {
        pending.push_back(plan(queries[i], table));
        pending.back().query = i;
        if (table.rows() * evaluator_->channels() > kMaxPendingValues) {
            flush(pending, table, effects);
        }
    }
    flush(pending, table, effects);
    return effects;
}

void SpliceHaplotypes::mask(const HaplotypeFrame& frame, std::span<double> values) const {
    if (!options_.mask || genes_ == nullptr || values.empty()) {
        return;
    }
    const Places places = places_of(frame);
    for (std::size_t t = 0; t < places.targets.size(); ++t) {
        const auto ends = exon_boundaries(genes_->transcripts()[*places.targets[t].transcript]);
        for (std::size_t at = 0; at < shown() * places.rows(); ++at) {
            double& value = values[t * shown() * places.rows() + at];
            const bool annotated =
                ends.contains(places.window.begin + static_cast<std::int64_t>(at % places.rows()));
            value = (value > 0) == annotated ? 0.0 : value;
        }
    }
}

std::string SpliceHaplotypes::place_text(const HaplotypeFrame& frame,
                                         const HaplotypeEffect& /*effect*/,
                                         std::size_t /*tag*/,
                                         std::size_t place,
                                         double value) const {
    const Places places = places_of(frame);
    const Target& target = places.targets[place / places.rows() / shown()];
    const std::size_t channel = place / places.rows() % shown();
    const std::size_t kind = (tissues() ? 0 : 2 * channel) + (value > 0 ? 0 : 1);
    const auto position = places.window.begin + static_cast<std::int64_t>(place % places.rows());
    const std::string gene =
        target.transcript ? genes_->transcripts()[*target.transcript].gene_name : "";
    return std::string("splicing:") + effect_name(kind, tissues() ? 2 : 4) + ":" +
           (gene.empty() ? "no_gene" : gene) + ":" + frame.contig + ":" +
           std::to_string(position + 1) + ":" + target.site.strand;
}

}  // namespace

std::unique_ptr<HaplotypeEffects> make_splice_haplotypes(
    std::shared_ptr<const models::SpliceNetwork> network,
    std::unique_ptr<models::SpliceEvaluator> evaluator,
    const seq::ReferenceSource& reference,
    const seq::GeneModels* genes,
    const SpliceHaplotypeOptions& options) {
    return std::make_unique<SpliceHaplotypes>(
        std::move(network), std::move(evaluator), reference, genes, options);
}

}  // namespace varhush::scoring
