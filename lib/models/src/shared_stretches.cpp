#include "shared_stretches.hpp"

#include <algorithm>

namespace varhush::models {

Stretches behind_convolution(const Stretches& stretches, std::int64_t halo, std::int64_t length) {
    Stretches result;
    for (const auto& stretch : stretches) {
        const bool at_start = stretch.edited_begin == 0 && stretch.reference_begin == 0;
        const bool at_end = stretch.edited_begin + stretch.length == length &&
                            stretch.reference_begin + stretch.length == length;
        const std::int64_t left = at_start ? 0 : halo;
        const std::int64_t kept = stretch.length - left - (at_end ? 0 : halo);
        if (kept > 0) {
            result.push_back({stretch.edited_begin + left, stretch.reference_begin + left, kept});
        }
    }
    return result;
}

Stretches behind_pooling(const Stretches& stretches) {
    Stretches result;
    for (const auto& stretch : stretches) {
        const std::int64_t shift = stretch.edited_begin - stretch.reference_begin;
        if (shift % 2 != 0) {
            continue;
        }
        const std::int64_t begin = (stretch.edited_begin + 1) / 2;
        const std::int64_t end = (stretch.edited_begin + stretch.length) / 2;
        if (end > begin) {
            result.push_back({begin, begin - shift / 2, end - begin});
        }
    }
    return result;
}

std::vector<PositionRange> uncovered(const Stretches& stretches, std::int64_t length) {
    std::vector<PositionRange> result;
    std::int64_t next = 0;
    for (const auto& stretch : stretches) {
        if (stretch.edited_begin > next) {
            result.push_back({next, stretch.edited_begin});
        }
        next = std::max(next, stretch.edited_begin + stretch.length);
    }
    if (next < length) {
        result.push_back({next, length});
    }
    return result;
}

}  // namespace varhush::models
