#include "base_network.hpp"

#include "initial_weights.hpp"

#include <ATen/ATen.h>

#include <utility>

namespace varhush::train {
namespace {

std::vector<nn::NamedTensor> weights_of(const models::AlphaGenomeFile& base,
                                        const models::AlphaGenomeConfig& config) {
    std::vector<nn::NamedTensor> weights;
    for (const models::TensorSpec& spec : models::alphagenome_layout(config)) {
        weights.push_back({spec.name, spec.shape, base.file.read_f32(spec.name, spec.shape)});
    }
    return weights;
}

/// The base with the heads that are used alone.
models::AlphaGenomeConfig config_of(const models::AlphaGenomeFile& base,
                                    const TrackLabels& labels) {
    models::AlphaGenomeConfig config = base.config;
    config.tracks.fill(0);
    config.contact_tracks = 0;
    config.splice_usage_tracks = 0;
    config.junction_tissues = 0;
    return with_heads(config, labels);
}

}  // namespace

BaseNetwork::BaseNetwork(const models::AlphaGenomeFile& base,
                         TrackLabels labels,
                         const std::vector<HeadKey>& heads,
                         int organism,
                         const std::string& device)
    : labels_(std::move(labels)),
      network_(weights_of(base, config_of(base, labels_)),
               config_of(base, labels_),
               labels_,
               heads,
               device,
               {true, nullptr, organism}) {
    for (const auto& [name, tensor] : network_.tensors()) {
        tensor.requires_grad_(false);
    }
}

TrackLabels BaseNetwork::unlabelled(const models::AlphaGenomeFile& base, int organism) {
    TrackLabels labels;
    for (const models::Track& track : base.tracks.at(static_cast<std::size_t>(organism)).all()) {
        if (models::is_genome_track(track.output)) {
            LabelTrack one;
            one.kind = LabelKind::kEffects;
            one.track = track;
            labels.tracks.push_back(std::move(one));
        }
    }
    labels.has_splice = base.config.splice_sites;
    return labels;
}

std::vector<HeadKey> BaseNetwork::all_heads(const TrackLabels& labels, bool fine) {
    std::vector<HeadKey> heads;
    for (const models::OutputType output : models::all_output_types()) {
        if (labels.of(output).empty()) {
            continue;
        }
        if (fine && models::AlphaGenomeConfig::has_1bp_head(output)) {
            heads.emplace_back(output, 1);
        }
        heads.emplace_back(output, models::kTokenBp);
    }
    return heads;
}

}  // namespace varhush::train
