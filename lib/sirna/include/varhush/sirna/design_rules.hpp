#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace varhush::sirna {

// Published rules of thumb, on the 19-nt target site in sense (RNA, A C G U) whose last base faces
// guide position 1. Positions in their names count from the 5' end of the sense strand, as the
// papers do.

/// Share of G and C, 0 to 1; 0 for an empty sequence.
double gc_share(std::string_view rna) noexcept;

/// Length of the longest run of one base.
std::size_t longest_run(std::string_view rna) noexcept;

/// Length of the longest stretch of only G and C.
std::size_t longest_gc_stretch(std::string_view rna) noexcept;

/// All four conditions of Ui-Tei et al. 2004, NAR 32:936: A or U at the 5' end of the guide, G or C
/// at its position 19, at least five A or U among its first seven, no G/C stretch of more than
/// nine. @throws Error{kInternal} unless `site` has 19 bases (all rules here).
bool ui_tei(std::string_view site);

/// The score of Reynolds et al. 2004, Nat Biotechnol 22:326, -2 to 10: G/C 30-52 % +1; each A or U
/// at 15-19 +1, from three of them on; no internal repeats +1 (`hairpin` is false); A19 +1, A3 +1,
/// U10 +1; G or C at 19 -1; G13 -1. They choose 6 and more. The paper judges internal repeats by a
/// melting temperature; the caller judges them by the energy of the strand's best structure.
int reynolds_score(std::string_view site, bool hairpin);

/// The score of Amarzguioui & Prydz 2004, BBRC 316:1050, -2 to 4: +1 when the last three bases hold
/// at least two more A/U than the first three, +1 each for G or C at 1 (S1), A6, A or U at 19
/// (W19); -1 each for U1 and G19. They choose 3 and more.
int amarzguioui_score(std::string_view site);

/// The longest stretch that is its own reverse complement (such strands pair with themselves).
std::string longest_palindrome(std::string_view rna);

/// The longest word that occurs twice without overlap.
std::string longest_repeat(std::string_view rna);

}  // namespace varhush::sirna
