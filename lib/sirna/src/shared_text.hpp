#pragma once

#include "packed_bases.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace varhush::sirna {

/// Bases [offset, offset + length) of what was added lie at `text_start`.
struct StoredPiece {
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
    std::uint64_t text_start = 0;
};

/// The text of an index: what was added before is not stored again. A stretch of at least
/// kLeastShared bases that equals text already there is pointed at; the rest is stored, with so
/// much overlap at the seams that each window of kLongestWindow bases of what was added lies in
/// one piece (exact, whatever is found). Stretches are found by every 16th 32-mer of the text, so
/// none of 47 bases or more is overlooked.
class SharedText {
  public:
    static constexpr std::uint32_t kLeastShared = 128;

    SharedText();

    /// `codes` are 0 to 3, at least one. Pieces ascend by offset and cover everything.
    std::vector<StoredPiece> add(std::span<const std::uint8_t> codes);

    /// The same in one piece: where `codes` lies, stored if it is nowhere found.
    std::uint64_t add_whole(std::span<const std::uint8_t> codes);

    [[nodiscard]] const PackedBases& bases() const noexcept { return text_; }

  private:
    struct Match {
        std::uint64_t start = 0;  ///< in what is being added
        std::uint64_t end = 0;
        std::uint64_t text_start = 0;
    };

    [[nodiscard]] std::size_t slot(std::uint64_t word) const noexcept;
    [[nodiscard]] std::optional<std::uint64_t> find(std::uint64_t word) const noexcept;
    [[nodiscard]] std::optional<Match> next_match(const PackedBases& added,
                                                  std::uint64_t from,
                                                  std::uint64_t left_limit) const;
    StoredPiece store(const PackedBases& added, std::uint64_t start, std::uint64_t end);
    void remember(std::uint64_t text_start, std::uint64_t text_end);
    void insert(std::uint64_t position);
    void grow();

    PackedBases text_;
    std::vector<std::uint32_t> slots_;  ///< position / 16 + 1; 0: free
    std::size_t used_ = 0;
    unsigned shift_ = 0;
};

}  // namespace varhush::sirna
