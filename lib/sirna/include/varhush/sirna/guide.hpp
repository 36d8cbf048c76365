#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace varhush::sirna {

/// Shortest and longest guide (antisense strand) that the toolkit designs or reads, in nucleotides.
constexpr std::size_t kShortestGuide = 19;
constexpr std::size_t kLongestGuide = 23;

/// `letters` as RNA: upper case, T becomes U. Other letters stay as they are (`is_rna` judges
/// them).
std::string to_rna(std::string_view letters);

/// Whether every letter is one of A C G U (upper case) and there is at least one.
bool is_rna(std::string_view letters) noexcept;

/// The base that pairs with one of A C G U as Watson and Crick have it; N for any other letter.
char complement_rna(char base) noexcept;

/// Reverse complement of an RNA over A C G U N; the complement of any other letter is N.
std::string reverse_complement_rna(std::string_view rna);

/// The target site (sense, 5'->3', RNA) that pairs with all bases of `guide` (5'->3', RNA): guide
/// position 1 pairs with the last base of the site.
std::string site_of_guide(std::string_view guide);

/// The reason why `guide` (after `to_rna`) cannot be used, in words for people; empty when it can:
/// its length is 19 to 23 and its letters are A C G U.
std::string why_no_guide(std::string_view guide);

/// "'x'" for messages; "byte 195" for a letter that cannot be printed.
std::string quoted(char letter);

}  // namespace varhush::sirna
