#pragma once

#include "varhush/sirna/design_report.hpp"

#include <cstddef>
#include <string>

namespace varhush::report {

/// All there is to say of one guide: why it was chosen, its duplex, numbers, filters, sites,
/// unintended sites, other species, alleles. HTML, bounded to some 20 kB.
[[nodiscard]] std::string guide_article(const sirna::DesignReport& report, std::size_t number);

}  // namespace varhush::report
