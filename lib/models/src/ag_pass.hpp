#pragma once

#include "ag_decoder.hpp"
#include "ag_encoder.hpp"
#include "ag_pair.hpp"
#include "ag_trace.hpp"
#include "varhush/models/sequence_model.hpp"

#include <functional>
#include <optional>

namespace varhush::models {

/// A pass of the native engine. `weights` and `team` must outlive it.
class AgPass final : public SequencePass {
  public:
    /// Runs encoder and tower. `reference` null: a whole run.
    AgPass(AgWeights& weights,
           const nn::Team& team,
           std::span<const std::uint8_t> codes,
           int organism,
           const AgPass* reference,
           const Stretches& shared,
           const AgTrace& trace);

    [[nodiscard]] std::int64_t length_bp() const override { return length_; }
    [[nodiscard]] int organism() const noexcept { return organism_; }
    [[nodiscard]] const std::vector<std::uint8_t>& codes() const noexcept { return codes_; }

    [[nodiscard]] std::vector<std::vector<float>> tracks(
        std::span<const TrackQuery> queries) override;
    [[nodiscard]] std::vector<float> embeddings_1bp(
        std::span<const std::int64_t> positions) override;
    [[nodiscard]] std::vector<float> contact_maps(PositionRange rows,
                                                  PositionRange columns,
                                                  std::span<const std::int32_t> channels) override;

    /// Everything behind the tower, for tracing.
    void trace_outputs(const AgTrace& trace);

  private:
    struct Scratch {
        AgDecoder::Scratch decoder;
        RaggedRows embedding;
        nn::Matrix head;
    };
    using EmbeddingUser =
        std::function<void(const nn::Team& team, RaggedRows& embedding, Scratch& scratch)>;

    void check_numbers() const;
    void check_query(const TrackQuery& query) const;
    const nn::Matrix& tokens_embedding();  // 128 bp, finished
    void prepare_decoder();
    /// Runs decoder and 1-bp embedder over `ranges` (ascending, disjoint), tile by tile.
    void for_embeddings(const std::vector<PositionRange>& ranges, const EmbeddingUser& use);
    void embed(const nn::Team& team, RaggedRows& decoded, Scratch& scratch);
    [[nodiscard]] std::vector<float> pair_embedding_row(std::int64_t i,
                                                        const PositionRange& columns);
    void trace_decoder(const AgTrace& trace);
    void trace_heads(const AgTrace& trace);

    AgWeights& weights_;
    nn::Team team_;
    std::vector<std::uint8_t> codes_;
    std::int64_t length_;
    int organism_;
    EncoderLevels levels_;
    nn::Matrix tokens_;
    PairState pair_;
    nn::Matrix tokens_embedding_;
    nn::Matrix skip_projection_;
    std::optional<AgDecoder> decoder_;
    const nn::PackedMatrix* project_in_ = nullptr;
    const Affine* embedding_norm_ = nullptr;
    std::vector<Scratch> scratch_;
};

}  // namespace varhush::models
