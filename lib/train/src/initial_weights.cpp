#include "initial_weights.hpp"

#include "track_batch.hpp"
#include "varhush/train/random.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

namespace varhush::train {
namespace {

constexpr double kHeadSpread = 0.1;  ///< heads start near their bias

/// Bases of `regions`, in all.
double total_bases(const std::vector<seq::Region>& regions) {
    double total = 0;
    for (const seq::Region& region : regions) {
        total += static_cast<double>(region.end - region.start);
    }
    return total;
}

/// What softplus(bias) should be: the mean target of the track at a resolution.
double mean_target(const LabelTrack& track,
                   const std::vector<seq::Region>& regions,
                   int resolution) {
    if (track.kind == LabelKind::kEffects) {
        return 1;  // of no meaning: only ratios of it are
    }
    double sum = 0;
    double total = 0;
    for (const seq::Region& region : regions) {
        if (!track.known_on(region.contig)) {
            continue;
        }
        total += static_cast<double>(region.end - region.start);
        track.labels.each(region.contig, region.start, region.end, [&](const LabelSpan& one) {
            const auto length = static_cast<double>(
                track.peaks() ? std::max<std::int64_t>(one.length(), resolution) : one.length());
            sum += length * (track.peaks() ? 1.0 : static_cast<double>(one.value));
        });
    }
    const double mean = total > 0 ? sum / total : 0;
    if (track.peaks()) {
        return -std::log1p(-std::clamp(mean, 1e-6, 0.5));
    }
    return std::clamp(mean / track.track.nonzero_mean, 1e-4, 10.0);
}

class Starter {
  public:
    Starter(const TrackLabels& labels, const std::vector<seq::Region>& regions, std::uint64_t seed)
        : labels_(labels), regions_(regions), seed_(seed) {}

    std::vector<float> values(const models::TensorSpec& spec, std::int64_t number) {
        std::int64_t count = 1;
        for (const std::int64_t size : spec.shape) {
            count *= size;
        }
        std::vector<float> out(static_cast<std::size_t>(count));
        const std::string& name = spec.name;
        if (name.starts_with("heads.") && special_head(name, out)) {
            return out;
        }
        if (name == "splice_sites_classification_head.conv.bias") {
            splice_bias(out);
        } else if (name.ends_with(".running_var") || name.ends_with(".scale") ||
                   name.ends_with("residual_scale") ||
                   (name.ends_with(".weight") && spec.shape.size() == 1)) {
            std::fill(out.begin(), out.end(), 1.0F);
        } else if (name.ends_with(".weight") && !name.ends_with("organism_embed.weight")) {
            draw(name, spec.shape, number, out);
        }
        return out;
    }

  private:
    void draw(const std::string& name,
              const std::vector<std::int64_t>& shape,
              std::int64_t number,
              std::vector<float>& out) const {
        // Heads are [organism, out, in], convolutions [out, in, taps], linear maps [out, in].
        const std::int64_t inputs =
            is_head(name) ? shape.back()
                          : shape[1] * (shape.size() == 3 ? shape[2] : std::int64_t{1});
        const double spread =
            (is_head(name) ? kHeadSpread : 1.0) / std::sqrt(static_cast<double>(inputs));
        Random random(seed_for(seed_, 3, number));
        for (float& value : out) {
            value = static_cast<float>(spread * random.normal());
        }
    }

    /// Track means, residual scales and biases of a genome head; false for anything else.
    bool special_head(const std::string& name, std::vector<float>& out) const {
        std::vector<const LabelTrack*> tracks;
        for (const LabelTrack& one : labels_.tracks) {
            std::string head = "heads.";
            head.append(models::output_key(one.track.output)).append(".");
            if (name.starts_with(head)) {
                tracks.push_back(&one);
            }
        }
        const bool means = name.ends_with(".track_means");
        const bool scales = name.find(".residual_scales.") != std::string::npos;
        if (!means && !scales && !name.ends_with(".bias")) {
            return false;
        }
        const int resolution = name.find(".convs.1.") != std::string::npos ? 1 : models::kTokenBp;
        for (std::size_t i = 0; i < out.size(); ++i) {
            const LabelTrack& track = *tracks.at(i % tracks.size());
            if (means) {
                out[i] = static_cast<float>(track.track.nonzero_mean);
            } else if (scales) {
                out[i] = static_cast<float>(std::log(std::numbers::e - 1));  // softplus of it is 1
            } else {
                out[i] = static_cast<float>(
                    std::log(std::expm1(mean_target(track, regions_, resolution))));
            }
        }
        return true;
    }

    void splice_bias(std::vector<float>& out) const {
        std::vector<double> counts(out.size(), 1);
        for (const auto& [contig, sites] : labels_.splice) {
            for (const auto& [position, kind] : sites) {
                counts[static_cast<std::size_t>(kind)] += 1;
            }
        }
        const double total = total_bases(regions_);
        for (std::size_t i = 0; i + 1 < out.size(); ++i) {
            out[i] = static_cast<float>(std::log(counts[i] / total));
        }
    }

    const TrackLabels& labels_;
    const std::vector<seq::Region>& regions_;
    std::uint64_t seed_;
};

}  // namespace

bool same_names(std::span<const models::Track> a, std::span<const models::Track> b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) {
        return x.name == y.name && x.strand == y.strand;
    });
}

std::optional<models::OutputType> output_of_head(const std::string& name) {
    if (!is_head(name)) {
        return std::nullopt;
    }
    for (const models::OutputType output : models::all_output_types()) {
        std::string prefix = "heads.";
        prefix.append(models::output_key(output)).append(".");
        if (name.starts_with(prefix)) {
            return output;
        }
    }
    return models::OutputType::kSpliceSites;
}

bool is_head(const std::string& name) {
    return name.starts_with("heads.") || name.starts_with("splice_sites_");
}

int take_over(const models::AlphaGenomeFile& start,
              const std::string& organism,
              const models::TrackTable& tracks,
              std::vector<nn::NamedTensor>& weights) {
    const auto row = static_cast<std::size_t>(
        start.config.num_organisms > 1 ? start.organism_index(organism) : 0);
    std::set<models::OutputType> taken;
    for (nn::NamedTensor& one : weights) {
        if (const auto output = output_of_head(one.name)) {
            const bool same =
                start.config.has(*output) &&
                same_names(start.tracks.at(row).tracks(*output), tracks.tracks(*output));
            if (!same || one.name.ends_with(".track_means")) {
                continue;  // means are the labels'
            }
            taken.insert(*output);
        }
        one.values = start.file.read_f32(one.name, one.shape);
    }
    return static_cast<int>(taken.size());
}

models::AlphaGenomeConfig with_heads(models::AlphaGenomeConfig model, const TrackLabels& labels) {
    for (const LabelTrack& one : labels.tracks) {
        int& channels = model.tracks.at(static_cast<std::size_t>(one.track.output));
        channels = std::max(channels, one.track.channel + 1);
    }
    model.splice_sites = labels.has_splice;
    return model;
}

std::vector<nn::NamedTensor> initial_weights(const models::AlphaGenomeConfig& config,
                                             const TrackLabels& labels,
                                             const std::vector<seq::Region>& regions,
                                             std::uint64_t seed) {
    Starter starter(labels, regions, seed);
    std::vector<nn::NamedTensor> tensors;
    for (const models::TensorSpec& spec : models::alphagenome_layout(config)) {
        tensors.push_back({spec.name,
                           spec.shape,
                           starter.values(spec, static_cast<std::int64_t>(tensors.size()))});
    }
    return tensors;
}

}  // namespace varhush::train
