#include "varhush/scoring/splice_scorer.hpp"

#include "record_change.hpp"
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

constexpr std::int64_t kMaxChanged = 10'000;  // bases removed or inserted
constexpr double kMinKnownShare = 0.5;
constexpr double kSmallestPrinted = 5e-5;
// Probabilities kept at a time: 8 M floats, 32 MB. A batch is run in slices of that size, whatever
// the number of alleles, transcripts and window rows in it.
constexpr std::int64_t kMaxPendingValues = 8'000'000;

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

// One allele of the batch on its way: what to judge once its jobs have run.
struct PendingAllele {
    std::size_t record = 0;
    std::size_t allele = 0;
    AllelePlan plan;
    SpliceCompat::Plan compat;
};

// Effects at one target; none when too little of what the model could see is known.
struct Judged {
    const Target* target;
    std::vector<Delta> deltas;
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
    [[nodiscard]] PendingAllele plan(const VariantInput& record,
                                     std::size_t allele,
                                     JobTable& table) const;
    void flush(std::span<const VariantInput> batch,
               std::vector<PendingAllele>& pending,
               JobTable& table,
               std::vector<seq::RecordAnnotation>& annotations);
    void add_targets(const VariantInput& record,
                     const std::string& contig,
                     AllelePlan& plan,
                     JobTable& table) const;
    [[nodiscard]] Job job_of(const AllelePlan& plan) const;
    [[nodiscard]] std::vector<Delta> deltas_of(const AllelePlan& plan,
                                               const Target& target,
                                               const JobResult& result) const;
    [[nodiscard]] std::vector<Judged> deltas_by_target(const AllelePlan& plan,
                                                       const JobTable& table) const;
    [[nodiscard]] PackedGene describe(const VariantInput& record,
                                      const std::string& alt,
                                      const AllelePlan& plan,
                                      const Target& target) const;
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
    job.alt_window = {plan.window.begin, plan.window.end + job.shift()};
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

PendingAllele SpliceScorer::Impl::plan(const VariantInput& record,
                                       std::size_t allele,
                                       JobTable& table) const {
    PendingAllele pending;
    pending.allele = allele;
    auto found = change_of(record, allele, reference, aliases, kMaxChanged);
    if (const auto* status = std::get_if<seq::AlleleStatus>(&found)) {
        pending.plan.status = *status;
    } else {
        auto& one = std::get<RecordChange>(found);
        AllelePlan& plan = pending.plan;
        plan.change = std::move(one.change);
        // The window covers the whole change and D bases on either side: a site lost at the far end
        // of a long deletion counts as much as one at its start.
        const std::int64_t anchor = anchor_of(plan.change);
        plan.window = {anchor - options.distance_bp,
                       std::max(plan.change.end(), anchor + 1) + options.distance_bp};
        add_targets(record, one.contig, plan, table);
    }
    if (const auto contig = aliases.find(record.contig); compat && contig) {
        pending.compat = compat->plan(record, *contig, allele, table);
    }
    return pending;
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

std::vector<Judged> SpliceScorer::Impl::deltas_by_target(const AllelePlan& plan,
                                                         const JobTable& table) const {
    std::vector<Judged> judged;
    bool any_known = false;
    for (const Target& target : plan.targets) {
        const JobResult& result = table.result(target.job);
        const bool known = result.known_share >= kMinKnownShare;
        any_known = any_known || known;
        judged.push_back({&target, known ? deltas_of(plan, target, result) : std::vector<Delta>{}});
    }
    if (!any_known) {
        return {};
    }
    if (genes == nullptr) {  // the strand with the larger effect; plus when equal
        const bool minus = largest_score(judged[1].deltas) > largest_score(judged[0].deltas);
        judged.erase(judged.begin() + (minus ? 0 : 1));
    }
    return judged;
}

PackedGene SpliceScorer::Impl::describe(const VariantInput& record,
                                        const std::string& alt,
                                        const AllelePlan& plan,
                                        const Target& target) const {
    PackedGene packed;
    packed.allele = alt;
    packed.strand = target.strand;
    packed.offset_to_pos = plan.window.begin - record.position;
    if (target.transcript) {
        const seq::Transcript& gene = genes->transcripts()[*target.transcript];
        packed.gene = gene.gene_name;
        packed.gene_id = gene.gene_id;
        packed.transcript = gene.id;
    }
    return packed;
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
    const std::vector<Judged> judged = deltas_by_target(plan, table);
    if (judged.empty()) {
        out.status = seq::AlleleStatus::kNRich;
        return out;
    }
    double best = 0;
    double signed_best = 0;
    for (const Judged& one : judged) {
        const PackedGene packed = describe(record, alt, plan, *one.target);
        if (one.deltas.empty()) {
            out.packed.push_back(pack_unknown(packed, tissues(), options.levels));
            continue;
        }
        out.packed.push_back(pack(packed, one.deltas, options.levels));
        for (std::size_t kind = 0; kind < one.deltas.size(); ++kind) {
            const Delta& delta = one.deltas[kind];
            if (delta.score <= best) {
                continue;
            }
            best = delta.score;
            signed_best = kind % 2 == 1 ? -best : best;
            // Below what VH prints there is no place to name: it would be the noise's.
            if (best >= kSmallestPrinted) {
                out.top = std::string("splicing:") + effect_name(kind, one.deltas.size()) + ":" +
                          (packed.gene.empty() ? "no_gene" : packed.gene) + ":" + record.contig +
                          ":" + std::to_string(plan.window.begin + delta.offset + 1) + ":" +
                          packed.strand;
            }
        }
    }
    out[seq::Modality::kSplicing] = static_cast<float>(round_to_micro(signed_best));
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
                     seq::aliases_of(reference),
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

SpliceScorer::SpliceScorer(const std::shared_ptr<const models::SpliceNetwork>& network,
                           const seq::ReferenceSource& reference,
                           const seq::GeneModels* genes,
                           const SpliceScorerOptions& options,
                           int threads)
    : SpliceScorer(
          network, models::make_native_evaluator(network, threads), reference, genes, options) {}

SpliceScorer::~SpliceScorer() = default;

void SpliceScorer::Impl::flush(std::span<const VariantInput> batch,
                               std::vector<PendingAllele>& pending,
                               JobTable& table,
                               std::vector<seq::RecordAnnotation>& annotations) {
    table.run(network->config(), reference, *evaluator);
    for (const PendingAllele& one : pending) {
        const VariantInput& record = batch[one.record];
        seq::RecordAnnotation& annotation = annotations[one.record];
        annotation.alleles.push_back(judge(record, record.alts[one.allele], one.plan, table));
        if (compat) {
            auto entries = compat->entries(record, one.compat, table);
            annotation.compat.insert(annotation.compat.end(), entries.begin(), entries.end());
        }
    }
    pending.clear();
    table = JobTable();
}

std::vector<seq::RecordAnnotation> SpliceScorer::score(std::span<const VariantInput> batch) {
    const auto channels = static_cast<std::int64_t>(impl_->evaluator->channels());
    std::vector<seq::RecordAnnotation> annotations(batch.size());
    std::vector<PendingAllele> pending;
    JobTable table;
    for (std::size_t r = 0; r < batch.size(); ++r) {
        for (std::size_t a = 0; a < batch[r].alts.size(); ++a) {
            pending.push_back(impl_->plan(batch[r], a, table));
            pending.back().record = r;
            if (table.rows() * channels > kMaxPendingValues) {
                impl_->flush(batch, pending, table, annotations);
            }
        }
    }
    impl_->flush(batch, pending, table, annotations);
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
