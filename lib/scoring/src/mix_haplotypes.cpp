#include "record_change.hpp"
#include "score_text.hpp"
#include "splice_format.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/worker_pool.hpp"
#include "varhush/scoring/haplotype_effects.hpp"
#include "varhush/scoring/mix_query.hpp"
#include "varhush/seq/contig_alias.hpp"
#include "varhush/seq/haplotype.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace varhush::scoring {

namespace {

bool mostly_known(std::span<const std::uint8_t> codes) {
    const auto known =
        std::count_if(codes.begin(), codes.end(), [](std::uint8_t code) { return code < 4; });
    return 2 * known >= static_cast<std::ptrdiff_t>(codes.size());
}

class MixHaplotypes final : public HaplotypeEffects {
  public:
    MixHaplotypes(std::shared_ptr<const models::ReporterMix> mix,
                  const seq::ReferenceSource& reference,
                  int threads)
        : mix_(std::move(mix)),
          reference_(reference),
          aliases_(seq::aliases_of(reference)),
          pool_(threads) {}

    [[nodiscard]] const std::vector<HaplotypeTag>& tags() const noexcept override { return tags_; }
    [[nodiscard]] std::int64_t reach_bp() const noexcept override { return kMixReachBp; }

    [[nodiscard]] double told(double value) const override { return round_to_micro(value); }

    [[nodiscard]] std::vector<HaplotypeEffect> effects(
        std::span<const HaplotypeQuery> queries) override {
        std::vector<HaplotypeEffect> effects(queries.size());
        std::vector<models::MixQuery> runs;
        std::vector<std::size_t> places;
        for (std::size_t i = 0; i < queries.size(); ++i) {
            if (prepare(queries[i], effects[i], runs)) {
                places.push_back(i);
            }
        }
        const auto scores = mix_->scores(runs, nn::Team(pool_));
        for (std::size_t i = 0; i < places.size(); ++i) {
            judge(scores[i], effects[places[i]]);
        }
        return effects;
    }

    [[nodiscard]] std::string place_text(const HaplotypeFrame& /*frame*/,
                                         const HaplotypeEffect& /*effect*/,
                                         std::size_t /*tag*/,
                                         std::size_t /*place*/,
                                         double /*value*/) const override {
        return "";
    }

  private:
    // One change as MixScorer scores it; several as all that stands from the first to the last.
    bool prepare(const HaplotypeQuery& query,
                 HaplotypeEffect& effect,
                 std::vector<models::MixQuery>& runs) const {
        const auto contig = aliases_.find(query.frame.contig);
        if (!contig) {
            effect.status = seq::AlleleStatus::kContigMissing;
            return false;
        }
        const auto change = query.changes.size() == 1
                                ? query.changes.front()
                                : seq::merged_change(reference_, *contig, query.changes);
        auto run = mix_query(reference_, *contig, change);
        if (!run) {
            effect.status = seq::AlleleStatus::kTooLong;
            return false;
        }
        if (!mostly_known(run->reference)) {
            effect.status = seq::AlleleStatus::kNRich;
            return false;
        }
        runs.push_back(std::move(*run));
        return true;
    }

    void judge(const models::MixScore& score, HaplotypeEffect& effect) const {
        const double total = score.total();
        if (!std::isfinite(total)) {
            throw Error(ErrorKind::kModel,
                        "the model gave an effect that is not a number",
                        "its weights are broken; check the file's SHA-256 against its source");
        }
        effect.values.push_back({total});
        if (std::fabs(total) > kSmallestPrinted) {
            const bool moved = std::fabs(score.top_motif_change) > kSmallestPrinted;
            effect.words = moved
                               ? "reporter:" + field_text(mix_->config().motifs[score.top_motif]) +
                                     (score.top_motif_change > 0 ? ":gained" : ":lost")
                               : std::string("reporter");
        }
    }

    std::shared_ptr<const models::ReporterMix> mix_;
    const seq::ReferenceSource& reference_;
    seq::ContigAliases aliases_;
    core::WorkerPool pool_;
    std::vector<HaplotypeTag> tags_{{seq::Modality::kMpra, true}};
};

}  // namespace

std::unique_ptr<HaplotypeEffects> make_mix_haplotypes(
    std::shared_ptr<const models::ReporterMix> mix,
    const seq::ReferenceSource& reference,
    int threads) {
    return std::make_unique<MixHaplotypes>(std::move(mix), reference, threads);
}

}  // namespace varhush::scoring
