#pragma once

#include <cstdint>
#include <vector>

namespace varhush::models {

/// `removed` bases from `start` on give way to `inserted` (codes 0..3 for A C G T, 4 for anything
/// else). Alternative positions count along the edited sequence.
struct SequenceEdit {
    std::int64_t start = 0;
    std::int64_t removed = 0;
    std::vector<std::uint8_t> inserted;

    [[nodiscard]] std::int64_t shift() const noexcept {
        return static_cast<std::int64_t>(inserted.size()) - removed;
    }
};

}  // namespace varhush::models
