#include "ag_pass.hpp"

#include "ag_heads.hpp"
#include "ag_rows.hpp"
#include "ag_tower.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace varhush::models {

namespace {

// Positions of a tile: the coarse levels of the decoder do 2 % of its work twice at the seams.
constexpr std::int64_t kTilePositions = 2048;
// Ranges nearer than this share their halo: computing the gap costs no more.
constexpr std::int64_t kJoinGap = 8;

// What a range costs besides its positions: its halo, at all levels together.
constexpr std::int64_t kTileHalo = 16;

using Tile = std::vector<PositionRange>;

// Cuts ranges into tiles of about kTilePositions positions, several small ranges to a tile.
std::vector<Tile> tiles_of(const std::vector<PositionRange>& ranges) {
    std::vector<Tile> tiles;
    std::int64_t room = 0;
    for (const auto& range : ranges) {
        for (std::int64_t begin = range.begin; begin < range.end;) {
            if (room <= 0) {
                tiles.emplace_back();
                room = kTilePositions;
            }
            const std::int64_t end = std::min(range.end, begin + room);
            tiles.back().push_back({begin, end});
            room -= end - begin + kTileHalo;
            begin = end;
        }
    }
    return tiles;
}

std::vector<PositionRange> union_of(std::vector<PositionRange> ranges, std::int64_t length) {
    std::erase_if(ranges, [](const PositionRange& range) { return range.size() == 0; });
    std::sort(ranges.begin(), ranges.end(), [](const PositionRange& a, const PositionRange& b) {
        return a.begin < b.begin;
    });
    return grown(ranges, 0, kJoinGap, length);
}

/// Where the rows of a query's positions go.
struct QueryRows {
    const TrackQuery* query;
    std::vector<std::int64_t> first_row;  // of each range
    AgHead head;
    float* out;
};

std::int64_t place_rows(const TrackQuery& query, std::vector<std::int64_t>& first_row) {
    std::int64_t rows = 0;
    for (const auto& range : query.bins) {
        first_row.push_back(rows);
        rows += range.size();
    }
    return rows;
}

}  // namespace

AgPass::AgPass(AgWeights& weights,
               const nn::Team& team,
               std::span<const std::uint8_t> codes,
               int organism,
               const AgPass* reference,
               const Stretches& shared,
               const AgTrace& trace)
    : weights_(weights),
      team_(team),
      codes_(codes.begin(), codes.end()),
      length_(static_cast<std::int64_t>(codes.size())),
      organism_(organism),
      levels_(encode(
          weights, team, codes, reference == nullptr ? nullptr : &reference->levels_, shared)),
      tokens_(trunk_input(levels_)),
      scratch_(static_cast<std::size_t>(team.size())) {
    for (int level = 0; trace.wanted() && level < kEncoderLevels; ++level) {
        const LevelRows& rows = levels_[static_cast<std::size_t>(level)];
        trace.columns("enc.skip_" + std::to_string(1 << level) + "_NCL",
                      {rows.row(0), nn::Matrix::stride_of(rows.channels())},
                      rows.positions(),
                      rows.channels());
    }
    trace.columns("enc.trunk_NCL", tokens_.view(), tokens_.rows(), tokens_.columns());
    const auto& embedding = weights.organism_vector("organism_embed.weight", organism);
    for (std::int64_t token = 0; token < tokens_.rows(); ++token) {
        for (std::int64_t c = 0; c < tokens_.columns(); ++c) {
            tokens_.row(token)[c] += embedding[static_cast<std::size_t>(c)];
        }
    }
    run_tower(weights, team, tokens_, pair_, trace);
    check_numbers();
}

// Weights that are no numbers, or activations beyond float32, end here: everything behind the tower
// would be wrong everywhere.
void AgPass::check_numbers() const {
    for (std::int64_t token = 0; token < tokens_.rows(); ++token) {
        const float* row = tokens_.row(token);
        if (!std::all_of(row, row + tokens_.columns(), [](float x) { return std::isfinite(x); })) {
            throw Error(ErrorKind::kModel,
                        "the model's activations are not numbers",
                        "'varhush model verify' looks for damaged weights");
        }
    }
}

const nn::Matrix& AgPass::tokens_embedding() {
    if (tokens_embedding_.rows() == 0) {
        const auto& project = weights_.linear("embedder_128bp.project_in", team_);
        tokens_embedding_.reshape(tokens_.rows(), project.columns());
        nn::multiply(team_,
                     {.in = tokens_.view(),
                      .rows = tokens_.rows(),
                      .weights = &project,
                      .residual = {},
                      .out = tokens_embedding_.view()});
        norm_gelu_rows(
            team_,
            weights_.batch_norm(
                "embedder_128bp.norm", "embedder_128bp.organism_embed.weight", organism_),
            tokens_embedding_.view(),
            tokens_.rows(),
            project.columns(),
            tokens_embedding_.view());
    }
    return tokens_embedding_;
}

