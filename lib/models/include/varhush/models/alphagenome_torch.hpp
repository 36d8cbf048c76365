#pragma once

#include "varhush/models/parity.hpp"
#include "varhush/models/sequence_model.hpp"
#include "varhush/nn/safetensors.hpp"

#include <ATen/core/TensorBody.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace varhush::models {

namespace ag {
class Network;
}  // namespace ag

enum class TorchPrecision {
    kFloat32,
    kBfloat16,  ///< for graphics cards; norms, attention logits, softmax and heads stay float32
    kFloat64,   ///< to check gradients
};

struct AlphaGenomeTorchOptions {
    std::string device = "cpu";  ///< LibTorch's text: "cpu", "cuda", "cuda:1"
    TorchPrecision precision = TorchPrecision::kFloat32;
    /// Keep every tensor as it is in the file, float32, with gradients; else convolutions are
    /// folded and kept in the computing type.
    bool trainable = false;
    /// Tokens of 128 bp whose encoder or decoder runs at a time; 0: by the free memory of the card,
    /// 256 on the processor.
    std::int64_t tile_tokens = 0;
};

/// What the heads read. N sequences of S bases, L = S / 128, P = S / 2048.
struct TorchEmbeddings {
    at::Tensor one_bp;  ///< [N, S, C]
    at::Tensor coarse;  ///< [N, L, C], 128 bp
    at::Tensor pair;    ///< [N, P, P, C]
};

/// The AlphaGenome architecture on LibTorch: for graphics cards, for gradients and for training. On
/// the processor the native engine is the faster one. Long sequences go through encoder and decoder
/// in tiles; where a card's memory does not suffice, tiles are halved, with a line in the log.
/// Source: Avsec et al. 2026; see docs/models/alphagenome.md.
class AlphaGenomeTorch final : public SequenceModel {
  public:
    /// Binds all tensors of alphagenome_layout(config) by name; F32, F16 and BF16 storage.
    /// @throws Error{kModel} for a missing, misshapen or left-over tensor.
    AlphaGenomeTorch(const nn::SafeTensors& file,
                     const AlphaGenomeConfig& config,
                     const AlphaGenomeTorchOptions& options = {});
    ~AlphaGenomeTorch() override;

    [[nodiscard]] const AlphaGenomeConfig& config() const override;
    [[nodiscard]] std::unique_ptr<SequencePass> run(std::span<const std::uint8_t> codes,
                                                    int organism) override;
    /// Sequences that fit into a tile together share one pass through encoder and tower.
    [[nodiscard]] std::vector<std::unique_ptr<SequencePass>> run_several(
        std::span<const std::vector<std::uint8_t>> sequences, int organism) override;
    /// Encodes only around what differs at equal positions: an insertion or deletion shifts all
    /// bases behind it, which are then computed again.
    [[nodiscard]] std::unique_ptr<SequencePass> run_edited(
        const SequencePass& reference,
        std::span<const std::uint8_t> codes,
        std::span<const SharedStretch> shared) override;
    [[nodiscard]] JunctionCounts junctions(const SpliceSiteRows& sites,
                                           const SiteEmbeddings& embeddings,
                                           int organism,
                                           std::span<const std::int32_t> tissues) override;
    void trace(std::span<const std::uint8_t> codes,
               int organism,
               const SpliceSiteRows* sites,
               const ActivationTap& tap) override;

    /// Gradient of sum(weights * output) with respect to the one-hot sequence, [S, 4] with columns
    /// A C G T. `weights` has the layout of the query's result. Computed stage by stage from kept
    /// inputs, so memory grows with a tile, not with the sequence's activations.
    [[nodiscard]] std::vector<float> input_gradient(std::span<const std::uint8_t> codes,
                                                    int organism,
                                                    const TrackQuery& query,
                                                    std::span<const float> weights);

    /// The whole network on one-hot sequences [N, 4, S], untiled and differentiable. Without
    /// `one_bp` the decoder does not run and that embedding stays undefined.
    [[nodiscard]] TorchEmbeddings embed(const at::Tensor& one_hot,
                                        int organism,
                                        bool one_bp = true) const;
    /// A track output on embeddings, as TrackQuery defines it, [N, bins, channels].
    [[nodiscard]] at::Tensor head(OutputType output,
                                  int resolution_bp,
                                  const TorchEmbeddings& embeddings,
                                  int organism) const;
    /// What the losses of a head see: genome tracks before soft clip, squashing and track mean are
    /// undone (docs/models/alphagenome.md, 7.1), [N, bins, channels], not below 0; splice sites
    /// before the softmax, [N, S, 5].
    [[nodiscard]] at::Tensor training_head(OutputType output,
                                           int resolution_bp,
                                           const TorchEmbeddings& embeddings,
                                           int organism) const;
    /// From now on norms use the mean square of the batch, which the running statistics take up by
    /// `share` a pass; 0 ends this. Only of a trainable network.
    void use_batch_statistics(double share);
    /// The learned tensors and running statistics by name, sharing storage with the network; only
    /// of a trainable one. Learned ones require a gradient.
    [[nodiscard]] const std::vector<std::pair<std::string, at::Tensor>>& tensors() const;
    /// From now on computes with `value` where tensor `name` of that shape stood; tensors() stays.
    /// Only of a trainable network.
    void replace(const std::string& name, const at::Tensor& value);

    /// Tokens in a tile now: what was asked for or found, halved as memory ran out.
    [[nodiscard]] std::int64_t tile_tokens() const noexcept { return tile_tokens_; }

  private:
    friend class TorchPass;

    /// Calls work(tile) with tiles halved for as long as memory runs out; keeps the last size.
    void in_tiles(const std::function<void(std::int64_t)>& work);
    [[nodiscard]] std::vector<std::unique_ptr<SequencePass>> run_group(
        std::span<const std::vector<std::uint8_t>> group, int organism);

    std::shared_ptr<ag::Network> network_;
    std::int64_t tile_tokens_ = 0;
};

/// One module of the modules fixture with its own weights.
[[nodiscard]] std::optional<ParityTensors> run_torch_module(const std::string& module,
                                                            const ParityTensors& weights,
                                                            const ParityTensors& inputs);

/// Calls work(size) with `size` halved, not below `least`, for as long as LibTorch reports that
/// memory does not suffice, each time with a line in the log. Returns the size that worked.
/// @throws std::bad_alloc when `least` does not fit either.
std::int64_t with_halving(std::int64_t size,
                          std::int64_t least,
                          const std::string& what,
                          const std::function<void(std::int64_t)>& work);

}  // namespace varhush::models
