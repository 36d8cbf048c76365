#pragma once

#include "ag_weights.hpp"
#include "varhush/models/sequence_model.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace varhush::models {

/// One head of one organism, for chosen channels: from rows of an embedding to values in
/// experimental space, class probabilities or usage.
class AgHead {
  public:
    /// Packs the weights of `query`'s channels alone.
    AgHead(AgWeights& weights, const nn::Team& team, const TrackQuery& query, int organism);

    /// Values a row of the output has.
    [[nodiscard]] std::int64_t columns() const noexcept {
        return picked_.empty() ? matrix_->columns() : static_cast<std::int64_t>(picked_.size());
    }

    /// `rows` rows of the embedding into `out`, [rows, columns()] without padding.
    void run(const nn::Team& team,
             nn::ConstRows embedding,
             std::int64_t rows,
             nn::Matrix& scratch,
             float* out) const;

    /// The same, before unscaling or squashing: model space of genome tracks (softplus and scale),
    /// logits of the others. For tracing.
    void run_raw(const nn::Team& team,
                 nn::ConstRows embedding,
                 std::int64_t rows,
                 nn::Matrix& scratch,
                 float* out) const;

  private:
    enum class Finish { kTracks, kSquashedTracks, kSoftmax, kSigmoid };

    void multiply(const nn::Team& team,
                  nn::ConstRows embedding,
                  std::int64_t rows,
                  nn::Matrix& scratch) const;
    void finish(nn::Rows rows, std::int64_t count) const;
    [[nodiscard]] std::vector<float> chosen(const std::vector<float>& all,
                                            std::span<const std::int32_t> channels) const;

    void copy_row(const float* row, float* out) const;

    const nn::PackedMatrix* matrix_;
    std::vector<std::int32_t> picked_;  // classes taken after the softmax over all; empty: all
    Finish finish_ = Finish::kTracks;
    std::vector<float> gain_;
    std::vector<float> factor_;
};

}  // namespace varhush::models
