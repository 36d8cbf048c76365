#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace varhush::seq {

/// An interval of a contig, 0-based half-open. `end` is kToContigEnd when open to the right.
struct Region {
    static constexpr std::int64_t kToContigEnd = std::numeric_limits<std::int64_t>::max();

    std::string contig;
    std::int64_t start = 0;
    std::int64_t end = kToContigEnd;

    [[nodiscard]] bool contains(std::int64_t position) const noexcept {
        return start <= position && position < end;
    }
    bool operator==(const Region&) const = default;
};

/// Reads "chr1", "chr1:1,000", "chr1:1000-2000", "chr1:1000-" (1-based, closed, as samtools writes
/// it);
/// "{name:with:colon}:1-2" quotes a contig name that holds a colon.
/// @throws Error{kUsage} for text that is none of these.
[[nodiscard]] Region parse_region(std::string_view text);

/// "chr1:1001-2000", 1-based and closed, for people.
[[nodiscard]] std::string to_text(const Region& region);

}  // namespace varhush::seq
