#pragma once

#include "apps/predict/options.hpp"
#include "apps/predict/plan.hpp"
#include "varhush/seq/reference_source.hpp"

#include <cstdint>
#include <vector>

namespace varhush::apps {

/// The tiles of -r or -R, or of everything. @throws Error{kInput} when there are none, and as
/// plan_tiles().
[[nodiscard]] std::vector<PredictTile> wanted_tiles(const PredictOptions& options,
                                                    const seq::ReferenceSource& reference,
                                                    std::int64_t kept_bp);

}  // namespace varhush::apps
