#pragma once

#include "strand.hpp"

namespace varhush::sirna {

/// Not possible, with room to add to.
constexpr int kImpossible = 100'000'000;

/// What the energy of a stack, bulge or interior loop depends on. Both pairs are read 5' to 3'; the
/// neighbours are the bases next to the pairs inside the loop (when a side has none, the other
/// pair's base, which is not looked at).
struct InteriorLoop {
    int outer = kNoPair;
    int inner = kNoPair;
    int unpaired_5 = 0;   ///< between the first bases of the pairs
    int unpaired_3 = 0;   ///< between their second bases
    int after_outer = 0;  ///< base after the outer pair's first
    int before_inner = 0;
    int after_inner = 0;
    int before_outer = 0;  ///< base before the outer pair's second
};

/// The loop between pairs (i, j) and (p, q), i < p < q < j, of one strand.
InteriorLoop interior_loop(const Strand& strand, int i, int j, int p, int q);

// Energies in 0.01 kcal/mol, Turner 2004. Pairs must be possible ones.

/// kImpossible for more than 30 unpaired bases.
int interior_energy(const InteriorLoop& loop);

/// kImpossible for fewer than 3 unpaired bases.
int hairpin_energy(const Strand& strand, int i, int j);

/// The stem of pair (i, j) in the exterior loop.
int exterior_stem_energy(const Strand& strand, int i, int j);

/// The stem of pair (i, j) in a multiloop that encloses it.
int multi_stem_energy(const Strand& strand, int i, int j);

/// What a multiloop closed by (i, j) costs before its inner stems.
int multi_closing_energy(const Strand& strand, int i, int j);

}  // namespace varhush::sirna
