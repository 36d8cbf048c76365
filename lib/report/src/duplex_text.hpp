#pragma once

#include "varhush/sirna/design_report.hpp"

#include <string>

namespace varhush::report {

/// Guide and target as lines of a <pre>: the target with its flanks, pairs, the guide 3'->5' below
/// with its seed (positions 2-8) marked, and the variants of the site pointed at. HTML.
[[nodiscard]] std::string duplex_markup(const sirna::DesignReport& report,
                                        const sirna::DesignedGuide& guide);

}  // namespace varhush::report
