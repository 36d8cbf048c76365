#include "varhush/scoring/mix_scorer.hpp"

#include "record_change.hpp"
#include "score_text.hpp"
#include "splice_format.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/worker_pool.hpp"
#include "varhush/scoring/mix_query.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <utility>
#include <variant>

namespace varhush::scoring {

namespace {

bool mostly_known(std::span<const std::uint8_t> codes) {
    const auto known =
        std::count_if(codes.begin(), codes.end(), [](std::uint8_t code) { return code < 4; });
    return 2 * known >= static_cast<std::ptrdiff_t>(codes.size());
}

}  // namespace

struct MixScorer::Impl {
    Impl(std::shared_ptr<const models::ReporterMix> loaded,
         const seq::ReferenceSource& source,
         int threads)
        : mix(std::move(loaded)),
          reference(source),
          aliases(seq::aliases_of(source)),
          pool(threads) {}

    [[nodiscard]] std::variant<models::MixQuery, seq::AlleleStatus> prepare(
        const VariantInput& record, std::size_t allele) const;
    [[nodiscard]] seq::AlleleAnnotation judge(const std::string& alt,
                                              const models::MixScore& score) const;

    std::shared_ptr<const models::ReporterMix> mix;
    const seq::ReferenceSource& reference;
    seq::ContigAliases aliases;
    core::WorkerPool pool;
};

std::variant<models::MixQuery, seq::AlleleStatus> MixScorer::Impl::prepare(
    const VariantInput& record, std::size_t allele) const {
    const auto found = change_of(record, allele, reference, aliases, kMostMixBases);
    if (const auto* status = std::get_if<seq::AlleleStatus>(&found)) {
        return *status;
    }
    const auto& one = std::get<RecordChange>(found);
    auto query = mix_query(reference, one.contig, one.change);
    if (!query) {
        return seq::AlleleStatus::kTooLong;
    }
    if (!mostly_known(query->reference)) {
        return seq::AlleleStatus::kNRich;
    }
    return std::move(*query);
}

seq::AlleleAnnotation MixScorer::Impl::judge(const std::string& alt,
                                             const models::MixScore& score) const {
    const double total = score.total();
    if (!std::isfinite(total)) {
        throw Error(ErrorKind::kModel,
                    "the model gave an effect that is not a number",
                    "its weights are broken; check the file's SHA-256 against its source");
    }
    seq::AlleleAnnotation out;
    out.status = seq::AlleleStatus::kOk;
    out[seq::Modality::kMpra] = static_cast<float>(round_to_micro(total));
    std::string entry = alt + "|" + reporter_consequence(total);
    for (const double value : {total, score.activators, score.motifs, score.words, score.network}) {
        append_number(value, entry);
    }
    const std::string motif = field_text(mix->config().motifs[score.top_motif]);
    const bool moved = std::fabs(score.top_motif_change) > kSmallestPrinted;
    entry += "|" + (moved ? motif : std::string());
    append_number(moved ? score.top_motif_change : 0.0, entry);
    out.packed.push_back(std::move(entry));
    if (std::fabs(total) > kSmallestPrinted) {
        out.top = moved ? "reporter:" + motif + (score.top_motif_change > 0 ? ":gained" : ":lost")
                        : std::string("reporter");
    }
    return out;
}

MixScorer::MixScorer(std::shared_ptr<const models::ReporterMix> mix,
                     const seq::ReferenceSource& reference,
                     int threads)
    : impl_(std::make_unique<Impl>(std::move(mix), reference, threads)) {}

MixScorer::~MixScorer() = default;

std::vector<seq::RecordAnnotation> MixScorer::score(std::span<const VariantInput> batch) {
    std::vector<seq::RecordAnnotation> annotations(batch.size());
    std::vector<models::MixQuery> queries;
    for (std::size_t r = 0; r < batch.size(); ++r) {
        for (std::size_t a = 0; a < batch[r].alts.size(); ++a) {
            auto prepared = impl_->prepare(batch[r], a);
            seq::AlleleAnnotation& allele = annotations[r].alleles.emplace_back();
            if (const auto* status = std::get_if<seq::AlleleStatus>(&prepared)) {
                allele.status = *status;
            } else {
                allele.status = seq::AlleleStatus::kOk;
                queries.push_back(std::get<models::MixQuery>(std::move(prepared)));
            }
        }
    }
    const auto scores = impl_->mix->scores(queries, nn::Team(impl_->pool));
    auto next = scores.begin();
    for (std::size_t r = 0; r < batch.size(); ++r) {
        for (std::size_t a = 0; a < batch[r].alts.size(); ++a) {
            if (annotations[r].alleles[a].status == seq::AlleleStatus::kOk) {
                annotations[r].alleles[a] = impl_->judge(batch[r].alts[a], *next++);
            }
        }
    }
    return annotations;
}

std::string MixScorer::packed_format() {
    return "Allele|Consequence|MPRA|Activators|Motifs|Words|Network|TopMotif|TopMotif_change";
}

}  // namespace varhush::scoring
