#pragma once

#include "varhush/train/track_config.hpp"
#include "varhush/train/trainer.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace varhush::train {

/// An adapter for TrackRun::start, made instead of a whole model: heads of the configuration's
/// tracks and, with a rank, a low-rank change of the trunk, which itself stays as it is.
struct AdapterPlan {
    std::string name;                ///< in front of its tracks' names
    std::string organism = "human";  ///< of the model to start from
    int rank = 0;                    ///< 0: heads only
    double alpha = 0;                ///< the change is alpha / rank * B A
    std::string layers = "tower";    ///< models::chosen_layers()
    double rehearse = 0;             ///< weight of what the old tracks lose, in the loss
    std::optional<TrackConfig> old;  ///< data of the old tracks; else they keep to the old model
    std::string forgetting;          ///< TSV of old tracks before and after; "" for none
};

/// What one run of a TrackConfig adds to it.
struct TrackRun {
    std::string output;  ///< weights; the checkpoint is beside it with ".checkpoint"
    std::string log;     ///< TSV, one line a report; "" for none
    std::string curves;  ///< SVG of the log's columns; "" for none
    std::string report;  ///< TSV of the test regions, one line a track; "" for none
    std::string start;   ///< model to start from, with its widths; "": from nothing
    std::optional<AdapterPlan> adapter;  ///< with `start`
    bool heads_only = false;     ///< with `start`: everything in front of the heads stays as it is
    std::string device = "cpu";  ///< LibTorch's text
    double minutes = 0;          ///< end as if the last step were reached; 0: no limit
    std::int64_t until = 0;      ///< leave a checkpoint behind this step and end; 0: never
    int threads = 1;
    bool resume = false;
};

/// Trains an AlphaGenome-style model on tracks: AdamW (Loshchilov & Hutter 2019), warm-up and
/// cosine, clipped gradients, averaged weights, norms with the statistics of the batch. The next
/// batches are made in a thread of their own. Checkpoints every few minutes and when `stop` turns
/// true; with `resume` bit for bit as if there had been no stop (same threads and device). At the
/// end the averaged weights, as a model file that `predict` and `score` read.
///
/// With `start` the network has the widths of that model (of one organism) and its weights; a head
/// starts from it when its tracks have the same names in the same order, else anew.
///
/// With `adapter` an adapter file (models/adapter.hpp); its report has the new tracks' correlations
/// of the base and of the adapted network. Start weights of its heads are taken over where the base
/// has the same tracks. Steps also learn from the old tracks with `rehearse`.
///
/// Memory: labels (12 bytes an interval and track), four copies of the weights, the activations of
/// a batch.
/// @throws Error{kInput} for what read_track_config, labels and plan find wrong (a leak above all),
/// Error{kResume} for a checkpoint of another configuration, Error{kOutput}.
TrainOutcome train_tracks(const TrackConfig& config,
                          const TrackRun& run,
                          const std::function<bool()>& stop);

/// Writes the report of `model`, a file of train_tracks(), on the test regions of `config`.
/// @throws Error{kModel} when its heads are not those of the configuration.
void evaluate_tracks(const TrackConfig& config, const std::string& model, const TrackRun& run);

}  // namespace varhush::train
