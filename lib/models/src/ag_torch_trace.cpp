// AlphaGenomeTorch::trace: the whole network, untiled, with every named activation.
#include "ag_torch_heads.hpp"
#include "ag_torch_network.hpp"
#include "ag_torch_pass.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/alphagenome_torch.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <string>

namespace varhush::models {
namespace {

class Tracer {
  public:
    Tracer(const ag::Network& network, int organism, const ActivationTap& tap)
        : network_(network), organism_(organism), tap_(tap) {}

    void run(std::span<const std::uint8_t> codes) {
        const ag::Encoded encoded = network_.encode(network_.one_hot(codes));
        for (int level = 0; level < kEncoderLevels; ++level) {
            emit("enc.skip_" + std::to_string(1 << level) + "_NCL",
                 encoded.skips[static_cast<std::size_t>(level)].select(0, 0));
        }
        emit("enc.trunk_NCL", encoded.trunk.select(0, 0));
        const ag::TowerState state = tower(encoded.trunk);
        const at::Tensor decoded =
            network_.decode(state.x, encoded.skips, [&](const char* name, const at::Tensor& value) {
                emit(name, value.select(0, 0));
            });
        embed(state, decoded);
        for (const OutputType output : all_output_types()) {
            if (is_genome_track(output) && network_.config().has(output)) {
                genome_head(output);
            }
        }
        other_heads();
    }

    /// Class probabilities [S, 5].
    [[nodiscard]] const at::Tensor& probabilities() const { return probabilities_; }
    /// 1-bp embeddings [S, C].
    [[nodiscard]] const at::Tensor& one_bp() const { return one_bp_; }

    void emit(const std::string& name, const at::Tensor& value) const {
        tap_(name, value.sizes().vec(), to_floats(value));
    }

  private:
    ag::TowerState tower(const at::Tensor& trunk) const {
        ag::TowerState state = network_.enter_tower(trunk, organism_);
        for (int block = 0; block < network_.config().tower_blocks; ++block) {
            const std::string prefix = "tower." + std::to_string(block) + ".";
            state =
                network_.tower_block(block, state, [&](const char* name, const at::Tensor& value) {
                    emit(prefix + name, value.select(0, 0));
                });
        }
        emit("tower.out_x", state.x.select(0, 0));
        return state;
    }

    void embed(const ag::TowerState& state, const at::Tensor& decoded) {
        coarse_ = network_.embed_128bp(state.x, organism_).select(0, 0);
        const at::Tensor skip = embedder_1bp_skip(coarse_, network_.root() / "embedder_1bp");
        const at::Tensor all =
            at::arange(decoded.size(2), at::TensorOptions(network_.device()).dtype(at::kLong));
        one_bp_ = network_.embed_1bp(decoded, skip, all, organism_);
        pair_ = embedder_pair(state.pair, organism_, network_.root() / "embedder_pair");
        emit("emb.embeddings_128bp", coarse_);
        emit("emb.embeddings_1bp", one_bp_);
        emit("emb.embeddings_pair", pair_.select(0, 0));
    }

    void genome_head(OutputType output) const {
        const std::string key(output_key(output));
        const ag::Scope head = network_.head(output);
        for (const int resolution : {1, kTokenBp}) {
            if (resolution == 1 && !AlphaGenomeConfig::has_1bp_head(output)) {
                continue;
            }
            const std::string name = key + "." + std::to_string(resolution);
            const at::Tensor tracks = ag::genome_tracks(
                resolution == 1 ? one_bp_ : coarse_, head, resolution, organism_, {});
            emit("model_space." + name, tracks);
            emit("out." + name,
                 ag::unscale(tracks,
                             ag::track_means(head, organism_, {}),
                             resolution,
                             output == OutputType::kRnaSeq));
        }
    }

