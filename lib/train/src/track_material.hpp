#pragma once

#include "reference_set.hpp"
#include "track_labels.hpp"
#include "varhush/models/alphagenome_file.hpp"
#include "varhush/nn/safetensors.hpp"
#include "varhush/train/track_config.hpp"
#include "varhush/train/track_trainer.hpp"
#include "window_plan.hpp"

#include <string>
#include <vector>

namespace varhush::train {

/// What a run works on; nothing of it changes.
struct Material {
    std::vector<SequenceTable> tables;
    ReferenceSet reference;
    TrackLabels labels;
    WindowPlan windows;
    std::vector<seq::Region> stretches;  ///< that windows to train on cover
    models::AlphaGenomeConfig model;

    /// Reads everything and looks for leaks. @throws Error{kInput}.
    explicit Material(const TrackConfig& config);
};

void log_material(const Material& material);

/// What must agree between a checkpoint and the run that goes on with it: all that changes the
/// weights. The steps may change: they only bend the learning rate.
[[nodiscard]] std::string digest_of(const TrackConfig& config, const Material& material);

/// Weights of the first step: made anew, from motifs, or those of `run.start`.
[[nodiscard]] std::vector<nn::NamedTensor> first_weights(const TrackConfig& config,
                                                         const Material& material,
                                                         const TrackRun& run);

/// @throws Error{kModel} when the tracks of `model` are not those of `table`, all and in order.
void check_same_tracks(const models::AlphaGenomeFile& model,
                       int organism,
                       const models::TrackTable& table,
                       const std::string& whose);

}  // namespace varhush::train
