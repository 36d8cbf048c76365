#pragma once

#include "varhush/sirna/off_target_search.hpp"

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

namespace varhush::sirna {

/// What one strand, ungapped or with one bulge, looks for: up to 20 bases of the sense strand as 2
/// bits each, the first in the lowest bits.
struct SitePattern {
    std::uint64_t value = 0;
    std::uint64_t care = 0;  ///< low bit of each base that is compared
    std::uint32_t guide = 0;
    DuplexStrand strand = DuplexStrand::kGuide;
    Bulge bulge = Bulge::kNone;
    std::uint8_t bulge_position = 0;
    std::uint8_t length = 0;  ///< bases of the site

    /// Position of the strand, 1 to 19, opposite site base `index`; 0 for a bulged base.
    [[nodiscard]] unsigned strand_position(unsigned index) const noexcept;
};

/// The pattern of one strand (RNA, its first 19 positions count).
[[nodiscard]] SitePattern make_pattern(std::string_view strand,
                                       Bulge bulge,
                                       std::uint8_t bulge_position);

/// Every pattern with exactly one bulge: 18 of the target, 17 of the strand.
void add_bulged_patterns(std::string_view strand, std::vector<SitePattern>& patterns);

/// Low bit of each base in which `window` (from the same base on) differs from the pattern.
[[nodiscard]] inline std::uint64_t differences(const SitePattern& pattern,
                                               std::uint64_t window) noexcept {
    const std::uint64_t bits = window ^ pattern.value;
    return (bits | (bits >> 1U)) & pattern.care;
}

}  // namespace varhush::sirna
