#pragma once

#include "apps/tracks/options.hpp"
#include "varhush/models/track_table.hpp"

#include <string>
#include <vector>

namespace varhush::apps {

/// The tracks of one organism.
struct OrganismTracks {
    std::string organism;
    models::TrackTable table;
};

/// Reads the model's or the file's tracks.
/// @throws Error{kUsage} for an organism that is not there, or a model without tracks; what reading
/// throws.
[[nodiscard]] OrganismTracks read_tracks(const TracksOptions& options);

/// Those that were asked for, by output, then channel.
[[nodiscard]] std::vector<models::Track> search(const models::TrackTable& table,
                                                const TracksOptions& options);

/// What is written: a table, or JSON.
[[nodiscard]] std::string tracks_text(const std::vector<models::Track>& tracks,
                                      const std::string& organism,
                                      const TracksOptions& options);

}  // namespace varhush::apps
