#pragma once

#include "varhush/sirna/design_report.hpp"

#include <cstddef>
#include <string>

namespace varhush::report {

/// One target as a drawing: accessibility along it, its parts, the chosen sites by rank, what
/// became of all other candidates, and known variants. Long targets are drawn in bins, so that the
/// drawing stays below some 100 kB. Cost O(guides + rejected candidates).
[[nodiscard]] std::string transcript_svg(const sirna::DesignReport& report, std::size_t target);

}  // namespace varhush::report
