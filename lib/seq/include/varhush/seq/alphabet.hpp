#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::seq {

/// Upper-case A, C, G, T for those letters in either case; 'N' for every other letter (IUPAC codes,
/// U, gaps).
[[nodiscard]] char to_acgtn(char base) noexcept;

/// Watson-Crick complement of an upper-case A, C, G, T or N; 'N' for anything else.
[[nodiscard]] char complement(char base) noexcept;

/// Reverse complement of `bases`, upper-cased, letters outside ACGT as N. Cost O(L).
[[nodiscard]] std::string reverse_complement(std::string_view bases);

/// True when `bases` is not empty and holds only A, C, G, T in either case.
[[nodiscard]] bool is_acgt(std::string_view bases) noexcept;

/// Code of a base for the networks: 0..3 for A C G T in either case, 4 for anything else.
[[nodiscard]] std::uint8_t base_code(char base) noexcept;
[[nodiscard]] std::vector<std::uint8_t> base_codes(std::string_view bases);

}  // namespace varhush::seq
