#pragma once

#include "varhush/sirna/design_report.hpp"

#include <span>
#include <string>

namespace varhush::report {

/// Expected silencing of each guide with its 90 % interval, and the probability of at least 70 %.
/// The height grows with the guides; the caller bounds them.
[[nodiscard]] std::string efficacy_svg(std::span<const sirna::DesignedGuide> guides);

}  // namespace varhush::report
