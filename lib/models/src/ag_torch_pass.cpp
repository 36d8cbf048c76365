#include "ag_torch_pass.hpp"

#include "ag_torch_heads.hpp"
#include "varhush/core/error.hpp"

#include <ATen/ATen.h>

#include <algorithm>

namespace varhush::models {

namespace {

// Rows whose 1-bp embeddings and head outputs exist at a time.
constexpr std::int64_t kRowsAtATime = 65'536;

std::vector<std::int64_t> union_of(std::span<const TrackQuery> queries) {
    std::vector<std::int64_t> positions;
    for (const TrackQuery& query : queries) {
        for (const PositionRange& bins : query.bins) {
            for (std::int64_t at = bins.begin; query.resolution_bp == 1 && at < bins.end; ++at) {
                positions.push_back(at);
            }
        }
    }
    std::sort(positions.begin(), positions.end());
    positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
    return positions;
}

/// Indices into `positions` (ascending) of those that lie in `bins` (ascending, disjoint).
std::vector<std::int64_t> members(std::span<const std::int64_t> positions,
                                  const std::vector<PositionRange>& bins) {
    std::vector<std::int64_t> out;
    auto range = bins.begin();
    for (std::size_t i = 0; i < positions.size(); ++i) {
        while (range != bins.end() && range->end <= positions[i]) {
            ++range;
        }
        if (range != bins.end() && range->begin <= positions[i]) {
            out.push_back(static_cast<std::int64_t>(i));
        }
    }
    return out;
}

}  // namespace

std::vector<ag::TokenRange> token_ranges(const std::vector<bool>& wanted,
                                         std::int64_t gap,
                                         std::int64_t longest) {
    std::vector<ag::TokenRange> ranges;
    const auto count = static_cast<std::int64_t>(wanted.size());
    for (std::int64_t at = 0; at < count; ++at) {
        if (!wanted[static_cast<std::size_t>(at)]) {
            continue;
        }
        const bool joins = !ranges.empty() && at - ranges.back().end <= gap &&
                           at + 1 - ranges.back().begin <= longest;
        if (joins) {
            ranges.back().end = at + 1;
        } else {
            ranges.push_back({at, at + 1});
        }
    }
    return ranges;
}

ag::Encoded encode_range(const ag::Network& network,
                         const at::Tensor& one_hot,
                         ag::TokenRange range) {
    const ag::TokenRange seen = range.widened(network.encoder_halo(), one_hot.size(2) / kTokenBp);
    const at::Tensor bases = one_hot.narrow(2, seen.begin * kTokenBp, seen.size() * kTokenBp);
    return network.encode(bases).part({range.begin - seen.begin, range.end - seen.begin});
}

void put_part(ag::Encoded& whole,
              const ag::Encoded& part,
              ag::TokenRange range,
              std::int64_t tokens) {
    const auto put = [&](at::Tensor& into, const at::Tensor& from, std::int64_t per_token) {
        if (!into.defined()) {
            into = at::empty({from.size(0), from.size(1), tokens * per_token}, from.options());
        }
        into.narrow(2, range.begin * per_token, range.size() * per_token).copy_(from);
    };
    for (int level = 0; level < kEncoderLevels; ++level) {
        const auto at = static_cast<std::size_t>(level);
        put(whole.skips[at], part.skips[at], kTokenBp >> level);
    }
    put(whole.trunk, part.trunk, 1);
}

std::vector<float> to_floats(const at::Tensor& tensor) {
    const at::Tensor flat = tensor.detach().to(at::kCPU, at::kFloat).contiguous();
    const float* values = flat.data_ptr<float>();
    return {values, values + flat.numel()};
}

void check_query(const AlphaGenomeConfig& config, const TrackQuery& query, std::int64_t length_bp) {
    const bool fine = is_genome_track(query.output)
                          ? AlphaGenomeConfig::has_1bp_head(query.output)
                          : query.output == OutputType::kSpliceSites ||
                                query.output == OutputType::kSpliceSiteUsage;
    VARHUSH_CHECK(config.has(query.output));
    VARHUSH_CHECK((query.resolution_bp == 1 && fine) ||
                  (query.resolution_bp == kTokenBp && is_genome_track(query.output)));
    std::int64_t end = 0;
    for (const PositionRange& bins : query.bins) {
        VARHUSH_CHECK(bins.begin >= end && bins.end >= bins.begin);
        end = bins.end;
    }
    VARHUSH_CHECK(end <= length_bp / query.resolution_bp);
    for (const std::int32_t channel : query.channels) {
        VARHUSH_CHECK(channel >= 0 && channel < config.channels(query.output));
    }
}

const at::Tensor& TorchPass::coarse() {
    if (!coarse_.defined()) {
        coarse_ = network_->embed_128bp(state_.x, organism_);
    }
    return coarse_;
}

void TorchPass::visit_1bp(const std::vector<std::int64_t>& positions,
                          std::int64_t tile,
                          const Visitor& visitor) {
    if (!skip_.defined()) {
        skip_ = embedder_1bp_skip(coarse().select(0, 0), network_->root() / "embedder_1bp");
    }
    std::vector<bool> wanted(static_cast<std::size_t>(tokens()));
    for (const std::int64_t at : positions) {
        wanted[static_cast<std::size_t>(at / kTokenBp)] = true;
    }
    const std::int64_t halo = network_->decoder_halo();
    auto next = positions.begin();
    for (const ag::TokenRange range : token_ranges(wanted, 2 * halo, tile)) {
        const ag::TokenRange seen = range.widened(halo, tokens());
        const at::Tensor decoded = network_->decode(state_.x.narrow(1, seen.begin, seen.size()),
                                                    encoded_.part(seen).skips);
        const at::Tensor skip = skip_.narrow(0, seen.begin, seen.size());
        const auto last = std::lower_bound(next, positions.end(), range.end * kTokenBp);
        while (next != last) {
            const auto count = std::min<std::int64_t>(kRowsAtATime, last - next);
            const std::span<const std::int64_t> rows(&*next, static_cast<std::size_t>(count));
            const at::Tensor local = network_->index(rows) - seen.begin * kTokenBp;
            visitor(rows, network_->embed_1bp(decoded, skip, local, organism_));
            next += count;
        }
    }
}

void TorchPass::tracks_1bp(std::span<const TrackQuery> queries,
                           std::int64_t tile,
                           std::vector<std::vector<float>>& results) {
    visit_1bp(union_of(queries),
              tile,
              [&](std::span<const std::int64_t> positions, const at::Tensor& embedding) {
                  for (std::size_t q = 0; q < queries.size(); ++q) {
                      const TrackQuery& query = queries[q];
                      if (query.resolution_bp != 1) {
                          continue;
                      }
                      const std::vector<std::int64_t> rows = members(positions, query.bins);
                      const bool all = rows.size() == positions.size();
                      const at::Tensor values = network_->values(
                          query.output,
                          1,
                          all ? embedding : embedding.index_select(0, network_->index(rows)),
                          organism_,
                          network_->index(query.channels));
                      const std::vector<float> flat = to_floats(values);
                      results[q].insert(results[q].end(), flat.begin(), flat.end());
                  }
              });
}

std::vector<std::vector<float>> TorchPass::tracks(std::span<const TrackQuery> queries) {
    const c10::InferenceMode guard;
    std::vector<std::vector<float>> results;
    model_.in_tiles([&](std::int64_t tile) {
        results.assign(queries.size(), {});
        for (std::size_t q = 0; q < queries.size(); ++q) {
            const TrackQuery& query = queries[q];
            check_query(network_->config(), query, length_bp());
            if (query.resolution_bp == 1) {
                continue;
            }
            std::vector<std::int64_t> bins;
            for (const PositionRange& range : query.bins) {
                for (std::int64_t at = range.begin; at < range.end; ++at) {
                    bins.push_back(at);
                }
            }
            const at::Tensor rows = coarse().select(0, 0).index_select(0, network_->index(bins));
            results[q] = to_floats(network_->values(
                query.output, kTokenBp, rows, organism_, network_->index(query.channels)));
        }
        tracks_1bp(queries, tile, results);
    });
    return results;
}

std::vector<float> TorchPass::embeddings_1bp(std::span<const std::int64_t> positions) {
    const c10::InferenceMode guard;
    for (std::size_t i = 0; i < positions.size(); ++i) {
        VARHUSH_CHECK(positions[i] >= 0 && positions[i] < length_bp());
        VARHUSH_CHECK(i == 0 || positions[i] > positions[i - 1]);
    }
    std::vector<float> rows;
    model_.in_tiles([&](std::int64_t tile) {
        rows.clear();
        visit_1bp({positions.begin(), positions.end()},
                  tile,
                  [&](std::span<const std::int64_t>, const at::Tensor& embedding) {
                      const std::vector<float> flat = to_floats(embedding);
                      rows.insert(rows.end(), flat.begin(), flat.end());
                  });
    });
    return rows;
}

std::vector<float> TorchPass::contact_maps(PositionRange rows,
                                           PositionRange columns,
                                           std::span<const std::int32_t> channels) {
    const c10::InferenceMode guard;
    const std::int64_t bins = length_bp() / kPairBp;
    VARHUSH_CHECK(network_->config().has(OutputType::kContactMaps));
    VARHUSH_CHECK(rows.begin >= 0 && rows.begin <= rows.end && rows.end <= bins);
    VARHUSH_CHECK(columns.begin >= 0 && columns.begin <= columns.end && columns.end <= bins);
    std::vector<float> values;
    with_halving(1, 1, "contact map", [&](std::int64_t) {
        if (!pair_.defined()) {
            pair_ = embedder_pair(state_.pair, organism_, network_->root() / "embedder_pair");
        }
        const at::Tensor part = pair_.select(0, 0)
                                    .narrow(0, rows.begin, rows.size())
                                    .narrow(1, columns.begin, columns.size());
        values = to_floats(ag::contact_maps(
            part, network_->head(OutputType::kContactMaps), organism_, network_->index(channels)));
    });
    return values;
}

}  // namespace varhush::models
