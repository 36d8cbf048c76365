#pragma once

#include <string_view>

namespace varhush::core {

/// The version of this build, e.g. "0.1.0".
std::string_view version() noexcept;

}  // namespace varhush::core
