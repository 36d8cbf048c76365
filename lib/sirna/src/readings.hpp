#pragma once

#include "varhush/sirna/off_target_builder.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::sirna {

/// A stretch of a transcript with at least one allele or reading of an ambiguity letter.
struct Reading {
    /// Bases [from, to) of `codes` stand for [start, end) of the transcript.
    struct Change {
        std::uint32_t from = 0;
        std::uint32_t to = 0;
        std::uint32_t start = 0;
        std::uint32_t end = 0;
        std::uint32_t variant = Edit::kAmbiguity;

        bool operator==(const Change&) const = default;
        auto operator<=>(const Change&) const = default;
    };

    std::uint32_t start = 0;  ///< of the transcript, of the first base
    std::vector<std::uint8_t> codes;
    std::vector<Change> changes;  ///< ascending

    bool operator==(const Reading&) const = default;
    auto operator<=>(const Reading&) const = default;
};

constexpr std::uint8_t kNoBase = 4;

/// 0 to 3 for A C G T/U in either case, kNoBase for everything else.
[[nodiscard]] std::uint8_t code_of(char letter) noexcept;

/// The bases an IUPAC letter of two or three readings stands for, as codes; empty for others.
[[nodiscard]] std::string_view readings_of(char letter) noexcept;

/// What cannot be enumerated.
struct ReadingLimits {
    std::uint64_t alleles_left_out = 0;
    std::uint64_t ambiguous_as_n = 0;
};

/// Every sequence that a window of kLongestWindow bases or less with at least one allele or
/// ambiguity letter can have, on either copy of the chromosome: for each change the stretch in
/// which it is the first. A window belongs to the reading whose first change it touches, and to no
/// other. More than 4,096 combinations round one change are not enumerated but counted in `limits`.
[[nodiscard]] std::vector<Reading> readings_of(const TranscriptRecord& record,
                                               ReadingLimits& limits);

}  // namespace varhush::sirna
