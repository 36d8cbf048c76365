#pragma once

#include <string>

namespace varhush::io {

/// Version of the HTSlib that is loaded, e.g. "1.16".
[[nodiscard]] std::string htslib_version();

}  // namespace varhush::io
