#pragma once

#include "varhush/sirna/design_report.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

// Words and numbers that all parts of a design page write alike.

namespace varhush::report {

/// "1,234"
[[nodiscard]] std::string count_text(std::int64_t value);
[[nodiscard]] std::string count_text(std::size_t value);

/// "1,201–1,219": the bases of a site, 1-based.
[[nodiscard]] std::string range_text(std::size_t start, std::size_t end);

/// An off-target load with as many digits as mean something; a dash when it is not known.
[[nodiscard]] std::string load_text(double load);

/// Link target of a guide: by its number in the report, never by its name.
[[nodiscard]] std::string anchor_of(std::size_t guide);

/// The guide's name, with a link to its article where it has one. HTML.
[[nodiscard]] std::string guide_link(const sirna::DesignReport& report, std::size_t guide);

}  // namespace varhush::report
