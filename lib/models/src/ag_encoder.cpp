#include "ag_encoder.hpp"

#include "ag_rows.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace varhush::models {

namespace {

constexpr std::int64_t kHalo = 2;  // of a convolution of width 5
// Rows of a tile: 3 MB of activations a buffer, 0.8 % of its work done twice at the seams.
constexpr std::int64_t kTileRows = 960;
constexpr int kCodes = 5;

struct Scratch {
    nn::Matrix in;
    nn::Matrix activated;
    nn::Matrix middle;
};

struct Tile {
    PositionRange range;
    nn::Rows out;
};

std::vector<Tile> tiles_of(const std::vector<LevelRows::Room>& room) {
    std::vector<Tile> tiles;
    for (const auto& [range, rows] : room) {
        for (std::int64_t begin = range.begin; begin < range.end; begin += kTileRows) {
            tiles.push_back(
                {{begin, std::min(begin + kTileRows, range.end)}, rows.from(begin - range.begin)});
        }
    }
    return tiles;
}

// Many tiles: one thread each. Few: all threads on each.
template <class Body>
void for_tiles(const nn::Team& team, const std::vector<Tile>& tiles, const Body& body) {
    std::vector<Scratch> scratch(static_cast<std::size_t>(team.size()));
    const auto count = static_cast<std::int64_t>(tiles.size());
    if (count >= std::int64_t{4} * team.size()) {
        team.run(count, [&](std::int64_t i, int worker) {
            body(nn::Team(),
                 tiles[static_cast<std::size_t>(i)],
                 scratch[static_cast<std::size_t>(worker)]);
        });
        return;
    }
    for (const Tile& tile : tiles) {
        body(team, tile, scratch.front());
    }
}

void zero_outside(nn::Matrix& rows, std::int64_t first, std::int64_t length) {
    for (std::int64_t r = 0; r < rows.rows(); ++r) {
        if (first + r < 0 || first + r >= length) {
            rows.zero_row(r);
        }
    }
}

// The stem reads one-hot bases, so its product is a sum of one row of weights a tap; the table is
// [taps, codes, channels], zero for what is no base.
class Stem {
  public:
    explicit Stem(AgWeights& weights)
        : taps_(weights.config().stem_kernel),
          stride_(nn::padded_columns(weights.config().base_channels)),
          bias_(weights.vector("encoder.dna_embedder.conv1.bias")),
          table_(static_cast<std::size_t>(taps_ * kCodes * stride_), 0.0F) {
        const auto& w = weights.vector("encoder.dna_embedder.conv1.weight");
        for (std::int64_t c = 0; c < weights.config().base_channels; ++c) {
            for (int code = 0; code < 4; ++code) {
                for (std::int64_t tap = 0; tap < taps_; ++tap) {
                    table_[static_cast<std::size_t>((tap * kCodes + code) * stride_ + c)] =
                        w[static_cast<std::size_t>((c * 4 + code) * taps_ + tap)];
                }
            }
        }
    }

    void row(std::span<const std::uint8_t> codes, std::int64_t position, float* out) const {
        const auto length = static_cast<std::int64_t>(codes.size());
        std::array<const float*, 32> rows{};
        const float* start = bias_.data();
        std::int64_t tap = 0;
        do {
            int count = 0;
            for (; tap < taps_ && count < static_cast<int>(rows.size()); ++tap) {
                const std::int64_t at = position + tap - taps_ / 2;
                if (at >= 0 && at < length) {
                    const std::int64_t code = codes[static_cast<std::size_t>(at)];
                    rows[static_cast<std::size_t>(count++)] =
                        table_.data() + (tap * kCodes + code) * stride_;
                }
            }
            nn::matrix_kernels().add_rows(start, rows.data(), count, stride_, out);
            start = out;
        } while (tap < taps_);
    }

    [[nodiscard]] std::int64_t halo() const noexcept { return taps_ / 2; }

