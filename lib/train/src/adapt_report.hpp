#pragma once

#include "track_material.hpp"
#include "track_network.hpp"
#include "varhush/models/alphagenome_file.hpp"

#include <string>

namespace varhush::train {

/// Writes, for every new track, Pearson correlations of log(1 + value) in bins of 128 bp with its
/// labels in the test windows: of the adapted network, and of that track of the base which
/// correlates best with the labels in the training windows.
void write_adapt_report(const models::AlphaGenomeFile& base,
                        const TrackNetwork& adapted,
                        const TrackConfig& config,
                        const Material& material,
                        const TrackRun& run);

}  // namespace varhush::train
