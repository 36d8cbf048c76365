#pragma once

#include "varhush/models/position_range.hpp"
#include "varhush/seq/reference_source.hpp"
#include "varhush/seq/region.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace varhush::apps {

/// One window's kept middle and what of it is wanted, reference positions.
struct PredictTile {
    std::string contig;
    models::PositionRange kept;                 ///< multiples of the token size
    std::vector<models::PositionRange> wanted;  ///< ascending, disjoint, within `kept`
};

/// Tiles of `kept_bp` on a fixed grid from the start of each contig, those that hold something of
/// `regions` (in any order, overlapping or not; empty: everything). Because the grid is fixed, the
/// values of a base do not depend on the regions asked for.
/// @throws Error{kUsage} for a region of an unknown contig, or behind its end.
[[nodiscard]] std::vector<PredictTile> plan_tiles(const seq::ReferenceSource& reference,
                                                  const std::vector<seq::Region>& regions,
                                                  std::int64_t kept_bp);

/// `ranges` brought outwards to multiples of `bin_bp`, in units of bins; ascending, disjoint.
[[nodiscard]] std::vector<models::PositionRange> to_bins(
    const std::vector<models::PositionRange>& ranges, std::int64_t bin_bp);

}  // namespace varhush::apps
