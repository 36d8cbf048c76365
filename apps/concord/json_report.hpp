#pragma once

#include "apps/concord/options.hpp"
#include "varhush/concord/analysis.hpp"

#include <string>

namespace varhush::apps {

/// The summary of a run as JSON, with a line end.
[[nodiscard]] std::string concord_json(const ConcordOptions& options,
                                       const concord::Analysis& analysis);

}  // namespace varhush::apps
