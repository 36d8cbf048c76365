#include "loop_energy.hpp"

#include "loop_tables.hpp"

#include <algorithm>

namespace varhush::sirna {

namespace {

int bulge_energy(const InteriorLoop& loop, int unpaired) {
    const auto& tables = loop_energies();
    if (unpaired == 1) {  // the helix goes on across it
        return tables.bulge.at(1) + tables.stack.at(loop.outer, loop.inner);
    }
    return tables.bulge.at(unpaired) + tables.weak_end.at(loop.outer) +
           tables.weak_end.at(loop.inner);
}

template <int... kExtents>
int both_mismatches(const Table<int, kExtents...>& mismatch, const InteriorLoop& loop) {
    return mismatch.at(loop.outer, loop.after_outer, loop.before_outer) +
           mismatch.at(reverse_pair(loop.inner), loop.after_inner, loop.before_inner);
}

// Loops of at most 2 x 2 bases have tables of their own; `small` is the shorter side.
int small_interior_energy(const InteriorLoop& loop, int small, int large) {
    const auto& tables = loop_energies();
    if (large == 1) {
        return tables.interior_1x1.at(loop.outer, loop.inner, loop.after_outer, loop.before_outer);
    }
    if (small == 2) {
        return tables.interior_2x2.at(loop.outer,
                                      loop.inner,
                                      loop.after_outer,
                                      loop.before_inner,
                                      loop.after_inner,
                                      loop.before_outer);
    }
    if (loop.unpaired_5 == 1) {
        return tables.interior_1x2.at(
            loop.outer, loop.inner, loop.after_outer, loop.after_inner, loop.before_outer);
    }
    return tables.interior_1x2.at(reverse_pair(loop.inner),  // the loop turned round
                                  reverse_pair(loop.outer),
                                  loop.after_inner,
                                  loop.after_outer,
                                  loop.before_inner);
}

}  // namespace

InteriorLoop interior_loop(const Strand& strand, int i, int j, int p, int q) {
    return {.outer = strand.pair(i, j),
            .inner = strand.pair(p, q),
            .unpaired_5 = p - i - 1,
            .unpaired_3 = j - q - 1,
            .after_outer = strand[i + 1],
            .before_inner = strand[p - 1],
            .after_inner = strand[q + 1],
            .before_outer = strand[j - 1]};
}

int interior_energy(const InteriorLoop& loop) {
    const auto& tables = loop_energies();
    const int small = std::min(loop.unpaired_5, loop.unpaired_3);
    const int large = std::max(loop.unpaired_5, loop.unpaired_3);
    if (small + large > kLongestInterior) {
        return kImpossible;
    }
    if (large == 0) {
        return tables.stack.at(loop.outer, loop.inner);
    }
    if (small == 0) {
        return bulge_energy(loop, large);
    }
    if (large <= 2) {
        return small_interior_energy(loop, small, large);
    }
    const int length = tables.interior.at(small, large);
    if (small == 1) {
        return length + both_mismatches(tables.mismatch_interior_1n, loop);
    }
    if (small == 2 && large == 3) {
        return length + both_mismatches(tables.mismatch_interior_23, loop);
    }
    return length + both_mismatches(tables.mismatch_interior, loop);
}

int hairpin_energy(const Strand& strand, int i, int j) {
    const auto& tables = loop_energies();
    const int unpaired = j - i - 1;
    if (unpaired < kShortestHairpin) {
        return kImpossible;
    }
    if (const int* known = special_hairpin(strand, i, unpaired + 2); known != nullptr) {
        return *known;
    }
    const int pair = strand.pair(i, j);
    const int length =
        tables.hairpin.at(std::min(unpaired, kLongestInterior)) +
        (unpaired > kLongestInterior ? static_cast<int>(hairpin_extension(unpaired)) : 0);
    return length + (unpaired == kShortestHairpin
                         ? tables.weak_end.at(pair)
                         : tables.mismatch_hairpin.at(pair, strand[i + 1], strand[j - 1]));
}

int exterior_stem_energy(const Strand& strand, int i, int j) {
    return loop_energies().exterior_stem.at(strand.pair(i, j), strand[i - 1], strand[j + 1]);
}

int multi_stem_energy(const Strand& strand, int i, int j) {
    return loop_energies().multi_stem.at(strand.pair(i, j), strand[i - 1], strand[j + 1]);
}

int multi_closing_energy(const Strand& strand, int i, int j) {
    return loop_energies().multi_closing +
           loop_energies().multi_stem.at(strand.pair(j, i), strand[j - 1], strand[i + 1]);
}

}  // namespace varhush::sirna
