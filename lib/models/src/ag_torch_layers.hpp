#pragma once

#include "varhush/models/alphagenome_config.hpp"

#include <ATen/core/TensorBody.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

/// The layers of an AlphaGenome-style network on LibTorch tensors: sections 2 to 6 of
/// docs/models/alphagenome.md. All are differentiable. N batch, C channels; convolutions take
/// [N, C, length], everything else [N, length, C].
namespace varhush::models::ag {

using TensorMap = std::map<std::string, at::Tensor>;

/// In which types and by which variant the layers compute.
struct Numerics {
    at::ScalarType compute = at::kFloat;
    /// Norms, attention logits and heads; wider than `compute` only when that is bfloat16.
    at::ScalarType wide = at::kFloat;
    PairGelu pair_gelu = PairGelu::kTanh;
    bool rope_bf16 = false;
    std::int64_t rope_max_position = 8192;
    int max_relative_distance = 8192;
    /// Training: norms use the batch's mean square, through which gradients flow, and move
    /// running_var towards it by this share. 0: running_var as it is.
    double batch_statistics = 0;
};

/// The tensors below a name. Cheap to copy; the map and the numerics must outlive it.
class Scope {
  public:
    Scope(const TensorMap& tensors, const Numerics& numerics, std::string prefix = {})
        : tensors_(&tensors), numerics_(&numerics), prefix_(std::move(prefix)) {}

    [[nodiscard]] Scope operator/(const std::string& name) const {
        return {*tensors_, *numerics_, prefix_ + name + "."};
    }
    /// In the computing type.
    [[nodiscard]] at::Tensor get(const std::string& name) const;
    /// In the wide type.
    [[nodiscard]] at::Tensor wide(const std::string& name) const;
    [[nodiscard]] bool has(const std::string& name) const;
    [[nodiscard]] const Numerics& numerics() const noexcept { return *numerics_; }

  private:
    [[nodiscard]] const at::Tensor& find(const std::string& name) const;

    const TensorMap* tensors_;
    const Numerics* numerics_;
    std::string prefix_;
};

[[nodiscard]] at::Tensor gelu_sigmoid(const at::Tensor& x);
[[nodiscard]] at::Tensor gelu_pair(const at::Tensor& x, PairGelu kind);
[[nodiscard]] at::Tensor softcap(const at::Tensor& x);
[[nodiscard]] at::Tensor rms_batch_norm(const at::Tensor& x, const Scope& norm, int channel_axis);
[[nodiscard]] at::Tensor layer_norm(const at::Tensor& x, const Scope& norm, bool centred);
[[nodiscard]] at::Tensor linear(const at::Tensor& x, const Scope& scope);

/// The standardised convolution weight, in the wide type.
[[nodiscard]] at::Tensor standardized_weight(const at::Tensor& weight, const at::Tensor& scale);
/// Standardised when the scope has a "scale" (else the weight is final, or plain of width 1).
[[nodiscard]] at::Tensor convolution(const at::Tensor& x, const Scope& conv);
[[nodiscard]] at::Tensor conv_block(const at::Tensor& x, const Scope& block);
[[nodiscard]] at::Tensor dna_embedder(const at::Tensor& one_hot, const Scope& scope);
[[nodiscard]] at::Tensor down_block(const at::Tensor& x, const Scope& scope);
[[nodiscard]] at::Tensor up_block(const at::Tensor& x, const at::Tensor& skip, const Scope& scope);
[[nodiscard]] at::Tensor max_pool2(const at::Tensor& x);
/// [N, L, C] -> [N, L / 16, C].
[[nodiscard]] at::Tensor mean_pool16(const at::Tensor& x);

[[nodiscard]] std::vector<double> rope_inverse_frequencies(std::int64_t width,
                                                           std::int64_t max_position);
/// Cosines and sines [positions, width / 2] in the wide type.
struct RopeTable {
    at::Tensor cosines;
    at::Tensor sines;
};
[[nodiscard]] RopeTable rope_table(const at::Tensor& positions,
                                   std::int64_t width,
                                   std::int64_t max_position,
                                   bool round_to_bf16);
/// `x` [..., width]; the table must broadcast to its leading axes.
[[nodiscard]] at::Tensor rotate(const at::Tensor& x, const RopeTable& table);

/// [2P, 2 * widths], distances -P .. P-1.
[[nodiscard]] at::Tensor distance_features(std::int64_t bins,
                                           std::int64_t widths,
                                           std::int64_t most_bins);
/// [..., P, 2P] by distance -> [..., P, P]: out[i, j] = x[i, j - i + P].
[[nodiscard]] at::Tensor by_pair(const at::Tensor& x);
[[nodiscard]] at::Tensor seq_to_pair(const at::Tensor& x, const Scope& scope);
[[nodiscard]] at::Tensor row_attention(const at::Tensor& pair, const Scope& scope);
[[nodiscard]] at::Tensor pair_mlp(const at::Tensor& pair, const Scope& scope);

/// Receives tensors by name, with their batch axis.
using TensorTap = std::function<void(const char* name, const at::Tensor& value)>;
/// `pair` may be undefined: the first update.
[[nodiscard]] at::Tensor pair_update(const at::Tensor& x,
                                     const at::Tensor& pair,
                                     const Scope& scope,
                                     const TensorTap& tap);

/// [N, heads, P, P], by pair bin: 16 tokens share a row.
[[nodiscard]] at::Tensor attention_bias(const at::Tensor& pair, const Scope& scope);
/// `bias` by pair bin, or by token [N, heads, L, L]. Queries go in blocks, so that no more than
/// about 256 MB of logits exist at a time (without gradients).
[[nodiscard]] at::Tensor attention(const at::Tensor& x, const at::Tensor& bias, const Scope& scope);
[[nodiscard]] at::Tensor mlp(const at::Tensor& x, const Scope& scope);

/// [N, L, trunk] -> [N, L, embedding].
[[nodiscard]] at::Tensor embedder_128bp(const at::Tensor& x, int organism, const Scope& scope);
/// The share of the 128-bp embedding [.., L, C] in the 1-bp one, per token.
[[nodiscard]] at::Tensor embedder_1bp_skip(const at::Tensor& embedding_128bp, const Scope& scope);
/// `x` [.., positions, channels], `skip` the rows of embedder_1bp_skip() at these positions.
[[nodiscard]] at::Tensor embedder_1bp(const at::Tensor& x,
                                      const at::Tensor& skip,
                                      int organism,
                                      const Scope& scope);
[[nodiscard]] at::Tensor embedder_pair(const at::Tensor& pair, int organism, const Scope& scope);

}  // namespace varhush::models::ag
