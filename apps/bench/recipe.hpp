#pragma once

#include <string>

namespace varhush::apps {

/// Writes recipe weights for the widths in the JSON file `config` (empty: the released ones) to
/// `output`, block by block.
/// @throws Error{kInput, kModel, kOutput}.
void write_recipe(const std::string& output, const std::string& config);

}  // namespace varhush::apps
