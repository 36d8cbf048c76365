#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace varhush::sirna {

// Codes of the energy model: bases A C G U are 0-3.
constexpr int kUnknownBase = 4;  // any other letter of the IUPAC alphabet: pairs with nothing
constexpr int kNoBase = 5;       // beyond an end of the strand
constexpr int kBaseCodes = 5;    // those that a base can have
constexpr int kNeighborCodes = 6;

// Pairs AU CG GC GU UA UG are 0-5, read 5' to 3'.
constexpr int kPairs = 6;
constexpr int kNoPair = 6;

/// A position or a number that is not negative, as an index.
constexpr std::size_t as_index(int i) noexcept {
    return static_cast<std::size_t>(i);
}

/// The pair of two bases (codes, kNoBase too), or kNoPair: [first base][second base].
inline constexpr std::array<std::array<std::int8_t, kNeighborCodes>, kNeighborCodes> kPairOf{{
    {6, 6, 6, 0, 6, 6},
    {6, 6, 1, 6, 6, 6},
    {6, 2, 6, 3, 6, 6},
    {4, 6, 5, 6, 6, 6},
    {6, 6, 6, 6, 6, 6},
    {6, 6, 6, 6, 6, 6},
}};
constexpr int pair_code(int a, int b) noexcept {
    return kPairOf[as_index(a)][as_index(b)];
}

/// The same pair read from its second base.
int reverse_pair(int pair) noexcept;

/// Whether a pair is A-U or G-U, which costs at the end of a helix.
bool is_weak_pair(int pair) noexcept;

/// Whether a pair is G-U.
bool is_wobble(int pair) noexcept;

/// A strand as codes. Accepts T and lower case; IUPAC letters other than A C G U T are
/// kUnknownBase.
/// @throws Error{kInput} naming the position for anything else.
class Strand {
  public:
    explicit Strand(std::string_view letters);

    [[nodiscard]] int size() const noexcept { return static_cast<int>(codes_.size()) - 2; }
    /// Code of base i; kNoBase for -1 and size().
    [[nodiscard]] int operator[](int i) const noexcept { return codes_[as_index(i + 1)]; }
    [[nodiscard]] int pair(int i, int j) const noexcept {
        return pair_code((*this)[i], (*this)[j]);
    }

  private:
    std::vector<std::uint8_t> codes_;  // with kNoBase at both ends
};

}  // namespace varhush::sirna
