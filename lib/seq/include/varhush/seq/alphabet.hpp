#pragma once

#include <string>
#include <string_view>

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

}  // namespace varhush::seq
