#include "ag_decoder.hpp"

#include "ag_rows.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <string>

namespace varhush::models {

namespace {

constexpr std::int64_t kHalo = 2;
constexpr std::int64_t kChunk = 64;

// Positions of the coarser level that upsample to [begin, end).
PositionRange halved(const PositionRange& range) {
    return {range.begin / 2, (range.end + 1) / 2};
}

PositionRange clipped(const PositionRange& range, std::int64_t halo, std::int64_t length) {
    return {std::max<std::int64_t>(range.begin - halo, 0), std::min(range.end + halo, length)};
}

// What level `level + 1` has to give for `ranges` of level `level` of `length` positions.
std::vector<PositionRange> seen(std::span<const PositionRange> ranges, std::int64_t length) {
    std::vector<PositionRange> result;
    for (const auto& range : ranges) {
        result.push_back(halved(clipped(range, kHalo, length)));
    }
    return grown(result, kHalo, 0, length / 2);
}

// Places ranges with `extra` rows beside them one after the other; returns the rows in all.
std::int64_t place(std::span<const PositionRange> ranges,
                   std::int64_t extra,
                   std::vector<std::int64_t>& offsets) {
    offsets.clear();
    std::int64_t rows = 0;
    for (const auto& range : ranges) {
        offsets.push_back(rows);
        rows += range.size() + extra;
    }
    return rows;
}

// Calls body(row, position, range index) for all rows placed with `halo` extra rows on each side.
template <class Body>
void for_rows(const nn::Team& team,
              std::span<const PositionRange> ranges,
              std::span<const std::int64_t> offsets,
              std::int64_t halo,
              const Body& body) {
    struct Piece {
        std::size_t range;
        std::int64_t begin;
        std::int64_t end;
    };
    std::vector<Piece> pieces;
    for (std::size_t i = 0; i < ranges.size(); ++i) {
        for (std::int64_t p = ranges[i].begin - halo; p < ranges[i].end + halo; p += kChunk) {
            pieces.push_back({i, p, std::min(p + kChunk, ranges[i].end + halo)});
        }
    }
    team.run(static_cast<std::int64_t>(pieces.size()), [&](std::int64_t task, int) {
        const Piece& piece = pieces[static_cast<std::size_t>(task)];
        for (std::int64_t p = piece.begin; p < piece.end; ++p) {
            body(offsets[piece.range] + p - (ranges[piece.range].begin - halo), p, piece.range);
        }
    });
}

void activate_row(const Affine& norm, const float* in, std::int64_t columns, float* out) {
    nn::matrix_kernels().norm_gelu(
        {in, 0}, 1, columns, nullptr, norm.scale.data(), norm.shift.data(), {out, 0});
}

const float* find_row(const RaggedRows& rows, std::int64_t position) {
    const auto after =
        std::upper_bound(rows.ranges.begin(),
                         rows.ranges.end(),
                         position,
                         [](std::int64_t p, const PositionRange& r) { return p < r.begin; });
    VARHUSH_CHECK(after != rows.ranges.begin() && position < std::prev(after)->end);
    const auto index = static_cast<std::size_t>(std::prev(after) - rows.ranges.begin());
    return rows.rows.row(rows.offsets[index] + position - rows.ranges[index].begin);
}

}  // namespace

std::vector<PositionRange> grown(std::span<const PositionRange> ranges,
                                 std::int64_t halo,
                                 std::int64_t gap,
                                 std::int64_t length) {
    std::vector<PositionRange> result;
    for (const auto& range : ranges) {
        const PositionRange wide = clipped(range, halo, length);
        if (!result.empty() && wide.begin <= result.back().end + gap) {
            result.back().end = std::max(result.back().end, wide.end);
        } else {
            result.push_back(wide);
        }
    }
    return result;
}

AgDecoder::AgDecoder(AgWeights& weights,
                     const nn::Team& team,
                     const EncoderLevels& levels,
                     const nn::Matrix& tokens)
    : levels_(levels), tokens_(tokens) {
    for (int level = 0; level < kEncoderLevels; ++level) {
        const std::string name = "decoder.up_blocks." + std::to_string(kEncoderLevels - 1 - level);
        blocks_[static_cast<std::size_t>(level)] = {
            &weights.batch_norm(name + ".conv_in.norm"),
            &weights.standardized_conv(name + ".conv_in.conv", team),
            weights.vector(name + ".residual_scale").front(),
            &weights.batch_norm(name + ".pointwise.norm"),
            &weights.linear(name + ".pointwise.conv", team),
            &weights.batch_norm(name + ".conv_out.norm"),
            &weights.standardized_conv(name + ".conv_out.conv", team)};
    }
}

RaggedRows& AgDecoder::run(const nn::Team& team,
                           std::span<const PositionRange> ranges,
                           Scratch& scratch,
                           int stop_level) const {
    std::array<std::vector<PositionRange>, kEncoderLevels> wanted;
    wanted[static_cast<std::size_t>(stop_level)].assign(ranges.begin(), ranges.end());
    for (int level = stop_level; level + 1 < kEncoderLevels; ++level) {
        const auto at = static_cast<std::size_t>(level);
        wanted[at + 1] = seen(wanted[at], levels_[at].positions());
    }
    RaggedRows* previous = nullptr;
    for (int level = kEncoderLevels - 1; level >= stop_level; --level) {
        RaggedRows& out = previous == &scratch.even ? scratch.odd : scratch.even;
        out.ranges = std::move(wanted[static_cast<std::size_t>(level)]);
        up(team, level, previous, scratch, out);
        previous = &out;
    }
    VARHUSH_CHECK(previous != nullptr);
    return *previous;
}

// u = conv_in(x) + x at half the resolution, `length` positions.
void AgDecoder::convolve_lower(const nn::Team& team,
                               const UpBlock& block,
                               const RaggedRows* coarser,
                               std::int64_t length,
                               Scratch& scratch,
                               Lower& lower) const {
    const std::int64_t inputs = block.in_conv->depth();
    const std::int64_t channels = block.in_conv->columns();
    const std::int64_t lower_rows = place(lower.ranges, 2 * kHalo, lower.offsets);
    scratch.x.reshape(lower_rows, inputs);
    scratch.activated.reshape(lower_rows, inputs);
    for_rows(team,
             lower.ranges,
             lower.offsets,
             kHalo,
             [&](std::int64_t row, std::int64_t p, std::size_t) {
                 if (p < 0 || p >= length) {
                     scratch.x.zero_row(row);
                     scratch.activated.zero_row(row);
                     return;
                 }
                 const float* from = coarser == nullptr ? tokens_.row(p) : find_row(*coarser, p);
                 std::copy_n(from, scratch.x.padded(), scratch.x.row(row));
                 activate_row(*block.in_norm, from, scratch.x.padded(), scratch.activated.row(row));
             });
    scratch.lower.reshape(lower_rows, channels);
    nn::multiply(team,
                 {.in = scratch.activated.view(),
                  .rows = lower_rows - 2 * kHalo,
                  .weights = block.in_conv,
                  .residual = scratch.x.view().from(kHalo),
                  .residual_columns = channels,
                  .out = scratch.lower.view()});
}

// y = scale * u upsampled + pointwise(skip)
void AgDecoder::join_skip(const nn::Team& team,
                          const UpBlock& block,
                          const LevelRows& skip,
                          const Lower& lower,
                          Scratch& scratch,
                          RaggedRows& out) const {
    const std::int64_t length = skip.positions();
    const std::int64_t channels = block.in_conv->columns();
    const std::int64_t padded = nn::padded_columns(channels);
    const std::int64_t rows = place(out.ranges, 2 * kHalo, out.offsets);
    scratch.upsampled.reshape(rows, channels);
    scratch.activated.reshape(rows, channels);
    scratch.y.reshape(rows, channels);
    const float scale = block.residual_scale;
    for_rows(
        team, out.ranges, out.offsets, kHalo, [&](std::int64_t row, std::int64_t p, std::size_t i) {
            if (p < 0 || p >= length) {
                scratch.upsampled.zero_row(row);
                scratch.activated.zero_row(row);
                return;
            }
            const float* from = scratch.lower.row(lower.offsets[i] + p / 2 - lower.ranges[i].begin);
            float* to = scratch.upsampled.row(row);
            for (std::int64_t c = 0; c < padded; ++c) {
                to[c] = from[c] * scale;
            }
            activate_row(*block.point_norm, skip.row(p), padded, scratch.activated.row(row));
        });
    nn::multiply(team,
                 {.in = scratch.activated.view(),
                  .rows = rows,
                  .weights = block.point_conv,
                  .residual = scratch.upsampled.view(),
                  .residual_columns = channels,
                  .out = scratch.y.view()});
}

// out = y + conv_out(y)
void AgDecoder::convolve_out(const nn::Team& team,
                             const UpBlock& block,
                             std::int64_t length,
                             Scratch& scratch,
                             RaggedRows& out) const {
    const std::int64_t channels = block.in_conv->columns();
    const std::int64_t padded = nn::padded_columns(channels);
    const std::int64_t rows = scratch.y.rows();
    for_rows(
        team, out.ranges, out.offsets, kHalo, [&](std::int64_t row, std::int64_t p, std::size_t) {
            if (p < 0 || p >= length) {
                scratch.activated.zero_row(row);
            } else {
                activate_row(
                    *block.out_norm, scratch.y.row(row), padded, scratch.activated.row(row));
            }
        });
    out.rows.reshape(rows, channels);
    nn::multiply(team,
                 {.in = scratch.activated.view(),
                  .rows = rows - 2 * kHalo,
                  .weights = block.out_conv,
                  .residual = scratch.y.view().from(kHalo),
                  .residual_columns = channels,
                  .out = out.rows.view()});
}

void AgDecoder::up(const nn::Team& team,
                   int level,
                   const RaggedRows* coarser,
                   Scratch& scratch,
                   RaggedRows& out) const {
    const UpBlock& block = blocks_[static_cast<std::size_t>(level)];
    const LevelRows& skip = levels_[static_cast<std::size_t>(level)];
    Lower lower;
    for (const auto& range : out.ranges) {
        lower.ranges.push_back(halved(clipped(range, kHalo, skip.positions())));
    }
    convolve_lower(team, block, coarser, skip.positions() / 2, scratch, lower);
    join_skip(team, block, skip, lower, scratch, out);
    convolve_out(team, block, skip.positions(), scratch, out);
}

}  // namespace varhush::models