  private:
    std::int64_t taps_;
    std::int64_t stride_;
    const std::vector<float>& bias_;
    std::vector<float> table_;
};

struct ConvBlock {
    const Affine* norm;
    const nn::PackedMatrix* conv;
};

ConvBlock conv_block(AgWeights& weights, const nn::Team& team, const std::string& name) {
    return {&weights.batch_norm(name + ".norm"), &weights.standardized_conv(name + ".conv", team)};
}

// x = stem; out = x + block(x).
void first_level(const nn::Team& team,
                 const Stem& stem,
                 const ConvBlock& block,
                 std::span<const std::uint8_t> codes,
                 const Tile& tile,
                 Scratch& scratch) {
    const auto length = static_cast<std::int64_t>(codes.size());
    const std::int64_t channels = block.conv->columns();
    const std::int64_t first = tile.range.begin - kHalo;
    const std::int64_t rows = tile.range.size() + 2 * kHalo;
    scratch.in.reshape(rows, channels);
    scratch.activated.reshape(rows, channels);
    team.run((rows + 63) / 64, [&](std::int64_t chunk, int) {
        for (std::int64_t r = chunk * 64; r < std::min(rows, chunk * 64 + 64); ++r) {
            stem.row(codes, first + r, scratch.in.row(r));
        }
    });
    norm_gelu_rows(team, *block.norm, scratch.in.view(), rows, channels, scratch.activated.view());
    zero_outside(scratch.activated, first, length);
    nn::multiply(team,
                 {.in = scratch.activated.view(),
                  .rows = tile.range.size(),
                  .weights = block.conv,
                  .residual = scratch.in.view().from(kHalo),
                  .residual_columns = channels,
                  .out = tile.out});
}

void pool_row(const LevelRows& finer, std::int64_t position, std::int64_t columns, float* out) {
    nn::matrix_kernels().maximum(
        finer.row(2 * position), finer.row(2 * position + 1), columns, out);
}

// y = block1(x) + x (missing channels zero); out = y + block2(y), with x the pooled finer level.
void next_level(const nn::Team& team,
                const ConvBlock& first_block,
                const ConvBlock& second_block,
                const LevelRows& finer,
                const Tile& tile,
                Scratch& scratch) {
    const std::int64_t length = finer.positions() / 2;
    const std::int64_t inputs = finer.channels();
    const std::int64_t channels = first_block.conv->columns();
    const std::int64_t first = tile.range.begin - 2 * kHalo;
    const std::int64_t rows = tile.range.size() + 4 * kHalo;
    scratch.in.reshape(rows, inputs);
    scratch.activated.reshape(rows, std::max(inputs, channels));
    scratch.middle.reshape(rows - 2 * kHalo, channels);
    team.run((rows + 63) / 64, [&](std::int64_t chunk, int) {
        for (std::int64_t r = chunk * 64; r < std::min(rows, chunk * 64 + 64); ++r) {
            if (first + r < 0 || first + r >= length) {
                scratch.in.zero_row(r);
            } else {
                pool_row(finer, first + r, scratch.in.padded(), scratch.in.row(r));
            }
        }
    });
    norm_gelu_rows(
        team, *first_block.norm, scratch.in.view(), rows, inputs, scratch.activated.view());
    zero_outside(scratch.activated, first, length);
    nn::multiply(team,
                 {.in = scratch.activated.view(),
                  .rows = rows - 2 * kHalo,
                  .weights = first_block.conv,
                  .residual = scratch.in.view().from(kHalo),
                  .residual_columns = inputs,
                  .out = scratch.middle.view()});
    scratch.activated.reshape(rows - 2 * kHalo, channels);
    norm_gelu_rows(team,
                   *second_block.norm,
                   scratch.middle.view(),
                   rows - 2 * kHalo,
                   channels,
                   scratch.activated.view());
    zero_outside(scratch.activated, first + kHalo, length);
    nn::multiply(team,
                 {.in = scratch.activated.view(),
                  .rows = tile.range.size(),
                  .weights = second_block.conv,
                  .residual = scratch.middle.view().from(kHalo),
                  .residual_columns = channels,
                  .out = tile.out});
}

}  // namespace

LevelRows::LevelRows(std::int64_t positions, std::int64_t channels)
    : positions_(positions), channels_(channels) {
    own_ranges_.push_back({0, positions});
    own_.emplace_back(positions, channels);
    segments_.push_back({0, positions, own_.back().row(0)});
}

