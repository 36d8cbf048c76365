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

/// Every column, absent values empty, numbers so that they read back the same.
[[nodiscard]] std::string write_track_tsv(std::span<const Track> tracks,
                                          const std::string& organism);

}  // namespace varhush::models
