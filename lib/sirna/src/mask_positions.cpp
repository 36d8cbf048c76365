#include "mask_positions.hpp"

#include "varhush/sirna/off_target_index.hpp"

namespace varhush::sirna {

std::vector<int> positions_of(std::uint32_t mask) {
    std::vector<int> positions;
    for (int p = 1; p <= static_cast<int>(kSiteBases); ++p) {
        if ((mask >> (p - 1) & 1U) != 0) {
            positions.push_back(p);
        }
    }
    return positions;
}

}  // namespace varhush::sirna
