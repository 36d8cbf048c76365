#include "varhush/scoring/splice_scorer.hpp"

#include "splice_compat.hpp"
#include "splice_deltas.hpp"
#include "splice_format.hpp"
#include "splice_jobs.hpp"
#include "varhush/core/error.hpp"
#include "varhush/seq/allele.hpp"
#include "varhush/seq/contig_alias.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace varhush::scoring {

namespace {

constexpr std::int64_t kMaxInserted = 10'000;
constexpr double kMinKnownShare = 0.5;

seq::ContigAliases aliases_of(const seq::ReferenceSource& reference) {
    std::vector<std::string> names;
    for (const auto& contig : reference.contigs()) {
        names.push_back(contig.name);
    }
    return seq::ContigAliases(names);
}

// The base a change is reported from: its first, or the one before a pure insertion or deletion
// (VCF's POS of the shortest spelling).
std::int64_t anchor_of(const seq::Change& change) {
    const bool indel = change.ref.empty() || change.alt.empty();
    return indel ? std::max<std::int64_t>(change.start - 1, 0) : change.start;
}

// One gene (or strand) an allele is scored against.
struct Target {
    std::optional<std::size_t> transcript;  // none: no gene models
    char strand = '+';
    JobTable::Id job = 0;
};

struct AllelePlan {
    seq::AlleleStatus status = seq::AlleleStatus::kOk;
    seq::Change change;
    models::PositionRange window;
    std::vector<Target> targets;
};

struct RecordPlan {
    std::vector<AllelePlan> alleles;
    SpliceCompat::Plan compat;
};

double largest_score(std::span<const Delta> deltas) {
    double best = 0;
    for (const Delta& delta : deltas) {
        best = std::max(best, delta.score);
    }
    return best;
}

}  // namespace

struct SpliceScorer::Impl {
    std::shared_ptr<const models::SpliceNetwork> network;
    std::unique_ptr<models::SpliceEvaluator> evaluator;
    const seq::ReferenceSource& reference;
    const seq::GeneModels* genes;
    SpliceScorerOptions options;
    seq::ContigAliases aliases;
    std::optional<SpliceCompat> compat;

    [[nodiscard]] bool tissues() const {
        return network->config().head == models::SpliceHead::kPangolin12;
    }
    [[nodiscard]] RecordPlan plan(const VariantInput& record, JobTable& table) const;
    [[nodiscard]] AllelePlan plan_allele(const VariantInput& record,
                                         const std::string& contig,
                                         const std::string& alt,
                                         JobTable& table) const;
    void add_targets(const VariantInput& record,
                     const std::string& contig,
                     AllelePlan& plan,
                     JobTable& table) const;
    [[nodiscard]] Job job_of(const AllelePlan& plan) const;
    [[nodiscard]] std::vector<Delta> deltas_of(const AllelePlan& plan,
                                               const Target& target,
                                               const JobResult& result) const;
    [[nodiscard]] seq::AlleleAnnotation judge(const VariantInput& record,
                                              const std::string& alt,
                                              const AllelePlan& plan,
                                              const JobTable& table) const;
};

Job SpliceScorer::Impl::job_of(const AllelePlan& plan) const {
    Job job;
    job.ref_window = plan.window;
    job.start = plan.change.start;
    job.removed = static_cast<std::int64_t>(plan.change.ref.size());
    job.inserted = plan.change.alt;
    // A deletion longer than the window's right half still needs what lies left of it.
    job.alt_window = {plan.window.begin,
                      std::max(plan.change.start, plan.window.end + job.shift())};
    return job;
}

void SpliceScorer::Impl::add_targets(const VariantInput& record,
                                     const std::string& contig,
                                     AllelePlan& plan,
                                     JobTable& table) const {
    const Job job = job_of(plan);
    const seq::Interval whole{0, reference.length_bp(contig).value_or(0)};
    if (genes == nullptr) {
        for (const char strand : {'+', '-'}) {
            plan.targets.push_back({std::nullopt, strand, table.add({contig, strand, whole}, job)});
        }
        return;
    }
    const std::int64_t anchor = anchor_of(plan.change);
    for (const std::size_t row :
         genes->overlapping(record.contig, anchor, std::max(plan.change.end(), anchor + 1))) {
        const seq::Transcript& gene = genes->transcripts()[row];
        // Pangolin reads the real flanks; SpliceAI-like networks were trained on the gene alone.
        const Site site{contig, gene.strand, tissues() ? whole : gene.span};
        plan.targets.push_back({row, gene.strand, table.add(site, job)});
    }
    if (plan.targets.empty()) {
        plan.status = seq::AlleleStatus::kNoGene;
    }
}

