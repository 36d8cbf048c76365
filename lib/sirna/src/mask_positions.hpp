#pragma once

#include <cstdint>
#include <vector>

namespace varhush::sirna {

/// Positions of a site, 1-based, whose bits are set: bit 0 is position 1.
[[nodiscard]] std::vector<int> positions_of(std::uint32_t mask);

}  // namespace varhush::sirna
