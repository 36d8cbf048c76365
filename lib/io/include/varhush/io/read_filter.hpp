#pragma once

#include "varhush/io/alignment_reader.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>

namespace varhush::io {

/// Why reads were left out, and how many.
using DiscardCounts = std::map<std::string, std::int64_t, std::less<>>;

/// Which reads count, by what each record says of itself.
struct ReadFilter {
    int min_mapping_quality = 0;
    /// Unmapped, secondary, QC-fail, duplicate and supplementary reads.
    std::uint16_t excluded_flags = 0xF04;
    std::uint16_t required_flags = 0;

    /// Null when the read counts, else the reason in words (static storage).
    [[nodiscard]] const char* reason_to_skip(const Alignment& read) const noexcept;
};

}  // namespace varhush::io