LevelRows::LevelRows(const LevelRows& reference, const Stretches& stretches)
    : positions_(reference.positions_), channels_(reference.channels_) {
    const std::int64_t stride = nn::Matrix::stride_of(channels_);
    for (const auto& stretch : stretches) {
        // One stretch may lie over several segments of the reference, when that is edited itself.
        std::int64_t done = 0;
        while (done < stretch.length) {
            const std::int64_t at = stretch.reference_begin + done;
            const auto segment = std::prev(
                std::upper_bound(reference.segments_.begin(),
                                 reference.segments_.end(),
                                 at,
                                 [](std::int64_t p, const Segment& s) { return p < s.begin; }));
            const std::int64_t count = std::min(stretch.length - done, segment->end - at);
            segments_.push_back({stretch.edited_begin + done,
                                 stretch.edited_begin + done + count,
                                 segment->first + (at - segment->begin) * stride});
            done += count;
        }
    }
    own_ranges_ = uncovered(stretches, positions_);
    for (const auto& range : own_ranges_) {
        own_.emplace_back(range.size(), channels_);
        segments_.push_back({range.begin, range.end, own_.back().row(0)});
    }
    std::sort(segments_.begin(), segments_.end(), [](const Segment& a, const Segment& b) {
        return a.begin < b.begin;
    });
}

const float* LevelRows::row(std::int64_t position) const {
    const auto segment = segments_.size() == 1
                             ? segments_.begin()
                             : std::prev(std::upper_bound(
                                   segments_.begin(),
                                   segments_.end(),
                                   position,
                                   [](std::int64_t p, const Segment& s) { return p < s.begin; }));
    return segment->first + (position - segment->begin) * nn::Matrix::stride_of(channels_);
}

std::vector<LevelRows::Room> LevelRows::room() {
    std::vector<Room> result;
    for (std::size_t i = 0; i < own_.size(); ++i) {
        result.push_back({own_ranges_[i], own_[i].view()});
    }
    return result;
}

EncoderLevels encode(AgWeights& weights,
                     const nn::Team& team,
                     std::span<const std::uint8_t> codes,
                     const EncoderLevels* reference,
                     const Stretches& shared) {
    EncoderLevels levels;
    auto length = static_cast<std::int64_t>(codes.size());
    const Stem stem(weights);
    Stretches stretches = behind_convolution(shared, stem.halo() + kHalo, length);
    for (int level = 0; level < kEncoderLevels; ++level) {
        auto& rows = levels[static_cast<std::size_t>(level)];
        if (level > 0) {
            length /= 2;
            stretches = behind_convolution(behind_pooling(stretches), 2 * kHalo, length);
        }
        rows = reference == nullptr
                   ? LevelRows(length, weights.config().level_channels(level))
                   : LevelRows((*reference)[static_cast<std::size_t>(level)], stretches);
        const auto tiles = tiles_of(rows.room());
        if (level == 0) {
            const auto block = conv_block(weights, team, "encoder.dna_embedder.block");
            for_tiles(team, tiles, [&](const nn::Team& some, const Tile& tile, Scratch& scratch) {
                first_level(some, stem, block, codes, tile, scratch);
            });
            continue;
        }
        const std::string name = "encoder.down_blocks." + std::to_string(level - 1);
        const auto first_block = conv_block(weights, team, name + ".block1");
        const auto second_block = conv_block(weights, team, name + ".block2");
        const auto& finer = levels[static_cast<std::size_t>(level - 1)];
        for_tiles(team, tiles, [&](const nn::Team& some, const Tile& tile, Scratch& scratch) {
            next_level(some, first_block, second_block, finer, tile, scratch);
        });
    }
    return levels;
}

nn::Matrix trunk_input(const EncoderLevels& levels) {
    const LevelRows& last = levels.back();
    nn::Matrix trunk(last.positions() / 2, last.channels());
    for (std::int64_t token = 0; token < trunk.rows(); ++token) {
        pool_row(last, token, trunk.padded(), trunk.row(token));
    }
    return trunk;
}

}  // namespace varhush::models
