#pragma once

#include "varhush/sirna/off_target_index.hpp"

#include <string>

namespace varhush::apps {

/// What is in an index, one tab-separated line a fact.
[[nodiscard]] std::string describe_index(const sirna::OffTargetIndex& index);

}  // namespace varhush::apps
