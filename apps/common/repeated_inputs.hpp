#pragma once

#include <string>
#include <vector>

namespace varhush::apps {

/// No file of reads may be given twice, however it is spelled, linked or opened ("-" is what
/// standard input comes from): all its reads would count twice.
/// @throws Error{kUsage} naming both.
void reject_repeated_inputs(const std::vector<std::string>& paths);

}  // namespace varhush::apps