void AgPass::prepare_decoder() {
    if (decoder_) {
        return;
    }
    decoder_.emplace(weights_, team_, levels_, tokens_);
    const auto& tokens = tokens_embedding();
    const auto& project = weights_.linear("embedder_1bp.project_skip", team_);
    skip_projection_.reshape(tokens.rows(), project.columns());
    nn::multiply(team_,
                 {.in = tokens.view(),
                  .rows = tokens.rows(),
                  .weights = &project,
                  .residual = {},
                  .out = skip_projection_.view()});
    // Made here, because tiles run in several threads and the weights are not for that.
    project_in_ = &weights_.linear("embedder_1bp.project_in", team_);
    embedding_norm_ =
        &weights_.batch_norm("embedder_1bp.norm", "embedder_1bp.organism_embed.weight", organism_);
}

void AgPass::embed(const nn::Team& team, RaggedRows& decoded, Scratch& scratch) {
    const auto& project = *project_in_;
    const auto& norm = *embedding_norm_;
    RaggedRows& out = scratch.embedding;
    out.ranges = decoded.ranges;
    out.offsets = decoded.offsets;
    const std::int64_t rows = decoded.offsets.back() + decoded.ranges.back().size();
    out.rows.reshape(rows, project.columns());
    nn::multiply(team,
                 {.in = decoded.rows.view(),
                  .rows = rows,
                  .weights = &project,
                  .residual = {},
                  .out = out.rows.view()});
    for (std::size_t i = 0; i < out.ranges.size(); ++i) {
        const auto& range = out.ranges[i];
        const std::int64_t first = range.begin / kTokenBp;
        const std::int64_t last = (range.end - 1) / kTokenBp;
        team.run(last - first + 1, [&](std::int64_t t, int) {
            const std::int64_t token = first + t;
            const std::int64_t begin = std::max(range.begin, token * kTokenBp);
            const std::int64_t end = std::min(range.end, (token + 1) * kTokenBp);
            const nn::Rows piece{out.row(i, begin), nn::Matrix::stride_of(out.rows.columns())};
            nn::matrix_kernels().norm_gelu(piece,
                                           end - begin,
                                           out.rows.padded(),
                                           skip_projection_.row(token),
                                           norm.scale.data(),
                                           norm.shift.data(),
                                           piece);
        });
    }
}

void AgPass::for_embeddings(const std::vector<PositionRange>& ranges, const EmbeddingUser& use) {
    prepare_decoder();
    const auto tiles = tiles_of(ranges);
    const auto count = static_cast<std::int64_t>(tiles.size());
    const auto one = [&](const nn::Team& team, std::int64_t index, int worker) {
        auto& scratch = scratch_[static_cast<std::size_t>(worker)];
        embed(team,
              decoder_->run(team, tiles[static_cast<std::size_t>(index)], scratch.decoder),
              scratch);
        use(team, scratch.embedding, scratch);
    };
    if (count >= std::int64_t{4} * team_.size()) {
        team_.run(count, [&](std::int64_t i, int worker) { one(nn::Team(), i, worker); });
        return;
    }
    for (std::int64_t i = 0; i < count; ++i) {
        one(team_, i, 0);
    }
}

void AgPass::check_query(const TrackQuery& query) const {
    VARHUSH_CHECK(weights_.config().has(query.output));
    VARHUSH_CHECK((query.resolution_bp == kTokenBp && is_genome_track(query.output)) ||
                  (query.resolution_bp == 1 && (!is_genome_track(query.output) ||
                                                AlphaGenomeConfig::has_1bp_head(query.output))));
    std::int64_t last = 0;
    for (const auto& range : query.bins) {
        VARHUSH_CHECK(range.begin >= last && range.end >= range.begin);
        last = range.end;
    }
    VARHUSH_CHECK(last <= length_ / query.resolution_bp);
    for (const std::int32_t channel : query.channels) {
        VARHUSH_CHECK(channel >= 0 && channel < weights_.config().channels(query.output));
    }
}

std::vector<std::vector<float>> AgPass::tracks(std::span<const TrackQuery> queries) {
    std::vector<std::vector<float>> results(queries.size());
    std::vector<QueryRows> fine;
    std::vector<PositionRange> wanted;
    for (std::size_t q = 0; q < queries.size(); ++q) {
        const TrackQuery& query = queries[q];
        check_query(query);
        QueryRows rows{&query, {}, AgHead(weights_, team_, query, organism_), nullptr};
        const std::int64_t count = place_rows(query, rows.first_row);
        results[q].resize(static_cast<std::size_t>(count * rows.head.columns()));
        rows.out = results[q].data();
        if (query.resolution_bp == 1) {
            wanted.insert(wanted.end(), query.bins.begin(), query.bins.end());
            fine.push_back(std::move(rows));
            continue;
        }
        const auto& embedding = tokens_embedding();
        for (std::size_t i = 0; i < query.bins.size(); ++i) {
            rows.head.run(team_,
                          embedding.view().from(query.bins[i].begin),
                          query.bins[i].size(),
                          scratch_.front().head,
                          rows.out + rows.first_row[i] * rows.head.columns());
        }
    }
    if (fine.empty()) {
        return results;
    }
    for_embeddings(
        union_of(std::move(wanted), length_),
        [&](const nn::Team& team, RaggedRows& embedding, Scratch& scratch) {
            for (const auto& rows : fine) {
                const auto& bins = rows.query->bins;
                for (std::size_t t = 0; t < embedding.ranges.size(); ++t) {
                    const auto& tile = embedding.ranges[t];
                    auto bin = std::upper_bound(
                        bins.begin(),
                        bins.end(),
                        tile.begin,
                        [](std::int64_t p, const PositionRange& r) { return p < r.end; });
                    for (; bin != bins.end() && bin->begin < tile.end; ++bin) {
                        const std::int64_t begin = std::max(bin->begin, tile.begin);
                        const std::int64_t end = std::min(bin->end, tile.end);
                        if (end <= begin) {
                            continue;
                        }
                        const std::int64_t row =
                            rows.first_row[static_cast<std::size_t>(bin - bins.begin())] + begin -
                            bin->begin;
                        rows.head.run(team,
                                      {embedding.row(t, begin),
                                       nn::Matrix::stride_of(embedding.rows.columns())},
                                      end - begin,
                                      scratch.head,
                                      rows.out + row * rows.head.columns());
                    }
                }
            }
        });
    return results;
}

