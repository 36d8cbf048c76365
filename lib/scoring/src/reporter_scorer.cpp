#include "varhush/scoring/reporter_scorer.hpp"

#include "record_change.hpp"
#include "score_text.hpp"
#include "splice_format.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/worker_pool.hpp"
#include "varhush/seq/alphabet.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

namespace varhush::scoring {

namespace {

constexpr double kMinKnownShare = 0.5;
// Sequences kept at a time, bases of all queries: a batch is run in slices of that size.
constexpr std::size_t kMaxPendingBases = std::size_t{1} << 20U;

// One allele on its way: what to judge once its query has run.
struct Pending {
    std::size_t record = 0;
    std::size_t allele = 0;
    seq::AlleleStatus status = seq::AlleleStatus::kOk;
    std::size_t query = 0;
    std::int64_t placements = 0;
    std::optional<double> ref_level;  // mean over tasks
};

double mean_of(std::span<const double> values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

}  // namespace

struct ReporterScorer::Impl {
    Impl(std::shared_ptr<const models::ReporterNetwork> loaded,
         const seq::ReferenceSource& source,
         const ReporterScorerOptions& chosen,
         int threads)
        : network(std::move(loaded)),
          reference(source),
          options(chosen),
          aliases(seq::aliases_of(source)),
          pool(threads) {}

    [[nodiscard]] models::PositionRange starts_of(const RecordChange& one,
                                                  std::int64_t length) const;
    [[nodiscard]] seq::AlleleStatus prepare(const VariantInput& record, Pending& pending);
    void add_query(const RecordChange& one, models::PositionRange starts, Pending& pending);
    void flush(std::span<const VariantInput> batch,
               std::vector<seq::RecordAnnotation>& annotations);
    [[nodiscard]] seq::AlleleAnnotation judge(const std::string& alt,
                                              const Pending& pending,
                                              std::span<const double> differences) const;

    std::shared_ptr<const models::ReporterNetwork> network;
    const seq::ReferenceSource& reference;
    ReporterScorerOptions options;
    seq::ContigAliases aliases;
    core::WorkerPool pool;

