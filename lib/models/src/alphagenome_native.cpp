#include "varhush/models/alphagenome_native.hpp"

#include "ag_junctions.hpp"
#include "ag_pass.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/worker_pool.hpp"

#include <algorithm>

namespace varhush::models {

namespace {

void check_sequence(const AlphaGenomeConfig& config,
                    std::span<const std::uint8_t> codes,
                    int organism) {
    VARHUSH_CHECK(!codes.empty() && codes.size() % kPairBp == 0);
    VARHUSH_CHECK(organism >= 0 && organism < config.num_organisms);
    VARHUSH_CHECK(std::all_of(codes.begin(), codes.end(), [](std::uint8_t c) { return c <= 4; }));
}

// A stretch that is not what it says would give wrong numbers without a sign of it.
void check_stretches(std::span<const std::uint8_t> edited,
                     std::span<const std::uint8_t> reference,
                     std::span<const SharedStretch> shared) {
    VARHUSH_CHECK(edited.size() == reference.size());
    const auto size = static_cast<std::int64_t>(edited.size());
    std::int64_t next = 0;
    for (const auto& stretch : shared) {
        VARHUSH_CHECK(stretch.edited_begin >= next && stretch.length >= 0 &&
                      stretch.edited_begin + stretch.length <= size &&
                      stretch.reference_begin >= 0 &&
                      stretch.reference_begin + stretch.length <= size);
        next = stretch.edited_begin + stretch.length;
        VARHUSH_CHECK(std::equal(edited.begin() + stretch.edited_begin,
                                 edited.begin() + next,
                                 reference.begin() + stretch.reference_begin));
    }
}

class NativeAlphaGenome final : public SequenceModel {
  public:
    NativeAlphaGenome(const nn::SafeTensors& file, const AlphaGenomeConfig& config, int threads)
        : weights_(file, config), pool_(threads), team_(pool_) {}

    [[nodiscard]] const AlphaGenomeConfig& config() const override { return weights_.config(); }

    [[nodiscard]] std::unique_ptr<SequencePass> run(std::span<const std::uint8_t> codes,
                                                    int organism) override {
        check_sequence(config(), codes, organism);
        return std::make_unique<AgPass>(
            weights_, team_, codes, organism, nullptr, Stretches{}, AgTrace());
    }

    [[nodiscard]] std::unique_ptr<SequencePass> run_edited(
        const SequencePass& reference,
        std::span<const std::uint8_t> codes,
        std::span<const SharedStretch> shared) override {
        const auto* pass = dynamic_cast<const AgPass*>(&reference);
        VARHUSH_CHECK(pass != nullptr);
        check_sequence(config(), codes, pass->organism());
        check_stretches(codes, pass->codes(), shared);
        return std::make_unique<AgPass>(weights_,
                                        team_,
                                        codes,
                                        pass->organism(),
                                        pass,
                                        Stretches(shared.begin(), shared.end()),
                                        AgTrace());
    }

    [[nodiscard]] JunctionCounts junctions(const SpliceSiteRows& sites,
                                           const SiteEmbeddings& embeddings,
                                           int organism,
                                           std::span<const std::int32_t> tissues) override {
        VARHUSH_CHECK(config().has(OutputType::kSpliceJunctions));
        return junction_counts(weights_, team_, sites, embeddings, organism, tissues);
    }

    void trace(std::span<const std::uint8_t> codes,
               int organism,
               const SpliceSiteRows* sites,
               const ActivationTap& tap) override {
        check_sequence(config(), codes, organism);
        const AgTrace trace(&tap);
        AgPass pass(weights_, team_, codes, organism, nullptr, {}, trace);
        pass.trace_outputs(trace);
        if (config().has(OutputType::kSpliceJunctions)) {
            trace_junctions(pass, sites, trace);
        }
    }

  private:
    void trace_junctions(AgPass& pass, const SpliceSiteRows* given, const AgTrace& trace) {
        SpliceSiteRows sites;
        if (given != nullptr) {
            sites = *given;
        } else {
            const TrackQuery all{OutputType::kSpliceSites, 1, {{0, pass.length_bp()}}, {}};
            sites = choose_splice_sites(pass.tracks({&all, 1}).front(), 0, config());
        }
        SiteEmbeddings embeddings;
        for (std::size_t i = 0; i < sites.size(); ++i) {
            embeddings[i] = pass.embeddings_1bp(sites[i]);
        }
        const auto counts = junctions(sites, embeddings, pass.organism(), {});
        // As the references lay them out: a square of `most` sites a row, plus tissues before minus
        // ones, zero where there is no site; positions padded with -1.
        std::int64_t most = given == nullptr ? config().num_splice_sites : 0;
        for (const auto& row : sites) {
            most = std::max(most, static_cast<std::int64_t>(row.size()));
        }
        const std::int64_t tissues = config().junction_tissues;
        std::vector<float> square(static_cast<std::size_t>(most * most * 2 * tissues), 0.0F);
        for (std::size_t strand = 0; strand < 2; ++strand) {
            const auto& from = strand == 0 ? counts.plus : counts.minus;
            const auto donors = static_cast<std::int64_t>(sites[2 * strand].size());
            const auto acceptors = static_cast<std::int64_t>(sites[2 * strand + 1].size());
            for (std::int64_t pair = 0; pair < donors * acceptors; ++pair) {
                const std::int64_t at = pair / acceptors * most + pair % acceptors;
                std::copy_n(
                    from.data() + pair * tissues,
                    tissues,
                    square.data() + at * 2 * tissues + static_cast<std::int64_t>(strand) * tissues);
            }
        }
        std::vector<float> positions(static_cast<std::size_t>(4 * most), -1.0F);
        for (std::size_t i = 0; i < sites.size(); ++i) {
            std::copy(sites[i].begin(),
                      sites[i].end(),
                      positions.begin() + static_cast<std::int64_t>(i) * most);
        }
        trace.values("out.splice_junctions.splice_site_positions", {4, most}, positions);
        trace.values("out.splice_junctions.pred_counts", {most, most, 2 * tissues}, square);
    }

    AgWeights weights_;
    core::WorkerPool pool_;
    nn::Team team_;
};

}  // namespace

std::unique_ptr<SequenceModel> make_native_alphagenome(const nn::SafeTensors& file,
                                                       const AlphaGenomeConfig& config,
                                                       int threads) {
    return std::make_unique<NativeAlphaGenome>(file, config, threads);
}

}  // namespace varhush::models
