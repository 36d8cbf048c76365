#pragma once

#include "varhush/models/track_table.hpp"

#include <span>
#include <string>
#include <vector>

namespace varhush::models {

/// The rows of one organism in file order; see TrackTable::from_tsv.
/// @throws Error{kInput} naming line and column.
[[nodiscard]] std::vector<Track> read_track_tsv(const std::string& text,
                                                const std::string& organism,
                                                const std::string& file);

}  // namespace varhush::models
