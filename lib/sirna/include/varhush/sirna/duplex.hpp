#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace varhush::sirna {

// Energies of two strands paired with each other, at 37 C, 1 M Na+: Watson-Crick and G:U pairs,
// mismatches, interior loops and bulges of up to 30 unpaired bases, Turner 2004 parameters (Mathews
// et al. 2004, PNAS 101:7287; Turner & Mathews 2010, NAR 38:D280). Pairs inside a strand are not
// considered. Letters A C G U T in either case; other letters of the IUPAC alphabet pair with
// nothing, and count as the least favourable base where they are neighbours; what is no letter is
// @throws Error{kInput}.

/// How two strands pair. Structures have one character a base, '(' for paired bases of the guide,
/// ')' for those of the site, '.' for unpaired ones.
struct DuplexEnergy {
    double kcal_mol = 0;      ///< 0 when not one pair is possible; can be above 0
    std::size_t pairs = 0;    ///< base pairs; 0: the strands cannot pair
    std::size_t wobbles = 0;  ///< those of them that are G:U
    std::string guide_structure;
    std::string site_structure;
};

/// The most stable duplex of `guide` and `site`, each 5'->3', of any lengths: what RNAduplex finds
/// (Lorenz et al. 2011, Algorithms Mol Biol 6:26), with initiation and the terms of both ends.
/// Cost: O(guide * site * 30^2 / 2); about 60 us for 21 x 21.
DuplexEnergy hybridize(std::string_view guide, std::string_view site);

/// The most stable duplex of `guide` and a `site` of equal length in register: guide base i pairs
/// only with site base n - 1 - i, mismatches between are interior loops. Cost O(15 n), 2 us; never
/// below `hybridize`. @throws Error{kInput} when the lengths differ.
DuplexEnergy pair_in_register(std::string_view guide, std::string_view site);

}  // namespace varhush::sirna
