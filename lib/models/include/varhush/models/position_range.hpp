#pragma once

#include <cstdint>

namespace varhush::models {

/// Positions [begin, end) of a tile or of a sequence.
struct PositionRange {
    std::int64_t begin = 0;
    std::int64_t end = 0;

    [[nodiscard]] std::int64_t size() const noexcept { return end - begin; }
    bool operator==(const PositionRange&) const = default;
};

}  // namespace varhush::models
