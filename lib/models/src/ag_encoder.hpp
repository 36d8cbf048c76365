#pragma once

#include "ag_weights.hpp"
#include "shared_stretches.hpp"
#include "varhush/models/sequence_model.hpp"
#include "varhush/nn/packed_matrix.hpp"

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace varhush::models {

/// The skip activations of one level, [positions, channels]: rows of its own, and rows shared with
/// the levels of a reference pass.
class LevelRows {
  public:
    struct Segment {
        std::int64_t begin = 0;
        std::int64_t end = 0;
        const float* first = nullptr;  ///< row `begin`
    };

    LevelRows() = default;
    LevelRows(std::int64_t positions, std::int64_t channels);
    /// Rows `stretches` are those of `reference` (which must outlive this); the rest is room.
    LevelRows(const LevelRows& reference, const Stretches& stretches);
    LevelRows(LevelRows&&) = default;
    LevelRows& operator=(LevelRows&&) = default;
    LevelRows(const LevelRows&) = delete;
    LevelRows& operator=(const LevelRows&) = delete;
    ~LevelRows() = default;

    [[nodiscard]] std::int64_t positions() const noexcept { return positions_; }
    [[nodiscard]] std::int64_t channels() const noexcept { return channels_; }
    [[nodiscard]] const float* row(std::int64_t position) const;
    /// Ranges that have to be computed, and where their rows go.
    struct Room {
        PositionRange range;
        nn::Rows rows;
    };
    [[nodiscard]] std::vector<Room> room();

  private:
    std::int64_t positions_ = 0;
    std::int64_t channels_ = 0;
    std::vector<Segment> segments_;
    std::vector<PositionRange> own_ranges_;
    std::vector<nn::Matrix> own_;
};

using EncoderLevels = std::array<LevelRows, kEncoderLevels>;

/// Encoder of one sequence: skips of all levels. `reference` null: everything is computed, else
/// only what `shared` does not cover.
[[nodiscard]] EncoderLevels encode(AgWeights& weights,
                                   const nn::Team& team,
                                   std::span<const std::uint8_t> codes,
                                   const EncoderLevels* reference,
                                   const Stretches& shared);

/// Pooled last level, [tokens, trunk_dim], before the organism embedding.
[[nodiscard]] nn::Matrix trunk_input(const EncoderLevels& levels);

}  // namespace varhush::models
