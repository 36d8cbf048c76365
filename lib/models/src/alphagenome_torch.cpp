#include "varhush/models/alphagenome_torch.hpp"

#include "ag_torch_heads.hpp"
#include "ag_torch_network.hpp"
#include "ag_torch_pass.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"

#include <ATen/ATen.h>
#include <c10/core/DeviceGuard.h>
#include <dlfcn.h>

#include <algorithm>
#include <new>
#include <utility>

namespace varhush::models {
namespace {

constexpr std::int64_t kProcessorTile = 256;
constexpr std::int64_t kSmallestTile = kPairBp / kTokenBp;

/// Free memory of a card. The runtime is there when a card is; asking it by name spares a build
/// without a card its headers.
std::size_t free_card_bytes(const at::Device& device) {
    const c10::DeviceGuard current(device);
    using MemGetInfo = int (*)(std::size_t*, std::size_t*);
    const auto ask = reinterpret_cast<MemGetInfo>(dlsym(RTLD_DEFAULT, "cudaMemGetInfo"));
    std::size_t free = 0;
    std::size_t total = 0;
    return ask != nullptr && ask(&free, &total) == 0 ? free : 0;
}

/// Tokens whose encoder fits half of the card's free memory: about eight tensors of the first
/// level's width at 1 bp exist at a time.
std::int64_t tile_for(const ag::Network& network) {
    if (!network.device().is_cuda()) {
        return kProcessorTile;
    }
    const auto bytes_per_token = static_cast<std::size_t>(8 * kTokenBp) *
                                 static_cast<std::size_t>(network.config().base_channels) *
                                 at::elementSize(network.numerics().compute);
    const auto fitting =
        static_cast<std::int64_t>(free_card_bytes(network.device()) / 2 / bytes_per_token);
    return std::clamp(fitting, kSmallestTile, kMaxWindowBp / kTokenBp);
}

void check_codes(std::span<const std::uint8_t> codes,
                 int organism,
                 const AlphaGenomeConfig& config) {
    VARHUSH_CHECK(!codes.empty() && codes.size() % kPairBp == 0);
    VARHUSH_CHECK(organism >= 0 && organism < config.num_organisms);
}

/// Tokens in which two sequences of one length differ; empty range: nowhere.
ag::TokenRange differing_tokens(std::span<const std::uint8_t> a, std::span<const std::uint8_t> b) {
    std::size_t first = 0;
    while (first < a.size() && a[first] == b[first]) {
        ++first;
    }
    std::size_t last = a.size();
    while (last > first && a[last - 1] == b[last - 1]) {
        --last;
    }
    if (first == last) {
        return {};
    }
    return {static_cast<std::int64_t>(first) / kTokenBp,
            (static_cast<std::int64_t>(last) + kTokenBp - 1) / kTokenBp};
}

}  // namespace

std::int64_t with_halving(std::int64_t size,
                          std::int64_t least,
                          const std::string& what,
                          const std::function<void(std::int64_t)>& work) {
    for (;;) {
        try {
            work(size);
            return size;
        } catch (const c10::OutOfMemoryError&) {
            if (size / 2 < least) {
                core::log(core::LogLevel::kError,
                          "memory does not suffice for " + std::to_string(size) + " " + what);
                throw std::bad_alloc();
            }
        }
        // Outside the handler, so that what the exception holds is free again.
        size /= 2;
        core::log(core::LogLevel::kWarning,
                  "memory does not suffice: going on with " + std::to_string(size) + " " + what +
                      " at a time");
    }
}

AlphaGenomeTorch::AlphaGenomeTorch(const nn::SafeTensors& file,
                                   const AlphaGenomeConfig& config,
                                   const AlphaGenomeTorchOptions& options)
    : network_(std::make_shared<ag::Network>(file, config, options)),
      tile_tokens_(options.tile_tokens > 0 ? options.tile_tokens : tile_for(*network_)) {}

AlphaGenomeTorch::~AlphaGenomeTorch() = default;

const AlphaGenomeConfig& AlphaGenomeTorch::config() const {
    return network_->config();
}

const std::vector<std::pair<std::string, at::Tensor>>& AlphaGenomeTorch::tensors() const {
    VARHUSH_CHECK(!network_->named().empty());  // only a trainable network keeps them
    return network_->named();
}

void AlphaGenomeTorch::replace(const std::string& name, const at::Tensor& value) {
    network_->replace(name, value);
}

void AlphaGenomeTorch::in_tiles(const std::function<void(std::int64_t)>& work) {
    tile_tokens_ =
        with_halving(tile_tokens_, std::min(kSmallestTile, tile_tokens_), "tokens of 128 bp", work);
}

namespace {

ag::Encoded encode_in_tiles(const ag::Network& network,
                            std::span<const std::uint8_t> codes,
                            ag::TokenRange range,
                            std::int64_t tile,
                            ag::Encoded whole) {
    const at::Tensor one_hot = network.one_hot(codes);
    const std::int64_t tokens = one_hot.size(2) / kTokenBp;
    for (std::int64_t begin = range.begin; begin < range.end; begin += tile) {
        const ag::TokenRange part{begin, std::min(begin + tile, range.end)};
        put_part(whole, encode_range(network, one_hot, part), part, tokens);
    }
    return whole;
}

ag::TowerState run_tower(const ag::Network& network, const at::Tensor& trunk, int organism) {
    ag::TowerState state = network.enter_tower(trunk, organism);
    for (int block = 0; block < network.config().tower_blocks; ++block) {
        state = network.tower_block(block, state);
    }
    return state;
}

}  // namespace

std::unique_ptr<SequencePass> AlphaGenomeTorch::run(std::span<const std::uint8_t> codes,
                                                    int organism) {
    check_codes(codes, organism, config());
    const c10::InferenceMode guard;
    std::unique_ptr<SequencePass> pass;
    in_tiles([&](std::int64_t tile) {
        const auto tokens = static_cast<std::int64_t>(codes.size()) / kTokenBp;
        ag::Encoded encoded = encode_in_tiles(*network_, codes, {0, tokens}, tile, {});
        ag::TowerState state = run_tower(*network_, encoded.trunk, organism);
        pass = std::make_unique<TorchPass>(*this,
                                           std::vector<std::uint8_t>(codes.begin(), codes.end()),
                                           organism,
                                           std::move(encoded),
                                           std::move(state));
    });
    return pass;
}

std::vector<std::unique_ptr<SequencePass>> AlphaGenomeTorch::run_group(
    std::span<const std::vector<std::uint8_t>> group, int organism) {
    std::vector<at::Tensor> inputs;
    for (const std::vector<std::uint8_t>& codes : group) {
        inputs.push_back(network_->one_hot(codes));
    }
    const ag::Encoded encoded = network_->encode(at::cat(inputs, 0));
    const ag::TowerState state = run_tower(*network_, encoded.trunk, organism);
    std::vector<std::unique_ptr<SequencePass>> passes;
    for (std::size_t i = 0; i < group.size(); ++i) {
        const auto at = static_cast<std::int64_t>(i);
        ag::Encoded own;
        for (std::size_t level = 0; level < own.skips.size(); ++level) {
            own.skips[level] = encoded.skips[level].narrow(0, at, 1);
        }
        own.trunk = encoded.trunk.narrow(0, at, 1);
        passes.push_back(std::make_unique<TorchPass>(
            *this,
            group[i],
            organism,
            std::move(own),
            ag::TowerState{state.x.narrow(0, at, 1), state.pair.narrow(0, at, 1)}));
    }
    return passes;
}

std::vector<std::unique_ptr<SequencePass>> AlphaGenomeTorch::run_several(
    std::span<const std::vector<std::uint8_t>> sequences, int organism) {
    const c10::InferenceMode guard;
    std::vector<std::unique_ptr<SequencePass>> passes;
    for (std::size_t first = 0; first < sequences.size();) {
        const std::size_t length = sequences[first].size();
        check_codes(sequences[first], organism, config());
        std::size_t alike = first + 1;
        while (alike < sequences.size() && sequences[alike].size() == length) {
            ++alike;
        }
        const auto tokens = static_cast<std::int64_t>(length) / kTokenBp;
        std::vector<std::unique_ptr<SequencePass>> group;
        if (2 * tokens <= tile_tokens_) {
            in_tiles([&](std::int64_t tile) {
                const auto fitting =
                    static_cast<std::size_t>(std::max<std::int64_t>(tile / tokens, 1));
                group =
                    run_group(sequences.subspan(first, std::min(fitting, alike - first)), organism);
            });
        } else {
            group.push_back(run(sequences[first], organism));
        }
        first += group.size();
        std::move(group.begin(), group.end(), std::back_inserter(passes));
    }
    return passes;
}

std::unique_ptr<SequencePass> AlphaGenomeTorch::run_edited(const SequencePass& reference,
                                                           std::span<const std::uint8_t> codes,
                                                           std::span<const SharedStretch>) {
    const auto* known = dynamic_cast<const TorchPass*>(&reference);
    VARHUSH_CHECK(known != nullptr && &known->model() == this);
    VARHUSH_CHECK(known->codes().size() == codes.size());
    const auto tokens = static_cast<std::int64_t>(codes.size()) / kTokenBp;
    const ag::TokenRange differing = differing_tokens(known->codes(), codes);
    const ag::TokenRange changed = differing.widened(network_->encoder_halo(), tokens);
    if (2 * changed.size() > tokens) {
        return run(codes, known->organism());  // a copy of the rest would not pay
    }
    const c10::InferenceMode guard;
    std::unique_ptr<SequencePass> pass;
    in_tiles([&](std::int64_t tile) {
        ag::Encoded encoded;
        put_part(encoded, known->encoded(), {0, tokens}, tokens);
        if (differing.size() > 0) {
            encoded = encode_in_tiles(*network_, codes, changed, tile, std::move(encoded));
        }
        ag::TowerState state = run_tower(*network_, encoded.trunk, known->organism());
        pass = std::make_unique<TorchPass>(*this,
                                           std::vector<std::uint8_t>(codes.begin(), codes.end()),
                                           known->organism(),
                                           std::move(encoded),
                                           std::move(state));
    });
    return pass;
}

JunctionCounts AlphaGenomeTorch::junctions(const SpliceSiteRows& sites,
                                           const SiteEmbeddings& embeddings,
                                           int organism,
                                           std::span<const std::int32_t> tissues) {
    VARHUSH_CHECK(config().has(OutputType::kSpliceJunctions));
    const c10::InferenceMode guard;
    const ag::Scope head = network_->head(OutputType::kSpliceJunctions);
    const auto side = [&](std::size_t row) {
        const auto count = static_cast<std::int64_t>(sites[row].size());
        const std::int64_t width = config().embedding_1bp_dim;
        VARHUSH_CHECK(static_cast<std::int64_t>(embeddings[row].size()) == count * width);
        const at::Tensor rows =
            at::tensor(at::ArrayRef<float>(embeddings[row].data(), embeddings[row].size()))
                .view({count, width})
                .to(network_->device(), network_->numerics().wide);
        return ag::JunctionSide{ag::organism_linear(rows, head / "conv", organism, {}),
                                network_->index(std::span<const std::int64_t>(sites[row]))};
    };
    const auto strand = [&](bool plus) -> std::vector<float> {
        const std::size_t donors = plus ? 0 : 2;
        if (sites[donors].empty() || sites[donors + 1].empty()) {
            return {};
        }
        std::vector<float> counts;
        with_halving(1, 1, "junction head", [&](std::int64_t) {
            counts = to_floats(ag::junction_counts(side(donors),
                                                   side(donors + 1),
                                                   head,
                                                   plus,
                                                   organism,
                                                   network_->index(tissues),
                                                   config().rope_max_position_junction));
        });
        return counts;
    };
    return {strand(true), strand(false)};
}

void AlphaGenomeTorch::use_batch_statistics(double share) {
    VARHUSH_CHECK(!network_->named().empty());
    network_->use_batch_statistics(share);
}

TorchEmbeddings AlphaGenomeTorch::embed(const at::Tensor& one_hot,
                                        int organism,
                                        bool one_bp) const {
    const ag::Network& network = *network_;
    const ag::Encoded encoded =
        network.encode(one_hot.to(network.device(), network.numerics().compute));
    const ag::TowerState state = run_tower(network, encoded.trunk, organism);
    TorchEmbeddings out;
    out.coarse = network.embed_128bp(state.x, organism);
    if (one_bp) {
        const ag::Scope embedder = network.root() / "embedder_1bp";
        const at::Tensor skip = embedder_1bp_skip(out.coarse, embedder);
        const at::Tensor fine = skip.unsqueeze(2).expand({-1, -1, kTokenBp, -1}).flatten(1, 2);
        out.one_bp = embedder_1bp(
            network.decode(state.x, encoded.skips).transpose(1, 2), fine, organism, embedder);
    }
    out.pair = embedder_pair(state.pair, organism, network.root() / "embedder_pair");
    return out;
}

at::Tensor AlphaGenomeTorch::head(OutputType output,
                                  int resolution_bp,
                                  const TorchEmbeddings& embeddings,
                                  int organism) const {
    VARHUSH_CHECK(config().has(output));
    if (output == OutputType::kContactMaps) {
        return ag::contact_maps(embeddings.pair, network_->head(output), organism, {});
    }
    return network_->values(output,
                            resolution_bp,
                            resolution_bp == 1 ? embeddings.one_bp : embeddings.coarse,
                            organism,
                            {});
}

at::Tensor AlphaGenomeTorch::training_head(OutputType output,
                                           int resolution_bp,
                                           const TorchEmbeddings& embeddings,
                                           int organism) const {
    VARHUSH_CHECK(config().has(output));
    const ag::Scope scope = network_->head(output);
    const at::Tensor& embedding = resolution_bp == 1 ? embeddings.one_bp : embeddings.coarse;
    if (is_genome_track(output)) {
        return ag::genome_tracks(embedding, scope, resolution_bp, organism, {});
    }
    VARHUSH_CHECK(output == OutputType::kSpliceSites);
    return ag::organism_linear(embedding, scope / "conv", organism, {});
}

}  // namespace varhush::models
