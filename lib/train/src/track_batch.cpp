#include "track_batch.hpp"

#include "encode.hpp"
#include "varhush/seq/alphabet.hpp"
#include "varhush/train/random.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <set>

namespace varhush::train {
namespace {

constexpr std::int64_t kNoSite = 4;

/// Cuts of DNase lie between bases: on the other strand they are one base further. Source:
/// AlphaGenome (Avsec et al. 2026), docs/models/alphagenome.md 8.1.
void shift_cuts(at::Tensor& values, at::Tensor& weights) {
    values.copy_(values.roll(1, 0));
    weights.copy_(weights.roll(1, 0));
    weights.narrow(0, 0, 1).zero_();
}

std::int64_t start_of(const View& view) {
    return view.window->start + view.shift;
}

}  // namespace

std::uint64_t seed_for(std::uint64_t seed, std::uint64_t purpose, std::int64_t number) {
    std::uint64_t x = seed * 0x9E3779B97F4A7C15ULL + purpose;
    for (const std::uint64_t part : {std::uint64_t{0}, static_cast<std::uint64_t>(number)}) {
        x += part + 0x9E3779B97F4A7C15ULL;
        x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9ULL;
        x = (x ^ (x >> 27U)) * 0x94D049BB133111EBULL;
        x ^= x >> 31U;
    }
    return x;
}

BatchMaker::BatchMaker(const TrackConfig& config,
                       const TrackLabels& labels,
                       const seq::ReferenceSource& reference)
    : config_(config), labels_(labels), reference_(reference) {
    std::set<HeadKey> keys;
    for (const LabelTrack& track : labels.tracks) {
        for (const int resolution : track.resolutions) {
            keys.emplace(track.track.output, resolution);
        }
    }
    heads_.assign(keys.begin(), keys.end());
    const models::TrackTable table = labels.table();
    for (const auto& [output, resolution] : heads_) {
        swapped_[output] = models::strand_permutation(table.tracks(output));
    }
}

TrackBatch BatchMaker::make(const std::vector<View>& views) const {
    TrackBatch batch;
    std::vector<std::string> bases;
    std::vector<at::Tensor> encoded;
    for (const View& view : views) {
        const std::int64_t start = start_of(view);
        bases.push_back(reference_.fetch(view.window->contig, start, start + config_.window_bp));
        encoded.push_back(
            encode(view.reversed ? seq::reverse_complement(bases.back()) : bases.back()));
    }
    batch.bases = at::cat(encoded, 0);
    for (const HeadKey& key : heads_) {
        batch.heads[key] = head(key, views, bases);
    }
    if (labels_.has_splice) {
        splice(views, bases, batch);
    }
    return batch;
}

HeadLabels BatchMaker::head(HeadKey key,
                            const std::vector<View>& views,
                            const std::vector<std::string>& bases) const {
    const auto [output, resolution] = key;
    const auto tracks = labels_.of(output);
    const auto channels = static_cast<std::int64_t>(tracks.size());
    const std::int64_t bins = config_.window_bp / resolution;
    const auto count = static_cast<std::int64_t>(views.size());
    HeadLabels out{at::zeros({count, bins, channels}), at::zeros({count, bins, channels})};
    const std::int64_t crop = config_.crop_bp / resolution;
    for (std::int64_t n = 0; n < count; ++n) {
        const View& view = views[static_cast<std::size_t>(n)];
        at::Tensor values = out.values.select(0, n);
        at::Tensor weights = out.weights.select(0, n);
        for (std::int64_t channel = 0; channel < channels; ++channel) {
            const LabelTrack& track = labels_.tracks[tracks[static_cast<std::size_t>(channel)]];
            if (track.kind == LabelKind::kEffects || !track.known_on(view.window->contig)) {
                continue;
            }
            weights.select(1, channel).fill_(1);
            fill_labels(track,
                        view.window->contig,
                        start_of(view),
                        bins,
                        resolution,
                        tracks.size(),
                        values.data_ptr<float>() + channel,
                        weights.data_ptr<float>() + channel);
        }
        const auto known = known_bins(bases[static_cast<std::size_t>(n)], resolution);
        weights.mul_(at::tensor(at::ArrayRef<float>(known)).unsqueeze(1));
        weights.narrow(0, 0, crop).zero_();
        weights.narrow(0, bins - crop, crop).zero_();
        if (view.reversed) {
            const auto& swapped = swapped_.at(output);
            const at::Tensor index = at::tensor(at::ArrayRef<std::int32_t>(swapped)).to(at::kLong);
            values.copy_(values.flip(0).index_select(1, index));
            weights.copy_(weights.flip(0).index_select(1, index));
            if (output == models::OutputType::kDnase && resolution == 1) {
                shift_cuts(values, weights);
            }
        }
    }
    return out;
}

void BatchMaker::splice(const std::vector<View>& views,
                        const std::vector<std::string>& bases,
                        TrackBatch& batch) const {
    const auto count = static_cast<std::int64_t>(views.size());
    const std::int64_t length = config_.window_bp;
    batch.splice = at::full({count, length}, kNoSite, at::kLong);
    batch.splice_weights = at::zeros({count, length});
    for (std::int64_t n = 0; n < count; ++n) {
        const View& view = views[static_cast<std::size_t>(n)];
        const auto known = known_bins(bases[static_cast<std::size_t>(n)], 1);
        at::Tensor weights = batch.splice_weights.select(0, n);
        weights.copy_(at::tensor(at::ArrayRef<float>(known)));
        weights.narrow(0, 0, config_.crop_bp).zero_();
        weights.narrow(0, length - config_.crop_bp, config_.crop_bp).zero_();
        if (view.reversed) {
            weights.copy_(weights.flip(0));
        }
        const auto found = labels_.splice.find(view.window->contig);
        if (found == labels_.splice.end()) {
            continue;
        }
        const std::int64_t start = start_of(view);
        auto* classes = batch.splice.select(0, n).data_ptr<std::int64_t>();
        auto at = std::lower_bound(found->second.begin(), found->second.end(), std::pair{start, 0});
        for (; at != found->second.end() && at->first < start + length; ++at) {
            const std::int64_t index = at->first - start;
            classes[view.reversed ? length - 1 - index : index] =
                view.reversed ? (at->second + 2) % 4 : at->second;
        }
    }
}

ViewOrder::ViewOrder(const std::vector<Window>& windows, const TrackConfig& config)
    : windows_(windows), config_(config) {
    for (std::size_t i = 0; i < windows.size(); ++i) {
        (windows[i].has_peak ? peaks_ : others_).push_back(i);
    }
    const double share = peaks_.empty() ? 1 : config.fit.background_share;
    const auto background = static_cast<std::int64_t>(share * static_cast<double>(others_.size()));
    epoch_size_ = static_cast<std::int64_t>(peaks_.size()) + background;
}

void ViewOrder::shuffle(std::int64_t epoch) {
    Random random(seed_for(config_.fit.seed, 1, epoch));
    const auto mix = [&](std::vector<std::size_t>& list) {
        for (std::size_t i = list.size(); i > 1; --i) {
            std::swap(list[i - 1],
                      list[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(i)))]);
        }
    };
    std::vector<std::size_t> others = others_;
    mix(others);
    others.resize(static_cast<std::size_t>(epoch_size_) - peaks_.size());
    order_ = peaks_;
    order_.insert(order_.end(), others.begin(), others.end());
    mix(order_);
    epoch_ = epoch;
}

std::vector<View> ViewOrder::at(std::int64_t step) {
    Random random(seed_for(config_.fit.seed, 2, step));
    std::vector<View> views;
    for (int i = 0; i < config_.fit.batch; ++i) {
        const std::int64_t index = (step - 1) * config_.fit.batch + i;
        if (index / epoch_size_ != epoch_) {
            shuffle(index / epoch_size_);
        }
        View view;
        view.window = &windows_[order_[static_cast<std::size_t>(index % epoch_size_)]];
        view.shift = random.below(2 * config_.shift_bp + 1) - config_.shift_bp;
        view.reversed = random.chance(0.5);
        views.push_back(view);
    }
    return views;
}

}  // namespace varhush::train
