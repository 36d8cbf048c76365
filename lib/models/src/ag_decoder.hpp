#pragma once

#include "ag_encoder.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace varhush::models {

/// Rows of several ranges of positions in one matrix: range i begins at row offsets[i]. Between
/// ranges lie rows without meaning.
struct RaggedRows {
    std::vector<PositionRange> ranges;
    std::vector<std::int64_t> offsets;
    nn::Matrix rows;

    [[nodiscard]] float* row(std::size_t range, std::int64_t position) {
        return rows.row(offsets[range] + position - ranges[range].begin);
    }
};

/// Decoder of one sequence, run only where its output is wanted: each level computes the positions
/// that the next one sees, with the exact halo. Several ranges share the products of a level.
class AgDecoder {
  public:
    struct UpBlock {
        const Affine* in_norm;
        const nn::PackedMatrix* in_conv;
        float residual_scale;
        const Affine* point_norm;
        const nn::PackedMatrix* point_conv;
        const Affine* out_norm;
        const nn::PackedMatrix* out_conv;
    };
    struct Scratch {
        RaggedRows even;
        RaggedRows odd;
        nn::Matrix x;
        nn::Matrix activated;
        nn::Matrix lower;
        nn::Matrix upsampled;
        nn::Matrix y;
    };

    /// `levels` and `tokens` (the tower's output) must outlive this. Packs the decoder's weights.
    AgDecoder(AgWeights& weights,
              const nn::Team& team,
              const EncoderLevels& levels,
              const nn::Matrix& tokens);

    /// Output [positions of `ranges`, base_channels]; `ranges` ascending, disjoint. The result lies
    /// in `scratch`. For use from several threads at once, each with its scratch.
    /// `stop_level` > 0 stops after that level (positions then count in its bins), for tracing.
    RaggedRows& run(const nn::Team& team,
                    std::span<const PositionRange> ranges,
                    Scratch& scratch,
                    int stop_level = 0) const;

  private:
    /// Ranges of the coarser level that upsample to those of a block, and where their rows lie.
    struct Lower {
        std::vector<PositionRange> ranges;
        std::vector<std::int64_t> offsets;
    };
    void convolve_lower(const nn::Team& team,
                        const UpBlock& block,
                        const RaggedRows* coarser,
                        std::int64_t length,
                        Scratch& scratch,
                        Lower& lower) const;
    void join_skip(const nn::Team& team,
                   const UpBlock& block,
                   const LevelRows& skip,
                   const Lower& lower,
                   Scratch& scratch,
                   RaggedRows& out) const;
    void convolve_out(const nn::Team& team,
                      const UpBlock& block,
                      std::int64_t length,
                      Scratch& scratch,
                      RaggedRows& out) const;
    void up(const nn::Team& team,
            int level,
            const RaggedRows* coarser,
            Scratch& scratch,
            RaggedRows& out) const;

    const EncoderLevels& levels_;
    const nn::Matrix& tokens_;
    std::array<UpBlock, kEncoderLevels> blocks_{};  // by level, 0 is 1 bp
};

/// Ranges grown by `halo` within [0, length), those that then touch or come closer than `gap`
/// joined.
[[nodiscard]] std::vector<PositionRange> grown(std::span<const PositionRange> ranges,
                                               std::int64_t halo,
                                               std::int64_t gap,
                                               std::int64_t length);

}  // namespace varhush::models
