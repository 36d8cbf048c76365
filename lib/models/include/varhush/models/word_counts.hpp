#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace varhush::models {

// Canonical words of a sequence: a word and its reverse complement are the same. Solid words of six
// bases, words of three and three with a gap of two, and solid words of four.

inline constexpr std::size_t kSixMers = 2080;  ///< of each of the two forms
inline constexpr std::size_t kGappedWords = 2 * kSixMers;
inline constexpr std::size_t kFourMers = 136;
inline constexpr std::int64_t kLongestWord = 8;  ///< bases that a gapped word spans

/// Calls `seen` with the number of each word of `codes` (0..3 for A C G T): solid six-mers from 0,
/// gapped ones from kSixMers, both in the order of their canonical codes (A C G T as digits). Words
/// with a base outside ACGT are left out.
void visit_gapped_words(std::span<const std::uint8_t> codes,
                        const std::function<void(std::size_t)>& seen);

/// The same of solid words of four bases, from 0.
void visit_four_mers(std::span<const std::uint8_t> codes,
                     const std::function<void(std::size_t)>& seen);

}  // namespace varhush::models
