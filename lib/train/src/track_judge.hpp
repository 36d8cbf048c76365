#pragma once

#include "track_network.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace varhush::train {

/// One figure of one channel: AUROC of peaks, Pearson of log(1 + value) of signals, average
/// precision of splice classes.
struct TrackFigure {
    models::OutputType output = models::OutputType::kChipTf;
    int resolution = 128;
    std::string name;
    char strand = '.';
    std::string measure;  ///< "auroc", "pearson", "auprc"
    double value = 0;
    std::int64_t positives = 0;  ///< or bins with a signal
    std::int64_t bins = 0;
};

struct Judgement {
    double loss = 0;
    std::vector<TrackFigure> figures;

    /// Mean of a measure over the channels where it can be told; NaN when there are none.
    [[nodiscard]] double mean(const std::string& measure) const;
};

/// Loss and figures of `network` on up to `limit` of `windows`, evenly spread (0: all).
Judgement judge(const TrackNetwork& network,
                const TrackLabels& labels,
                const BatchMaker& maker,
                const std::vector<Window>& windows,
                std::int64_t limit,
                const TrackFit& fit);

}  // namespace varhush::train
