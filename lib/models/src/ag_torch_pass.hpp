#pragma once

#include "ag_torch_network.hpp"
#include "varhush/models/alphagenome_torch.hpp"

#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace varhush::models {

/// Ranges of `wanted` tokens, gaps of up to `gap` tokens included, none longer than `longest`.
[[nodiscard]] std::vector<ag::TokenRange> token_ranges(const std::vector<bool>& wanted,
                                                       std::int64_t gap,
                                                       std::int64_t longest);

/// Encodes tokens `range` of a sequence, whose one-hot code is [1, 4, S], exactly as if the whole
/// were encoded.
[[nodiscard]] ag::Encoded encode_range(const ag::Network& network,
                                       const at::Tensor& one_hot,
                                       ag::TokenRange range);

/// Writes `part` into tokens `range` of `whole`, which is allocated at need for `tokens` tokens.
void put_part(ag::Encoded& whole,
              const ag::Encoded& part,
              ag::TokenRange range,
              std::int64_t tokens);

/// A VARHUSH_CHECK of everything that TrackQuery promises, for a sequence of `length_bp`.
void check_query(const AlphaGenomeConfig& config, const TrackQuery& query, std::int64_t length_bp);

/// Values as float32 on the processor, C order.
[[nodiscard]] std::vector<float> to_floats(const at::Tensor& tensor);

class TorchPass final : public SequencePass {
  public:
    TorchPass(AlphaGenomeTorch& model,
              std::vector<std::uint8_t> codes,
              int organism,
              ag::Encoded encoded,
              ag::TowerState state)
        : model_(model),
          network_(model.network_),
          codes_(std::move(codes)),
          organism_(organism),
          encoded_(std::move(encoded)),
          state_(std::move(state)) {}

    [[nodiscard]] std::int64_t length_bp() const override {
        return static_cast<std::int64_t>(codes_.size());
    }
    [[nodiscard]] std::vector<std::vector<float>> tracks(
        std::span<const TrackQuery> queries) override;
    [[nodiscard]] std::vector<float> embeddings_1bp(
        std::span<const std::int64_t> positions) override;
    [[nodiscard]] std::vector<float> contact_maps(PositionRange rows,
                                                  PositionRange columns,
                                                  std::span<const std::int32_t> channels) override;

    [[nodiscard]] const AlphaGenomeTorch& model() const noexcept { return model_; }
    [[nodiscard]] const std::vector<std::uint8_t>& codes() const noexcept { return codes_; }
    [[nodiscard]] int organism() const noexcept { return organism_; }
    [[nodiscard]] const ag::Encoded& encoded() const noexcept { return encoded_; }

  private:
    [[nodiscard]] std::int64_t tokens() const { return length_bp() / kTokenBp; }
    [[nodiscard]] const at::Tensor& coarse();  // [1, L, C]

    /// Gets ascending positions and their 1-bp embeddings [n, C].
    using Visitor = std::function<void(std::span<const std::int64_t>, const at::Tensor&)>;
    /// Decodes what is needed for `positions` (ascending), in tiles.
    void visit_1bp(const std::vector<std::int64_t>& positions,
                   std::int64_t tile,
                   const Visitor& visitor);
    void tracks_1bp(std::span<const TrackQuery> queries,
                    std::int64_t tile,
                    std::vector<std::vector<float>>& results);

    AlphaGenomeTorch& model_;
    std::shared_ptr<ag::Network> network_;
    std::vector<std::uint8_t> codes_;
    int organism_;
    ag::Encoded encoded_;
    ag::TowerState state_;
    at::Tensor coarse_, skip_, pair_;
};

}  // namespace varhush::models
