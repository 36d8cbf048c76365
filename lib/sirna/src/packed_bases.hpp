#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace varhush::sirna {

/// Bases as 2 bits each (A 0, C 1, G 2, T 3), 32 a word, the first in the lowest bits.
class PackedBases {
  public:
    static constexpr unsigned kWordBases = 32;

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

    /// `codes` are 0 to 3.
    void append(std::span<const std::uint8_t> codes);
    /// Bases [start, end) of `other`.
    void append(const PackedBases& other, std::uint64_t start, std::uint64_t end);

    [[nodiscard]] unsigned code(std::uint64_t base) const noexcept {
        return static_cast<unsigned>(words_[base / kWordBases] >> (2 * (base % kWordBases))) & 3U;
    }
    /// The 32 bases from `base` on; those behind the end are A.
    [[nodiscard]] std::uint64_t word_at(std::uint64_t base) const noexcept;

    [[nodiscard]] const std::vector<std::uint64_t>& words() const noexcept { return words_; }

  private:
    void push(std::uint64_t word, unsigned count);

    std::vector<std::uint64_t> words_;
    std::uint64_t size_ = 0;
};

/// How many bases from `a` of one and `b` of the other on are equal, at most `limit`.
[[nodiscard]] std::uint64_t common_right(const PackedBases& one,
                                         std::uint64_t a,
                                         const PackedBases& other,
                                         std::uint64_t b,
                                         std::uint64_t limit) noexcept;

}  // namespace varhush::sirna
