#include "ag_torch_network.hpp"

#include "ag_torch_heads.hpp"
#include "alphagenome_tensors.hpp"
#include "varhush/core/error.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace varhush::models::ag {
namespace {

Numerics numerics_of(const AlphaGenomeConfig& config, TorchPrecision precision) {
    Numerics out;
    out.pair_gelu = config.pair_gelu;
    out.rope_bf16 = config.rope_bf16;
    out.rope_max_position = config.rope_max_position_attention;
    out.max_relative_distance = config.max_relative_distance;
    if (precision == TorchPrecision::kFloat64) {
        out.compute = at::kDouble;
        out.wide = at::kDouble;
    } else if (precision == TorchPrecision::kBfloat16) {
        out.compute = at::kBFloat16;
    }
    return out;
}

/// Used in the wide type: heads, and what norms are made from.
bool is_wide(const std::string& name) {
    return name.starts_with("heads.") || name.starts_with("contact_maps_head.") ||
           name.starts_with("splice_sites_") || name.ends_with(".running_var");
}

bool is_learned(const std::string& name) {
    return !name.ends_with(".running_var") && !name.ends_with(".track_means");
}

/// One copy, from the mapped file into the tensor.
at::Tensor read_tensor(const nn::SafeTensors& file, const TensorSpec& spec) {
    const auto found = file.entries().find(spec.name);
    if (found == file.entries().end()) {
        throw Error(ErrorKind::kModel,
                    file.name() + ": tensor \"" + spec.name + "\" is missing (expected " +
                        shape_text(spec.shape) + ")");
    }
    if (found->second.shape != spec.shape) {
        throw Error(ErrorKind::kModel,
                    file.name() + ": tensor \"" + spec.name + "\" has the shape " +
                        shape_text(found->second.shape) + ", expected " + shape_text(spec.shape));
    }
    at::Tensor tensor = at::empty(spec.shape, at::kFloat);
    nn::widen(
        found->second, 0, {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())});
    return tensor;
}

std::int64_t reach(int kernel) {
    return (kernel - 1) / 2;
}

std::int64_t tokens_for(std::int64_t bases) {
    return (bases + kTokenBp - 1) / kTokenBp;
}

}  // namespace

TokenRange TokenRange::widened(std::int64_t halo, std::int64_t tokens) const noexcept {
    return {std::max<std::int64_t>(begin - halo, 0), std::min(end + halo, tokens)};
}

Encoded Encoded::part(TokenRange range) const {
    Encoded out;
    for (int level = 0; level < kEncoderLevels; ++level) {
        const std::int64_t per_token = kTokenBp >> level;
        const auto at = static_cast<std::size_t>(level);
        out.skips[at] = skips[at].narrow(2, range.begin * per_token, range.size() * per_token);
    }
    out.trunk = trunk.narrow(2, range.begin, range.size());
    return out;
}

Network::Network(const nn::SafeTensors& file,
                 const AlphaGenomeConfig& config,
                 const AlphaGenomeTorchOptions& options)
    : config_(config), numerics_(numerics_of(config, options.precision)), device_(options.device) {
    config_.validate(file.name());
    if (device_.is_cuda() && options.precision == TorchPrecision::kFloat32) {
        // cuDNN would round float32 products to ten bits of mantissa.
        at::globalContext().setAllowTF32CuDNN(false);
    }
    load(file, options.trainable);
}

void Network::load(const nn::SafeTensors& file, bool trainable) {
    const std::vector<TensorSpec> layout = alphagenome_layout(config_);
    std::vector<std::string> names;
    for (const TensorSpec& spec : layout) {
        tensors_[spec.name] = read_tensor(file, spec);
        names.push_back(spec.name);
    }
    file.check_no_leftovers(names);
    if (!trainable) {
        fold_convolutions();
    }
    for (auto& [name, tensor] : tensors_) {
        const at::ScalarType type = trainable || is_wide(name) ? numerics_.wide : numerics_.compute;
        tensor = tensor.to(device_, type);
        tensor.requires_grad_(trainable && is_learned(name));
    }
    if (trainable) {
        for (const TensorSpec& spec : layout) {
            named_.emplace_back(spec.name, tensors_.at(spec.name));
        }
    }
}

void Network::replace(const std::string& name, const at::Tensor& value) {
    at::Tensor& held = tensors_.at(name);
    VARHUSH_CHECK(!named_.empty() && held.sizes() == value.sizes());
    held = value;
}

void Network::fold_convolutions() {
    const std::string ending = ".conv.scale";
    for (auto entry = tensors_.begin(); entry != tensors_.end();) {
        if (!entry->first.ends_with(ending)) {
            ++entry;
            continue;
        }
        const std::string block = entry->first.substr(0, entry->first.size() - ending.size());
        at::Tensor& weight = tensors_.at(block + ".conv.weight");
        weight = standardized_weight(weight.to(numerics_.wide), entry->second.to(numerics_.wide));
        entry = tensors_.erase(entry);
    }
}

Scope Network::head(OutputType output) const {
    switch (output) {
        case OutputType::kContactMaps:
            return root() / "contact_maps_head";
        case OutputType::kSpliceSites:
            return root() / "splice_sites_classification_head";
        case OutputType::kSpliceSiteUsage:
            return root() / "splice_sites_usage_head";
        case OutputType::kSpliceJunctions:
            return root() / "splice_sites_junction_head";
        default:
            return root() / "heads" / std::string(output_key(output));
    }
}