    void other_heads() {
        const AlphaGenomeConfig& config = network_.config();
        if (config.has(OutputType::kContactMaps)) {
            emit("out.contact_maps",
                 ag::contact_maps(
                     pair_.select(0, 0), network_.head(OutputType::kContactMaps), organism_, {}));
        }
        if (config.has(OutputType::kSpliceSites)) {
            const at::Tensor logits = ag::organism_linear(
                one_bp_, network_.head(OutputType::kSpliceSites) / "conv", organism_, {});
            probabilities_ = logits.softmax(-1);
            emit("out.splice_sites.logits", logits);
            emit("out.splice_sites.probs", probabilities_);
        }
        if (config.has(OutputType::kSpliceSiteUsage)) {
            const at::Tensor logits = ag::organism_linear(
                one_bp_, network_.head(OutputType::kSpliceSiteUsage) / "conv", organism_, {});
            emit("out.splice_site_usage.logits", logits);
            emit("out.splice_site_usage.predictions", logits.sigmoid());
        }
    }

    const ag::Network& network_;
    int organism_;
    const ActivationTap& tap_;
    at::Tensor coarse_, one_bp_, pair_, probabilities_;
};

/// Positions [4, K] with -1 for none, K the most sites of a kind.
at::Tensor site_table(const SpliceSiteRows& sites) {
    std::size_t slots = 0;
    for (const auto& row : sites) {
        slots = std::max(slots, row.size());
    }
    at::Tensor table = at::full({4, static_cast<std::int64_t>(slots)}, -1.0, at::kFloat);
    for (std::size_t row = 0; row < sites.size(); ++row) {
        for (std::size_t k = 0; k < sites[row].size(); ++k) {
            table[static_cast<std::int64_t>(row)][static_cast<std::int64_t>(k)] =
                static_cast<float>(sites[row][k]);
        }
    }
    return table;
}

}  // namespace

void AlphaGenomeTorch::trace(std::span<const std::uint8_t> codes,
                             int organism,
                             const SpliceSiteRows* sites,
                             const ActivationTap& tap) {
    VARHUSH_CHECK(!codes.empty() && codes.size() % kPairBp == 0);
    VARHUSH_CHECK(organism >= 0 && organism < config().num_organisms);
    const c10::InferenceMode guard;
    Tracer tracer(*network_, organism, tap);
    tracer.run(codes);
    if (!config().has(OutputType::kSpliceJunctions) ||
        (sites == nullptr && !tracer.probabilities().defined())) {
        return;
    }
    const SpliceSiteRows rows =
        sites != nullptr ? *sites
                         : choose_splice_sites(to_floats(tracer.probabilities()), 0, config());
    SiteEmbeddings embeddings;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const at::Tensor at = network_->index(std::span<const std::int64_t>(rows[row]));
        embeddings[row] = to_floats(tracer.one_bp().index_select(0, at));
    }
    const JunctionCounts counts = junctions(rows, embeddings, organism, {});
    const at::Tensor table = site_table(rows);
    const std::int64_t slots = table.size(1);
    const std::int64_t tissues = config().junction_tissues;
    at::Tensor padded = at::zeros({slots, slots, 2 * tissues}, at::kFloat);
    const auto place = [&](const std::vector<float>& values, std::size_t donors, bool plus) {
        if (values.empty()) {
            return;
        }
        const auto d = static_cast<std::int64_t>(rows[donors].size());
        const auto a = static_cast<std::int64_t>(rows[donors + 1].size());
        padded.narrow(0, 0, d)
            .narrow(1, 0, a)
            .narrow(2, plus ? 0 : tissues, tissues)
            .copy_(at::tensor(at::ArrayRef<float>(values.data(), values.size()))
                       .view({d, a, tissues}));
    };
    place(counts.plus, 0, true);
    place(counts.minus, 2, false);
    tracer.emit("out.splice_junctions.splice_site_positions", table);
    tracer.emit("out.splice_junctions.pred_counts", padded);
}

}  // namespace varhush::models
