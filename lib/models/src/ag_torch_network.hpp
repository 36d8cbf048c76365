#pragma once

#include "ag_torch_layers.hpp"
#include "varhush/models/alphagenome_torch.hpp"
#include "varhush/nn/safetensors.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace varhush::models::ag {

/// Bases [begin * 128, end * 128) of a sequence.
struct TokenRange {
    std::int64_t begin = 0;
    std::int64_t end = 0;

    [[nodiscard]] std::int64_t size() const noexcept { return end - begin; }
    /// Wider by `halo` to both sides, inside [0, tokens).
    [[nodiscard]] TokenRange widened(std::int64_t halo, std::int64_t tokens) const noexcept;
};

/// [N, C, length] each: skips at 1, 2, … 64 bp and the trunk at 128 bp.
struct Encoded {
    std::array<at::Tensor, kEncoderLevels> skips;
    at::Tensor trunk;

    /// The same for tokens [range.begin, range.end) of it; shares storage.
    [[nodiscard]] Encoded part(TokenRange range) const;
};

/// The residual stream of the tower; `pair` is undefined before the first block.
struct TowerState {
    at::Tensor x;     ///< [N, L, trunk]
    at::Tensor pair;  ///< [N, P, P, C]
};

/// The network's weights on their device, and its stages. All stages are differentiable.
class Network {
  public:
    Network(const nn::SafeTensors& file,
            const AlphaGenomeConfig& config,
            const AlphaGenomeTorchOptions& options);

    [[nodiscard]] const AlphaGenomeConfig& config() const noexcept { return config_; }
    [[nodiscard]] const at::Device& device() const noexcept { return device_; }
    [[nodiscard]] const Numerics& numerics() const noexcept { return numerics_; }
    void use_batch_statistics(double share) noexcept { numerics_.batch_statistics = share; }
    [[nodiscard]] const std::vector<std::pair<std::string, at::Tensor>>& named() const noexcept {
        return named_;
    }
    void replace(const std::string& name, const at::Tensor& value);
    [[nodiscard]] Scope root() const { return {tensors_, numerics_}; }
    [[nodiscard]] Scope head(OutputType output) const;

    /// Tokens to each side that change what a convolution stack computes for a token.
    [[nodiscard]] std::int64_t encoder_halo() const;
    [[nodiscard]] std::int64_t decoder_halo() const;

    /// [1, 4, length] in the computing type, on the device.
    [[nodiscard]] at::Tensor one_hot(std::span<const std::uint8_t> codes) const;
    [[nodiscard]] Encoded encode(const at::Tensor& one_hot) const;
    [[nodiscard]] TowerState enter_tower(const at::Tensor& trunk, int organism) const;
    [[nodiscard]] TowerState tower_block(int block,
                                         const TowerState& state,
                                         const TensorTap& tap = {}) const;
    /// `x` [N, tokens, trunk] and the skips of the same tokens -> [N, C, bases]. `tap` gets the
    /// blocks' outputs.
    [[nodiscard]] at::Tensor decode(const at::Tensor& x,
                                    const std::array<at::Tensor, kEncoderLevels>& skips,
                                    const TensorTap& tap = {}) const;
    [[nodiscard]] at::Tensor embed_128bp(const at::Tensor& x, int organism) const;
    /// 1-bp embeddings [n, C] at `positions` (int64, in decoded bases) of one decoded sequence
    /// [1, C, bases] whose tokens have the skips [tokens, C] of embedder_1bp_skip().
    [[nodiscard]] at::Tensor embed_1bp(const at::Tensor& decoded,
                                       const at::Tensor& skip,
                                       const at::Tensor& positions,
                                       int organism) const;
    /// Values of an output at rows [n, C] of its embedding: experimental-space tracks, splice site
    /// probabilities, usage.
    [[nodiscard]] at::Tensor values(OutputType output,
                                    int resolution_bp,
                                    const at::Tensor& embedding,
                                    int organism,
                                    const at::Tensor& channels) const;
    /// Undefined for an empty list, which means all.
    [[nodiscard]] at::Tensor index(std::span<const std::int32_t> channels) const;
    [[nodiscard]] at::Tensor index(std::span<const std::int64_t> positions) const;

  private:
    void load(const nn::SafeTensors& file, bool trainable);
    void fold_convolutions();

    AlphaGenomeConfig config_;
    Numerics numerics_;
    at::Device device_;
    TensorMap tensors_;
    std::vector<std::pair<std::string, at::Tensor>> named_;
};

}  // namespace varhush::models::ag