std::int64_t Network::encoder_halo() const {
    const std::int64_t block = reach(config_.kernel);
    std::int64_t bases = reach(config_.stem_kernel) + block;
    for (int level = 1; level < kEncoderLevels; ++level) {
        bases += 2 * block << level;
    }
    return tokens_for(bases);
}

std::int64_t Network::decoder_halo() const {
    const std::int64_t block = reach(config_.kernel);
    std::int64_t bases = 0;
    for (int level = 0; level < kEncoderLevels; ++level) {
        bases += 3 * block << level;  // conv_in at half the resolution, conv_out
    }
    return tokens_for(bases);
}

at::Tensor Network::one_hot(std::span<const std::uint8_t> codes) const {
    at::Tensor x = at::zeros({1, 4, static_cast<std::int64_t>(codes.size())}, at::kFloat);
    auto values = x.accessor<float, 3>();
    for (std::size_t at = 0; at < codes.size(); ++at) {
        if (codes[at] < 4) {
            values[0][codes[at]][static_cast<std::int64_t>(at)] = 1;
        }
    }
    return x.to(device_, numerics_.compute);
}

Encoded Network::encode(const at::Tensor& one_hot) const {
    const Scope encoder = root() / "encoder";
    Encoded out;
    at::Tensor x = dna_embedder(one_hot, encoder / "dna_embedder");
    for (int level = 0;; ++level) {
        out.skips[static_cast<std::size_t>(level)] = x;
        x = max_pool2(x);
        if (level == config_.encoder_blocks) {
            break;
        }
        x = down_block(x, encoder / "down_blocks" / std::to_string(level));
    }
    out.trunk = x;
    return out;
}

TowerState Network::enter_tower(const at::Tensor& trunk, int organism) const {
    const at::Tensor embedding = (root() / "organism_embed").get("weight").select(0, organism);
    return {trunk.transpose(1, 2) + embedding, {}};
}

TowerState Network::tower_block(int block, const TowerState& state, const TensorTap& tap) const {
    const Scope scope = root() / "tower" / "blocks" / std::to_string(block);
    TowerState out = state;
    if (block % 2 == 0) {
        out.pair = pair_update(state.x, state.pair, scope / "pair_update", tap);
    }
    const at::Tensor bias = attention_bias(out.pair, scope / "attn_bias");
    const at::Tensor mixed = attention(out.x, bias, scope / "mha");
    out.x = out.x + mixed;
    const at::Tensor hidden = mlp(out.x, scope / "mlp");
    out.x = out.x + hidden;
    if (tap) {
        tap("attn_bias", bias);
        tap("mha_out", mixed);
        tap("mlp_out", hidden);
    }
    return out;
}

at::Tensor Network::decode(const at::Tensor& x,
                           const std::array<at::Tensor, kEncoderLevels>& skips,
                           const TensorTap& tap) const {
    const Scope blocks = root() / "decoder" / "up_blocks";
    at::Tensor y = x.transpose(1, 2);
    for (int block = 0; block < kEncoderLevels; ++block) {
        y = up_block(y,
                     skips[static_cast<std::size_t>(kEncoderLevels - 1 - block)],
                     blocks / std::to_string(block));
        if (tap) {
            tap(("dec.up_" + std::to_string(block) + "_NCL").c_str(), y);
        }
    }
    return y;
}

at::Tensor Network::embed_128bp(const at::Tensor& x, int organism) const {
    return embedder_128bp(x, organism, root() / "embedder_128bp");
}

at::Tensor Network::embed_1bp(const at::Tensor& decoded,
                              const at::Tensor& skip,
                              const at::Tensor& positions,
                              int organism) const {
    const at::Tensor rows = decoded.select(0, 0).index_select(1, positions).transpose(0, 1);
    const at::Tensor tokens = positions.div(kTokenBp, "floor");
    return embedder_1bp(rows, skip.index_select(0, tokens), organism, root() / "embedder_1bp");
}

at::Tensor Network::values(OutputType output,
                           int resolution_bp,
                           const at::Tensor& embedding,
                           int organism,
                           const at::Tensor& channels) const {
    const Scope scope = head(output);
    if (is_genome_track(output)) {
        return unscale(genome_tracks(embedding, scope, resolution_bp, organism, channels),
                       track_means(scope, organism, channels),
                       resolution_bp,
                       output == OutputType::kRnaSeq);
    }
    if (output == OutputType::kSpliceSiteUsage) {
        return organism_linear(embedding, scope / "conv", organism, channels).sigmoid();
    }
    VARHUSH_CHECK(output == OutputType::kSpliceSites);
    // The softmax needs all classes.
    const at::Tensor all = organism_linear(embedding, scope / "conv", organism, {}).softmax(-1);
    return channels.defined() ? all.index_select(-1, channels) : all;
}

at::Tensor Network::index(std::span<const std::int32_t> channels) const {
    if (channels.empty()) {
        return {};
    }
    return at::tensor(at::ArrayRef<std::int32_t>(channels.data(), channels.size()))
        .to(device_, at::kLong);
}

at::Tensor Network::index(std::span<const std::int64_t> positions) const {
    if (positions.empty()) {
        return at::empty({0}, at::TensorOptions(device_).dtype(at::kLong));
    }
    return at::tensor(at::ArrayRef<std::int64_t>(positions.data(), positions.size())).to(device_);
}

}  // namespace varhush::models::ag
