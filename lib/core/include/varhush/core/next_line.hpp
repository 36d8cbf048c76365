#pragma once

#include <string_view>

namespace varhush::core {

/// Takes the first line off `rest`, without its end ("\n" or "\r\n"; the last one may have none).
/// False when nothing is left.
[[nodiscard]] bool next_line(std::string_view& rest, std::string_view& line) noexcept;

}  // namespace varhush::core
