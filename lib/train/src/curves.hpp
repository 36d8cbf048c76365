#pragma once

#include <string>

namespace varhush::train {

/// Draws a training log (a header line, "." for missing values) as SVG: the losses on top, the
/// figures between 0 and 1 below, over the steps.
/// @throws Error{kInput} for a log without lines, Error{kOutput}.
void write_curves(const std::string& log, const std::string& path);

}  // namespace varhush::train
