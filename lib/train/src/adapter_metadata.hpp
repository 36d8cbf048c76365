#pragma once

#include "varhush/models/alphagenome_file.hpp"
#include "varhush/train/track_trainer.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace varhush::train {

/// What an adapter file says of itself; see models::AdapterFile. Files are named without folders.
[[nodiscard]] std::map<std::string, std::string> adapter_metadata(
    const models::AlphaGenomeFile& base,
    const TrackConfig& config,
    const models::TrackTable& tracks,
    const AdapterPlan& plan,
    std::int64_t steps);

}  // namespace varhush::train
