#pragma once

#include "apps/sidesign/options.hpp"
#include "varhush/sirna/designer.hpp"
#include "varhush/sirna/off_target_index.hpp"

#include <string>
#include <vector>

namespace varhush::apps {

/// Names in `known` that differ from `name` by at most two letters (case does not count), at most
/// three of them; for messages.
[[nodiscard]] std::vector<std::string> near_names(const std::string& name,
                                                  const std::vector<std::string>& known);

/// Reads, splices or looks up the targets, and groups them into units. `index` may be null.
/// @throws Error{kInput} for files that cannot be used, genes and transcripts that are not there
/// (with near names), names that come twice, Error{kUsage} for a region of no target.
void load_targets(const SidesignOptions& options,
                  const sirna::OffTargetIndex* index,
                  sirna::DesignInput& input);

}  // namespace varhush::apps