    std::vector<Pending> waiting;
    std::vector<models::ReporterQuery> queries;
    std::size_t pending_bases = 0;
};

models::PositionRange ReporterScorer::Impl::starts_of(const RecordChange& one,
                                                      std::int64_t length) const {
    const std::int64_t window = network->config().window_bp;
    const std::int64_t anchor = anchor_of(one.change);
    models::PositionRange starts{anchor - window + 1, anchor + 1};
    const std::int64_t shorter = std::min(length, length + one.inserted() - one.removed());
    const models::PositionRange fitting{0, shorter - window + 1};
    if (options.inside) {
        starts = {std::max(starts.begin, fitting.begin), std::min(starts.end, fitting.end)};
    } else if (starts.begin < fitting.begin || starts.end > fitting.end) {
        return {0, 0};
    }
    return starts;
}

seq::AlleleStatus ReporterScorer::Impl::prepare(const VariantInput& record, Pending& pending) {
    const std::int64_t window = network->config().window_bp;
    auto found = change_of(record, pending.allele, reference, aliases, window);
    if (const auto* status = std::get_if<seq::AlleleStatus>(&found)) {
        return *status;
    }
    const auto& one = std::get<RecordChange>(found);
    const std::int64_t length = reference.length_bp(one.contig).value_or(0);
    const auto starts = starts_of(one, length);
    if (starts.size() <= 0) {
        return seq::AlleleStatus::kEdge;
    }
    const std::string seen =
        reference.fetch(one.contig, starts.begin, std::min(length, starts.end - 1 + window));
    if (known_share(seen) < kMinKnownShare) {
        return seq::AlleleStatus::kNRich;
    }
    if (options.levels) {
        pending.ref_level = mean_of(network->activity(seq::base_codes(seen), {0, starts.size()}));
    }
    add_query(one, starts, pending);
    return seq::AlleleStatus::kOk;
}

void ReporterScorer::Impl::add_query(const RecordChange& one,
                                     models::PositionRange starts,
                                     Pending& pending) {
    models::ReporterQuery query;
    query.edit.start = one.change.start;
    query.edit.removed = one.removed();
    query.edit.inserted = seq::base_codes(one.change.alt);
    const auto context = network->context_of(query.edit, starts);
    query.codes = seq::base_codes(reference.fetch(one.contig, context.begin, context.end));
    query.edit.start -= context.begin;
    query.starts = {starts.begin - context.begin, starts.end - context.begin};
    pending.placements = starts.size();
    pending.query = queries.size();
    pending_bases += query.codes.size();
    queries.push_back(std::move(query));
}

seq::AlleleAnnotation ReporterScorer::Impl::judge(const std::string& alt,
                                                  const Pending& pending,
                                                  std::span<const double> differences) const {
    seq::AlleleAnnotation out;
    out.status = pending.status;
    if (pending.status != seq::AlleleStatus::kOk) {
        return out;
    }
    if (!std::all_of(differences.begin(), differences.end(), [](double value) {
            return std::isfinite(value);
        })) {
        throw Error(ErrorKind::kModel,
                    "the model gave an activity that is not a number",
                    "its weights are broken; check the file's SHA-256 against its source");
    }
    const double mean = mean_of(differences);
    out[seq::Modality::kMpra] = static_cast<float>(round_to_micro(mean));
    std::string entry =
        alt + "|" + reporter_consequence(mean) + "|" + std::to_string(pending.placements);
    append_number(mean, entry);
    std::size_t largest = 0;
    for (std::size_t t = 0; t < differences.size(); ++t) {
        append_number(differences[t], entry);
        if (std::fabs(differences[t]) > std::fabs(differences[largest])) {
            largest = t;
        }
    }
    if (pending.ref_level) {
        append_number(*pending.ref_level, entry);
        append_number(*pending.ref_level + mean, entry);
    }
    out.packed.push_back(std::move(entry));
    if (std::fabs(differences[largest]) > kSmallestPrinted) {
        out.top = "reporter:" + field_text(network->config().tasks[largest]);
    }
    return out;
}

void ReporterScorer::Impl::flush(std::span<const VariantInput> batch,
                                 std::vector<seq::RecordAnnotation>& annotations) {
    const auto values = network->differences(queries, nn::Team(pool));
    const std::size_t tasks = network->tasks();
    for (const Pending& pending : waiting) {
        const bool ran = pending.status == seq::AlleleStatus::kOk;
        annotations[pending.record].alleles.push_back(
            judge(batch[pending.record].alts[pending.allele],
                  pending,
                  ran ? std::span(values).subspan(pending.query * tasks, tasks)
                      : std::span<const double>{}));
    }
    waiting.clear();
    queries.clear();
    pending_bases = 0;
}

ReporterScorer::ReporterScorer(std::shared_ptr<const models::ReporterNetwork> network,
                               const seq::ReferenceSource& reference,
                               const ReporterScorerOptions& options,
                               int threads)
    : impl_(std::make_unique<Impl>(std::move(network), reference, options, threads)) {}

ReporterScorer::~ReporterScorer() = default;

std::vector<seq::RecordAnnotation> ReporterScorer::score(std::span<const VariantInput> batch) {
    std::vector<seq::RecordAnnotation> annotations(batch.size());
    for (std::size_t r = 0; r < batch.size(); ++r) {
        for (std::size_t a = 0; a < batch[r].alts.size(); ++a) {
            Pending pending;
            pending.record = r;
            pending.allele = a;
            pending.status = impl_->prepare(batch[r], pending);
            impl_->waiting.push_back(pending);
            if (impl_->pending_bases > kMaxPendingBases) {
                impl_->flush(batch, annotations);
            }
        }
    }
    impl_->flush(batch, annotations);
    return annotations;
}

std::string ReporterScorer::packed_format() const {
    std::string fields = "Allele|Consequence|Placements|MPRA";
    for (const std::string& task : impl_->network->config().tasks) {
        fields += '|';
        fields += field_text(task);
    }
    if (impl_->options.levels) {
        fields += "|Level_REF|Level_ALT";
    }
    return fields;
}

}  // namespace varhush::scoring