AllelePlan SpliceScorer::Impl::plan_allele(const VariantInput& record,
                                           const std::string& contig,
                                           const std::string& alt,
                                           JobTable& table) const {
    AllelePlan plan;
    auto found = seq::normalise(reference, contig, record.position, record.ref, alt);
    if (const auto* status = std::get_if<seq::AlleleStatus>(&found)) {
        plan.status = *status;
        return plan;
    }
    plan.change = std::get<seq::Change>(std::move(found));
    const auto removed = static_cast<std::int64_t>(plan.change.ref.size());
    const auto inserted = static_cast<std::int64_t>(plan.change.alt.size());
    if (removed > 2 * options.distance_bp || inserted > kMaxInserted) {
        plan.status = seq::AlleleStatus::kTooLong;
        return plan;
    }
    const std::int64_t anchor = anchor_of(plan.change);
    // Pangolin's window covers the deleted bases too.
    const std::int64_t tail = tissues() ? plan.change.end() - anchor : 1;
    plan.window = {anchor - options.distance_bp,
                   anchor + std::max<std::int64_t>(tail, 1) + options.distance_bp};
    add_targets(record, contig, plan, table);
    return plan;
}

RecordPlan SpliceScorer::Impl::plan(const VariantInput& record, JobTable& table) const {
    RecordPlan out;
    const auto contig = aliases.find(record.contig);
    for (const std::string& alt : record.alts) {
        if (contig) {
            out.alleles.push_back(plan_allele(record, *contig, alt, table));
            continue;
        }
        AllelePlan missing;
        const auto status = seq::classify_alt(alt);
        missing.status =
            status == seq::AlleleStatus::kOk ? seq::AlleleStatus::kContigMissing : status;
        out.alleles.push_back(std::move(missing));
    }
    if (compat && contig) {
        out.compat = compat->plan(record, *contig, table);
    }
    return out;
}

std::vector<Delta> SpliceScorer::Impl::deltas_of(const AllelePlan& plan,
                                                 const Target& target,
                                                 const JobResult& result) const {
    const auto channels = static_cast<std::size_t>(evaluator->channels());
    const auto alt = realign(result.probabilities.alt,
                             channels,
                             plan.window.begin,
                             plan.window.size(),
                             plan.change.start,
                             static_cast<std::int64_t>(plan.change.ref.size()),
                             static_cast<std::int64_t>(plan.change.alt.size()));
    BoundaryMask mask;
    if (options.mask && target.transcript) {
        const auto boundaries = exon_boundaries(genes->transcripts()[*target.transcript]);
        for (std::int64_t at = plan.window.begin; at < plan.window.end; ++at) {
            mask.annotated.push_back(boundaries.contains(at));
        }
    }
    if (tissues()) {
        const auto deltas = tissue_deltas(result.probabilities.ref, alt, channels, mask);
        return {deltas.begin(), deltas.end()};
    }
    const auto deltas = three_class_deltas(result.probabilities.ref, alt, mask);
    return {deltas.begin(), deltas.end()};
}

