#pragma once

#include "varhush/models/alphagenome_file.hpp"
#include "varhush/models/output_type.hpp"
#include "varhush/models/sequence_model.hpp"
#include "varhush/seq/region.hpp"
#include "varhush/train/evaluate.hpp"
#include "varhush/train/track_config.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace varhush::train {

/// One figure of one track, or the mean of such figures. NaN where it cannot be told: a track
/// without a peak, or with nothing but peaks.
struct TrackAccuracy {
    models::OutputType output = models::OutputType::kChipTf;
    int resolution_bp = 128;
    std::string name;
    char strand = '.';
    std::string measure;  ///< "auroc" of peaks, "pearson" of signals, "auprc" of splice classes
    Measured figure;
    std::int64_t positives = 0;  ///< or bins with a signal; of a mean: tracks in it
    std::int64_t bins = 0;
};

struct TrackReport {
    std::vector<TrackAccuracy> tracks;
    std::vector<TrackAccuracy> means;  ///< by output, resolution and measure
    std::int64_t windows = 0;
    std::int64_t absent = 0;  ///< labelled tracks that the model does not have
};

struct TrackJudging {
    std::vector<seq::Region> regions;  ///< empty: the configuration's test regions
    std::int64_t most_windows = 0;     ///< evenly spread; 0: all
    int rounds = 1000;                 ///< resamples of windows for the 95 % intervals
    std::uint64_t seed = 1;
};

/// Judges `model`, an engine on `file`, on windows side by side over held-out regions, with the
/// labels of a training configuration (docs/train.md). Tracks are those of the same output, name
/// and strand. Peaks by the area under the receiver operating curve, signals by the correlation of
/// log(1 + value), splice classes by average precision, as `train tracks` does; predictions are in
/// the units of the experiment, where large values are no longer squashed as in the loss.
/// Windows are resampled, the same for all tracks. Cost: the model on every window, and
/// rounds * bins steps a track; memory 12 bytes a bin and peak track.
/// @throws Error{kInput} for no region, unreadable labels, or no track in common.
[[nodiscard]] TrackReport judge_tracks(const TrackConfig& config,
                                       const models::AlphaGenomeFile& file,
                                       models::SequenceModel& model,
                                       const TrackJudging& judging);

}  // namespace varhush::train
