#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace varhush::core {

/// What stands between the commas of an option's value, without blanks around it; empty pieces are
/// left out.
[[nodiscard]] std::vector<std::string> split_list(std::string_view text);

}  // namespace varhush::core
