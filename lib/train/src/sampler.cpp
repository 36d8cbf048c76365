#include "sampler.hpp"

#include "encode.hpp"
#include "varhush/core/error.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <string>

namespace varhush::train {
namespace {

// A labelled probability from which on a position counts as a site when windows are drawn.
constexpr float kActive = 0.05F;

std::vector<std::int64_t> active_positions(const Tile& tile) {
    std::vector<std::int64_t> active;
    for (std::size_t i = 0; i < tile.acceptor.size(); ++i) {
        if (tile.acceptor[i] + tile.donor[i] > kActive) {
            active.push_back(static_cast<std::int64_t>(i));
        }
    }
    for (const auto& site : tile.sites) {
        active.push_back(site.index);
    }
    // One change in four: there are many more of them than sites.
    for (std::size_t i = 0; i < tile.mutations.size(); i += 4) {
        if (tile.mutations[i] >= 0 && tile.mutations[i] < tile.length()) {
            active.push_back(tile.mutations[i]);
        }
    }
    return active;
}

}  // namespace

Sampler::Sampler(const std::vector<Tile>& tiles, const SamplerOptions& options)
    : options_(options) {
    VARHUSH_CHECK(options.half_context <= kTileFlank);
    for (const auto& tile : tiles) {
        if (!tile.spec.validation) {
            (tile.annotation_only ? annotated_ : labelled_).add(tile);
        }
    }
    if (size() == 0) {
        throw Error(ErrorKind::kUsage, "there is no tile to train on");
    }
    if (annotated_.tiles.empty()) {
        options_.annotation_share = 0;
    } else if (labelled_.tiles.empty()) {
        options_.annotation_share = 1;
    }
}

void Sampler::Pool::add(const Tile& tile) {
    tiles.push_back({&tile, active_positions(tile)});
    const double length = by_length.empty() ? 0 : by_length.back();
    const double active = by_active.empty() ? 0 : by_active.back();
    by_length.push_back(length + static_cast<double>(tile.length()));
    by_active.push_back(active + static_cast<double>(tiles.back().active.size()));
}

bool Sampler::Pool::has_active() const {
    return !by_active.empty() && by_active.back() > 0;
}

const Sampler::Source& Sampler::Pool::pick(bool active, Random& random) const {
    const auto& cumulative = active ? by_active : by_length;
    const double at = random.uniform() * cumulative.back();
    const auto found = std::upper_bound(cumulative.begin(), cumulative.end(), at);
    const auto index =
        std::min(found - cumulative.begin(), static_cast<std::ptrdiff_t>(cumulative.size()) - 1);
    return tiles[static_cast<std::size_t>(index)];
}

void Sampler::mix_annotation(const Tile& tile, std::int64_t start, float* labels) const {
    const std::int64_t window = options_.window;
    const auto share = static_cast<float>(options_.hard_weight);
    for (std::int64_t i = window; i < 3 * window; ++i) {
        labels[i] *= 1.0F - share;
    }
    for (const auto& site : tile.sites) {
        if (site.index >= start && site.index < start + window) {
            labels[(site.donor ? 2 : 1) * window + site.index - start] += share;
        }
    }
}

void Sampler::fill(const Source& source, std::int64_t start, std::int64_t row, Batch& batch) const {
    const Tile& tile = *source.tile;
    const std::int64_t window = options_.window;
    const auto size = static_cast<std::int64_t>(tile.bases.size());
    std::string bases(static_cast<std::size_t>(window + 2 * options_.half_context), 'N');
    const std::int64_t offset = start + kTileFlank - options_.half_context;
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(bases.size()); ++i) {
        if (offset + i >= 0 && offset + i < size) {
            bases[static_cast<std::size_t>(i)] = tile.bases[static_cast<std::size_t>(offset + i)];
        }
    }
    encode_into(bases, batch.bases, row);
    float* labels = batch.labels.data_ptr<float>() + row * 3 * window;
    float* weights = batch.weights.data_ptr<float>() + row * window;
    for (std::int64_t i = 0; i < window; ++i) {
        const bool inside = start + i < tile.length();
        const auto at = static_cast<std::size_t>(inside ? start + i : 0);
        weights[i] = inside ? 1.0F : 0.0F;
        labels[window + i] = inside ? tile.acceptor[at] : 0.0F;
        labels[2 * window + i] = inside ? tile.donor[at] : 0.0F;
    }
    if (options_.hard_weight > 0 && tile.mutations.empty()) {
        mix_annotation(tile, start, labels);
    }
    for (std::int64_t i = 0; i < window; ++i) {
        labels[i] = 1.0F - labels[window + i] - labels[2 * window + i];
    }
}

std::int64_t Sampler::draw_start(const Source& source, bool near, Random& random) const {
    // Whole windows inside the tile where the tile is long enough.
    const std::int64_t last = std::max<std::int64_t>(source.tile->length() - options_.window, 0);
    if (!near) {
        return random.below(last + 1);
    }
    const auto count = static_cast<std::int64_t>(source.active.size());
    const std::int64_t site = source.active[static_cast<std::size_t>(random.below(count))];
    return std::clamp<std::int64_t>(site - random.below(options_.window), 0, last);
}

Batch Sampler::draw(int count, Random& random) const {
    const std::int64_t window = options_.window;
    Batch batch{at::empty({count, 4, window + 2 * options_.half_context}),
                at::empty({count, 3, window}),
                at::empty({count, window})};
    for (std::int64_t row = 0; row < count; ++row) {
        const Pool& pool = random.chance(options_.annotation_share) ? annotated_ : labelled_;
        const bool near = random.chance(options_.near_site_share) && pool.has_active();
        const Source& source = pool.pick(near, random);
        fill(source, draw_start(source, near, random), row, batch);
    }
    return batch;
}

}  // namespace varhush::train
