#include "ag_torch_layers.hpp"

#include "varhush/core/error.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>

namespace varhush::models::ag {
namespace {

constexpr double kNormEps = 1e-5;
constexpr double kConvVarianceFloor = 1e-4;
constexpr int kTokensPerPair = kPairBp / kTokenBp;
// Elements of attention logits in one block: 256 MB of float32.
constexpr std::int64_t kLogitsAtATime = std::int64_t{1} << 26;

/// [C] as [1, C, 1, ..] so that it meets `axis` of `x`.
at::Tensor along(const at::Tensor& vector, const at::Tensor& x, int axis) {
    std::vector<std::int64_t> shape(static_cast<std::size_t>(x.dim()), 1);
    shape.at(static_cast<std::size_t>(axis < 0 ? axis + x.dim() : axis)) = vector.size(0);
    return vector.view(shape);
}

}  // namespace

const at::Tensor& Scope::find(const std::string& name) const {
    const auto found = tensors_->find(prefix_ + name);
    if (found == tensors_->end()) {
        throw Error(ErrorKind::kInternal, "there is no tensor " + prefix_ + name);
    }
    return found->second;
}

at::Tensor Scope::get(const std::string& name) const {
    return find(name).to(numerics_->compute);
}

at::Tensor Scope::wide(const std::string& name) const {
    return find(name).to(numerics_->wide);
}

bool Scope::has(const std::string& name) const {
    return tensors_->contains(prefix_ + name);
}

at::Tensor gelu_sigmoid(const at::Tensor& x) {
    at::Tensor gate = x * 1.702;
    if (at::GradMode::is_enabled()) {
        return x * gate.sigmoid();
    }
    return gate.sigmoid_().mul_(x);
}

at::Tensor gelu_pair(const at::Tensor& x, PairGelu kind) {
    return at::gelu(x, kind == PairGelu::kTanh ? "tanh" : "none");
}

at::Tensor softcap(const at::Tensor& x) {
    const at::Tensor share = x / 5;
    return at::GradMode::is_enabled() ? 5 * share.tanh() : share.tanh_().mul_(5);
}

namespace {

/// The mean square of each channel of `x`; `running` takes up a share of it.
at::Tensor batch_mean_square(const at::Tensor& x,
                             at::Tensor running,
                             const Scope& norm,
                             int channel_axis) {
    const std::int64_t channel = channel_axis < 0 ? x.dim() + channel_axis : channel_axis;
    std::vector<std::int64_t> others;
    for (std::int64_t axis = 0; axis < x.dim(); ++axis) {
        if (axis != channel) {
            others.push_back(axis);
        }
    }
    const at::Tensor mean_square = x.square().mean(others);
    const at::NoGradGuard no_grad;
    running.lerp_(mean_square.detach(), norm.numerics().batch_statistics);
    return mean_square;
}

}  // namespace

at::Tensor rms_batch_norm(const at::Tensor& x, const Scope& norm, int channel_axis) {
    at::Tensor variance = norm.wide("running_var");
    if (norm.numerics().batch_statistics > 0) {
        variance = batch_mean_square(x.to(norm.numerics().wide), variance, norm, channel_axis);
    }
    const at::Tensor root = (variance + kNormEps).rsqrt();
    const at::Tensor scale = root.to(norm.numerics().compute) * norm.get("weight");
    return x * along(scale, x, channel_axis) + along(norm.get("bias"), x, channel_axis);
}

at::Tensor layer_norm(const at::Tensor& x, const Scope& norm, bool centred) {
    const Numerics& numerics = norm.numerics();
    at::Tensor values = x.to(numerics.wide);
    if (centred) {
        values = values - values.mean(-1, true);
    }
    const at::Tensor root =
        (values.square().mean(-1, true) + kNormEps).rsqrt().to(numerics.compute);
    return values.to(numerics.compute) * (root * norm.get("weight")) + norm.get("bias");
}

at::Tensor linear(const at::Tensor& x, const Scope& scope) {
    at::Tensor weight = scope.get("weight");
    if (weight.dim() == 3) {
        weight = weight.squeeze(2);  // a convolution of width 1
    }
    return at::linear(x, weight, scope.has("bias") ? scope.get("bias") : at::Tensor());
}

at::Tensor standardized_weight(const at::Tensor& weight, const at::Tensor& scale) {
    const auto fan_in = static_cast<double>(weight.size(1) * weight.size(2));
    const at::Tensor centred = weight - weight.mean({1, 2}, true);
    const at::Tensor variance = centred.square().mean({1, 2}, true) * fan_in;
    return centred * (scale * variance.clamp_min(kConvVarianceFloor).rsqrt());
}

at::Tensor convolution(const at::Tensor& x, const Scope& conv) {
    const Numerics& numerics = conv.numerics();
    const at::Tensor weight =
        conv.has("scale")
            ? standardized_weight(conv.wide("weight"), conv.wide("scale")).to(numerics.compute)
            : conv.get("weight");
    return at::conv1d(x, weight, conv.get("bias"), 1, (weight.size(2) - 1) / 2);
}

at::Tensor conv_block(const at::Tensor& x, const Scope& block) {
    return convolution(gelu_sigmoid(rms_batch_norm(x, block / "norm", 1)), block / "conv");
}

at::Tensor dna_embedder(const at::Tensor& one_hot, const Scope& scope) {
    const at::Tensor x = convolution(one_hot, scope / "conv1");
    return x + conv_block(x, scope / "block");
}

at::Tensor down_block(const at::Tensor& x, const Scope& scope) {
    const at::Tensor wider = conv_block(x, scope / "block1");
    const std::int64_t added = wider.size(1) - x.size(1);
    const at::Tensor y = wider + at::constant_pad_nd(x, {0, 0, 0, added});
    return y + conv_block(y, scope / "block2");
}

at::Tensor up_block(const at::Tensor& x, const at::Tensor& skip, const Scope& scope) {
    at::Tensor y = conv_block(x, scope / "conv_in") + x.narrow(1, 0, skip.size(1));
    y = (y * scope.get("residual_scale")).unsqueeze(3).expand({-1, -1, -1, 2}).flatten(2);
    y = y + conv_block(skip, scope / "pointwise");
    return y + conv_block(y, scope / "conv_out");
}

at::Tensor max_pool2(const at::Tensor& x) {
    return at::max_pool1d(x, 2);
}

at::Tensor mean_pool16(const at::Tensor& x) {
    return x.unflatten(1, {x.size(1) / kTokensPerPair, kTokensPerPair}).mean(2);
}

namespace {

/// Point `i` of `count` of the geometric series from 1 to max_position - count + 1.
double rope_series(std::int64_t i, std::int64_t count, std::int64_t max_position) {
    const auto last = static_cast<double>(max_position - count + 1);
    const double share = count > 1 ? static_cast<double>(i) / static_cast<double>(count - 1) : 0.0;
    return std::pow(last, share);
}

}  // namespace

std::vector<double> rope_inverse_frequencies(std::int64_t width, std::int64_t max_position) {
    std::vector<double> inverse;
    for (std::int64_t i = 0; i < width / 2; ++i) {
        inverse.push_back(1 / (static_cast<double>(i) + rope_series(i, width / 2, max_position)));
    }
    return inverse;
}

RopeTable rope_table(const at::Tensor& positions,
                     std::int64_t width,
                     std::int64_t max_position,
                     bool round_to_bf16) {
    // float32 whatever the network computes in: the reference's angles are rounded so.
    const auto rounded = [&](const at::Tensor& x) {
        return round_to_bf16 ? x.to(at::kBFloat16).to(at::kFloat) : x;
    };
    const std::int64_t count = width / 2;
    at::Tensor denominators = at::empty({count}, at::kFloat);
    for (std::int64_t i = 0; i < count; ++i) {
        denominators[i] =
            static_cast<float>(i) + static_cast<float>(rope_series(i, count, max_position));
    }
    const at::Tensor inverse = rounded(1 / rounded(denominators)).to(positions.device());
    const at::Tensor theta =
        rounded(rounded(positions.to(at::kFloat)).unsqueeze(1) * inverse.unsqueeze(0));
    return {rounded(theta.cos()), rounded(theta.sin())};
}

at::Tensor rotate(const at::Tensor& x, const RopeTable& table) {
    const at::Tensor pairs = x.unflatten(-1, {x.size(-1) / 2, 2});
    const at::Tensor even = pairs.select(-1, 0);
    const at::Tensor odd = pairs.select(-1, 1);
    const at::Tensor cosines = table.cosines.to(x.scalar_type());
    const at::Tensor sines = table.sines.to(x.scalar_type());
    return at::stack({even * cosines - odd * sines, odd * cosines + even * sines}, -1).flatten(-2);
}

at::Tensor distance_features(std::int64_t bins, std::int64_t widths, std::int64_t most_bins) {
    const at::Tensor distance = at::arange(-bins, bins, at::kDouble);
    at::Tensor limits = at::empty({widths}, at::kDouble);
    const auto last = static_cast<double>(most_bins - widths + 1);
    for (std::int64_t j = 0; j < widths; ++j) {
        limits[j] = static_cast<double>(j) +
                    std::pow(last, static_cast<double>(j) / static_cast<double>(widths));
    }
    const at::Tensor mask = (limits.unsqueeze(0) > distance.abs().unsqueeze(1)).to(at::kDouble);
    return at::cat({mask, distance.sign().unsqueeze(1) * mask}, 1);
}

at::Tensor by_pair(const at::Tensor& x) {
    const std::int64_t bins = x.size(-2);
    const at::Tensor dense = x.contiguous();
    std::vector<std::int64_t> sizes = dense.sizes().vec();
    std::vector<std::int64_t> strides = dense.strides().vec();
    sizes.back() = bins;
    strides[strides.size() - 2] = 2 * bins - 1;  // a row down, one distance less
    return dense.as_strided(sizes, strides, dense.storage_offset() + bins);
}

namespace {

/// [N, P, H * D] -> [H, N, P, D].
at::Tensor split_heads(const at::Tensor& x, std::int64_t heads) {
    return x.unflatten(2, {heads, x.size(2) / heads}).permute({2, 0, 1, 3});
}

}  // namespace

at::Tensor seq_to_pair(const at::Tensor& x, const Scope& scope) {
    const Numerics& numerics = scope.numerics();
    const at::Tensor u = layer_norm(mean_pool16(x), scope / "norm_seq2pair", false);
    const at::Tensor q_bias = scope.get("q_r_bias");
    const std::int64_t heads = q_bias.size(2);
    const std::int64_t bins = u.size(1);
    const at::Tensor q = split_heads(linear(u, scope / "linear_q"), heads);
    const at::Tensor k = split_heads(linear(u, scope / "linear_k"), heads);

    const Scope positions = scope / "linear_pos_features";
    const at::Tensor features = distance_features(bins,
                                                  positions.get("weight").size(1) / 2,
                                                  numerics.max_relative_distance / kTokensPerPair)
                                    .to(x.device(), numerics.compute);
    const at::Tensor e =
        split_heads(linear(features, positions).unsqueeze(0), heads);  // [H,1,2P,D]
    const auto relative = [&](const at::Tensor& side, const char* bias) {
        const at::Tensor shifted = side + scope.get(bias).permute({2, 0, 1, 3});
        return by_pair(at::matmul(shifted, e.transpose(2, 3)));  // [H,N,P,P]
    };
    const at::Tensor logits =
        at::matmul(q, k.transpose(2, 3)) +
        0.5 * (relative(q, "q_r_bias") + relative(k, "k_r_bias").transpose(2, 3));

    const at::Tensor active = gelu_pair(u, numerics.pair_gelu);
    return linear(logits.permute({1, 2, 3, 0}), scope / "linear_pair") +
           linear(active, scope / "linear_y_q").unsqueeze(2) +
           linear(active, scope / "linear_y_k").unsqueeze(1);
}

at::Tensor row_attention(const at::Tensor& pair, const Scope& scope) {
    const Numerics& numerics = scope.numerics();
    const at::Tensor z = layer_norm(pair, scope / "norm", false);
    const at::Tensor q = linear(z, scope / "linear_q").to(numerics.wide);
    const at::Tensor k = linear(z, scope / "linear_k").to(numerics.wide);
    const at::Tensor v = linear(z, scope / "linear_v");
    const double scale = 1 / std::sqrt(static_cast<double>(pair.size(3)));
    const std::int64_t bins = pair.size(1);
    const std::int64_t rows =
        std::clamp<std::int64_t>(kLogitsAtATime / (bins * bins * pair.size(0)), 1, bins);
    std::vector<at::Tensor> parts;
    for (std::int64_t first = 0; first < bins; first += rows) {
        const std::int64_t count = std::min(rows, bins - first);
        const at::Tensor logits =
            at::matmul(q.narrow(1, first, count), k.narrow(1, first, count).transpose(2, 3));
        const at::Tensor weights = at::softmax(logits * scale, -1).to(numerics.compute);
        parts.push_back(at::matmul(weights, v.narrow(1, first, count)));
    }
    return at::cat(parts, 1);
}

at::Tensor pair_mlp(const at::Tensor& pair, const Scope& scope) {
    const at::Tensor hidden =
        linear(layer_norm(pair, scope / "norm", false), scope / "linear1").relu();
    return linear(hidden, scope / "linear2");
}

at::Tensor pair_update(const at::Tensor& x,
                       const at::Tensor& pair,
                       const Scope& scope,
                       const TensorTap& tap) {
    const at::Tensor y = seq_to_pair(x, scope / "seq2pair");
    at::Tensor state = pair.defined() ? pair + y : y;
    const at::Tensor rows = row_attention(state, scope / "row_attn");
    state = state + rows;
    const at::Tensor hidden = pair_mlp(state, scope / "pair_mlp");
    state = state + hidden;
    if (tap) {
        tap("seq2pair_y", y);
        tap("row_attn", rows);
        tap("pair_mlp", hidden);
        tap("pair", state);
    }
    return state;
}

at::Tensor attention_bias(const at::Tensor& pair, const Scope& scope) {
    const at::Tensor active =
        gelu_pair(rms_batch_norm(pair, scope / "norm", -1), scope.numerics().pair_gelu);
    return linear(active, scope / "proj").permute({0, 3, 1, 2});
}

namespace {

/// Adds `bias` rows of queries [first, first + count) to `logits` [N, H, count, L].
at::Tensor add_bias(const at::Tensor& logits,
                    const at::Tensor& bias,
                    std::int64_t first,
                    std::int64_t count) {
    const std::int64_t tokens = logits.size(3);
    if (bias.size(3) == tokens) {
        return logits + bias.narrow(2, first, count);
    }
    const at::Tensor rows = bias.narrow(2, first / kTokensPerPair, count / kTokensPerPair);
    return (logits.unflatten(3, {tokens / kTokensPerPair, kTokensPerPair})
                .unflatten(2, {count / kTokensPerPair, kTokensPerPair}) +
            rows.unsqueeze(3).unsqueeze(5))
        .flatten(4, 5)
        .flatten(2, 3);
}

}  // namespace

at::Tensor attention(const at::Tensor& x, const at::Tensor& bias, const Scope& scope) {
    const Numerics& numerics = scope.numerics();
    const std::int64_t batch = x.size(0);
    const std::int64_t tokens = x.size(1);
    const std::int64_t heads = bias.size(1);
    const at::Tensor h = rms_batch_norm(x, scope / "norm", -1);
    const at::Tensor q_flat = linear(h, scope / "q_proj");
    const std::int64_t width = q_flat.size(2) / heads;
    const RopeTable table = rope_table(
        at::arange(tokens, x.device()), width, numerics.rope_max_position, numerics.rope_bf16);
    const at::Tensor q =
        rotate(
            layer_norm(q_flat.unflatten(2, {heads, width}).transpose(1, 2), scope / "norm_q", true),
            table)
            .to(numerics.wide)
            .mul(1 / std::sqrt(static_cast<double>(width)));  // [N, H, L, C]
    const at::Tensor k =
        rotate(layer_norm(linear(h, scope / "k_proj"), scope / "norm_k", true), table)
            .to(numerics.wide);
    const at::Tensor v = layer_norm(linear(h, scope / "v_proj"), scope / "norm_v", true);
    const at::Tensor wide_bias = bias.to(numerics.wide);

    const std::int64_t fitting = kLogitsAtATime / (batch * heads * tokens * kTokensPerPair);
    const std::int64_t block =
        std::min(tokens, std::max<std::int64_t>(fitting, 1) * kTokensPerPair);
    std::vector<at::Tensor> parts;
    for (std::int64_t first = 0; first < tokens; first += block) {
        const std::int64_t count = std::min(block, tokens - first);
        // One key and one value head serve all query heads: one product for all of them.
        const at::Tensor logits =
            at::matmul(q.narrow(2, first, count).flatten(1, 2), k.transpose(1, 2))
                .unflatten(1, {heads, count});
        const at::Tensor weights =
            at::softmax(softcap(add_bias(logits, wide_bias, first, count)), -1)
                .to(numerics.compute);
        const at::Tensor y = at::matmul(weights.flatten(1, 2), v).unflatten(1, {heads, count});
        parts.push_back(y.transpose(1, 2).flatten(2));  // [N, count, H * V]
    }
    return rms_batch_norm(
        linear(at::cat(parts, 1), scope / "linear_embedding"), scope / "final_norm", -1);
}

at::Tensor mlp(const at::Tensor& x, const Scope& scope) {
    const at::Tensor hidden = linear(rms_batch_norm(x, scope / "norm", -1), scope / "fc1").relu();
    return rms_batch_norm(linear(hidden, scope / "fc2"), scope / "final_norm", -1);
}

namespace {

at::Tensor organism_row(const Scope& scope, int organism) {
    return (scope / "organism_embed").get("weight").select(0, organism);
}

}  // namespace

at::Tensor embedder_128bp(const at::Tensor& x, int organism, const Scope& scope) {
    const at::Tensor y = rms_batch_norm(linear(x, scope / "project_in"), scope / "norm", -1);
    return gelu_sigmoid(y + organism_row(scope, organism));
}

at::Tensor embedder_1bp_skip(const at::Tensor& embedding_128bp, const Scope& scope) {
    return linear(embedding_128bp, scope / "project_skip");
}

at::Tensor embedder_1bp(const at::Tensor& x,
                        const at::Tensor& skip,
                        int organism,
                        const Scope& scope) {
    const at::Tensor y = rms_batch_norm(linear(x, scope / "project_in") + skip, scope / "norm", -1);
    return gelu_sigmoid(y + organism_row(scope, organism));
}

at::Tensor embedder_pair(const at::Tensor& pair, int organism, const Scope& scope) {
    const at::Tensor y = layer_norm((pair + pair.transpose(1, 2)) / 2, scope / "norm", false);
    return gelu_sigmoid(y + organism_row(scope, organism));
}

}  // namespace varhush::models::ag
