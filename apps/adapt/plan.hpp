#pragma once

#include "apps/adapt/options.hpp"
#include "varhush/models/alphagenome_file.hpp"
#include "varhush/train/track_config.hpp"
#include "varhush/train/track_trainer.hpp"

namespace varhush::apps {

/// The configuration that --config names, or that the options for one file amount to.
/// @throws Error{kUsage}, Error{kInput}.
[[nodiscard]] train::TrackConfig config_of(const AdaptOptions& options,
                                           const models::AlphaGenomeFile& base);

[[nodiscard]] train::TrackRun run_of(const AdaptOptions& options);

}  // namespace varhush::apps