seq::AlleleAnnotation SpliceScorer::Impl::judge(const VariantInput& record,
                                                const std::string& alt,
                                                const AllelePlan& plan,
                                                const JobTable& table) const {
    seq::AlleleAnnotation out;
    out.status = plan.status;
    if (plan.status != seq::AlleleStatus::kOk) {
        return out;
    }
    struct Judged {
        const Target* target;
        std::vector<Delta> deltas;
    };
    std::vector<Judged> judged;
    for (const Target& target : plan.targets) {
        const JobResult& result = table.result(target.job);
        if (result.known_share >= kMinKnownShare) {
            judged.push_back({&target, deltas_of(plan, target, result)});
        }
    }
    if (judged.empty()) {
        out.status = seq::AlleleStatus::kNRich;
        return out;
    }
    if (genes == nullptr &&
        judged.size() == 2) {  // the strand with the larger effect; plus when equal
        const bool minus = largest_score(judged[1].deltas) > largest_score(judged[0].deltas);
        judged.erase(judged.begin() + (minus ? 0 : 1));
    }
    double best = -1;
    for (const Judged& one : judged) {
        PackedGene packed;
        packed.allele = alt;
        packed.strand = one.target->strand;
        packed.offset_to_pos = plan.window.begin - record.position;
        if (one.target->transcript) {
            const seq::Transcript& gene = genes->transcripts()[*one.target->transcript];
            packed.gene = gene.gene_name;
            packed.gene_id = gene.gene_id;
            packed.transcript = gene.id;
        }
        out.packed.push_back(pack(packed, one.deltas, options.levels));
        for (std::size_t kind = 0; kind < one.deltas.size(); ++kind) {
            const Delta& delta = one.deltas[kind];
            const double size = std::max(delta.score, 0.0);
            if (size > best) {
                best = size;
                const bool is_loss = kind % 2 == 1;
                out[seq::Modality::kSplicing] =
                    static_cast<float>(is_loss && size > 0 ? -size : size);
                out.top = std::string("splicing:") + effect_name(kind, one.deltas.size()) + ":" +
                          (packed.gene.empty() ? "no_gene" : packed.gene) + ":" + record.contig +
                          ":" + std::to_string(plan.window.begin + delta.offset + 1) + ":" +
                          packed.strand;
            }
        }
    }
    return out;
}

SpliceScorer::SpliceScorer(std::shared_ptr<const models::SpliceNetwork> network,
                           std::unique_ptr<models::SpliceEvaluator> evaluator,
                           const seq::ReferenceSource& reference,
                           const seq::GeneModels* genes,
                           const SpliceScorerOptions& options)
    : impl_(new Impl{std::move(network),
                     std::move(evaluator),
                     reference,
                     genes,
                     options,
                     aliases_of(reference),
                     {}}) {
    if (!options.compat) {
        return;
    }
    if (genes == nullptr) {
        throw Error(ErrorKind::kUsage,
                    "a compatibility tag needs gene models",
                    "the tools it imitates score genes only: add --gtf or --genes");
    }
    impl_->compat.emplace(impl_->network->config(), reference, *genes, options);
}

SpliceScorer::SpliceScorer(std::shared_ptr<const models::SpliceNetwork> network,
                           const seq::ReferenceSource& reference,
                           const seq::GeneModels* genes,
                           const SpliceScorerOptions& options,
                           int threads)
    : SpliceScorer(
          network, models::make_native_evaluator(network, threads), reference, genes, options) {}

SpliceScorer::~SpliceScorer() = default;

std::vector<seq::RecordAnnotation> SpliceScorer::score(std::span<const VariantInput> batch) {
    JobTable table;
    std::vector<RecordPlan> plans;
    plans.reserve(batch.size());
    for (const VariantInput& record : batch) {
        plans.push_back(impl_->plan(record, table));
    }
    table.run(impl_->network->config(), impl_->reference, *impl_->evaluator);
    std::vector<seq::RecordAnnotation> annotations(batch.size());
    for (std::size_t r = 0; r < batch.size(); ++r) {
        const VariantInput& record = batch[r];
        for (std::size_t a = 0; a < record.alts.size(); ++a) {
            annotations[r].alleles.push_back(
                impl_->judge(record, record.alts[a], plans[r].alleles[a], table));
        }
        if (impl_->compat) {
            annotations[r].compat = impl_->compat->entries(record, plans[r].compat, table);
        }
    }
    return annotations;
}

std::string SpliceScorer::packed_format() const {
    return packed_fields(impl_->tissues(), impl_->options.levels);
}

std::string SpliceScorer::compat_description() const {
    if (impl_->tissues()) {
        return "Pangolin splice scores. Format: "
               "gene|pos:score_change|pos:score_change|warnings,...";
    }
    return "Splice variant annotation: delta scores (DS) and delta positions (DP) for acceptor "
           "gain (AG), "
           "acceptor loss (AL), donor gain (DG) and donor loss (DL). Format: "
           "ALLELE|SYMBOL|DS_AG|DS_AL|DS_DG|DS_DL|DP_AG|DP_AL|DP_DG|DP_DL";
}

}  // namespace varhush::scoring
