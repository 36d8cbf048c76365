#pragma once

#include "varhush/concord/analysis.hpp"

#include <cstddef>
#include <string>

namespace varhush::apps {

/// Column names and a line end.
[[nodiscard]] std::string site_columns();

/// Appends the lines of one row of the counts: one for each score that is compared with its sample.
void append_site(const concord::Analysis& analysis, std::size_t row, std::string& out);

}  // namespace varhush::apps