std::vector<float> AgPass::embeddings_1bp(std::span<const std::int64_t> positions) {
    const std::int64_t width = weights_.config().embedding_1bp_dim;
    std::vector<float> result(positions.size() * static_cast<std::size_t>(width));
    std::vector<PositionRange> wanted;
    for (const std::int64_t position : positions) {
        VARHUSH_CHECK(position >= 0 && position < length_);
        wanted.push_back({position, position + 1});
    }
    if (wanted.empty()) {
        return result;
    }
    for_embeddings(
        union_of(std::move(wanted), length_),
        [&](const nn::Team&, RaggedRows& embedding, Scratch&) {
            for (std::size_t t = 0; t < embedding.ranges.size(); ++t) {
                const auto& tile = embedding.ranges[t];
                for (auto at = std::lower_bound(positions.begin(), positions.end(), tile.begin);
                     at != positions.end() && *at < tile.end;
                     ++at) {
                    std::copy_n(embedding.row(t, *at),
                                width,
                                result.data() + (at - positions.begin()) * width);
                }
            }
        });
    return result;
}

// Symmetrised, normed, with the organism's embedding, activated: [columns, pair_dim].
std::vector<float> AgPass::pair_embedding_row(std::int64_t i, const PositionRange& columns) {
    const std::int64_t width = pair_.rows.columns();
    const std::int64_t stride = nn::padded_columns(width);
    const auto& norm_weight = weights_.vector("embedder_pair.norm.weight");
    const auto& norm_bias = weights_.vector("embedder_pair.norm.bias");
    const auto& added = weights_.organism_vector("embedder_pair.organism_embed.weight", organism_);
    std::vector<float> rows(static_cast<std::size_t>(columns.size() * stride));
    for (std::int64_t j = columns.begin; j < columns.end; ++j) {
        float* row = rows.data() + (j - columns.begin) * stride;
        const float* one = pair_.rows.row(i * pair_.bins + j);
        const float* other = pair_.rows.row(j * pair_.bins + i);
        for (std::int64_t c = 0; c < width; ++c) {
            row[c] = (one[c] + other[c]) * 0.5F;
        }
    }
    const nn::Rows view{rows.data(), stride};
    layer_norm(view, columns.size(), width, false, norm_weight.data(), norm_bias.data(), view);
    const std::vector<float> one(static_cast<std::size_t>(stride), 1.0F);
    nn::matrix_kernels().norm_gelu(
        view, columns.size(), stride, nullptr, one.data(), added.data(), view);
    return rows;
}

std::vector<float> AgPass::contact_maps(PositionRange rows,
                                        PositionRange columns,
                                        std::span<const std::int32_t> channels) {
    VARHUSH_CHECK(weights_.config().has(OutputType::kContactMaps));
    VARHUSH_CHECK(rows.begin >= 0 && rows.end <= pair_.bins && columns.begin >= 0 &&
                  columns.end <= pair_.bins);
    const auto& head = weights_.contact_head(organism_, team_);
    const std::int64_t stride = nn::padded_columns(pair_.rows.columns());
    const bool all = channels.empty();
    const auto width = all ? static_cast<std::size_t>(head.columns()) : channels.size();
    std::vector<float> result;
    result.reserve(static_cast<std::size_t>(rows.size() * columns.size()) * width);
    nn::Matrix out(columns.size(), head.columns());
    for (std::int64_t i = rows.begin; i < rows.end; ++i) {
        const auto embedding = pair_embedding_row(i, columns);
        nn::multiply(team_,
                     {.in = {embedding.data(), stride},
                      .rows = columns.size(),
                      .weights = &head,
                      .residual = {},
                      .out = out.view()});
        for (std::int64_t j = 0; j < columns.size(); ++j) {
            for (std::size_t c = 0; c < width; ++c) {
                result.push_back(out.row(j)[all ? static_cast<std::int64_t>(c) : channels[c]]);
            }
        }
    }
    return result;
}

}  // namespace varhush::models
