#include "loop_tables.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <span>

namespace varhush::sirna {

namespace {

struct SpecialHairpin {
    std::string_view letters;
    int energy;
};

#include "turner2004.inc"

constexpr int kBases = 4;

// Value of a published table (bases A C G U only) at codes that may be unknown bases: the largest,
// that is the least favourable, of all that they may be.
int worst(std::span<const std::int16_t> values, std::size_t offset, std::span<const int> codes) {
    if (codes.empty()) {
        return values[offset];
    }
    const auto rest = codes.subspan(1);
    if (codes[0] < kBases) {
        return worst(values, offset * kBases + static_cast<std::size_t>(codes[0]), rest);
    }
    int most = worst(values, offset * kBases, rest);
    for (std::size_t base = 1; base < kBases; ++base) {
        most = std::max(most, worst(values, offset * kBases + base, rest));
    }
    return most;
}

template <class... Code>
int worst_of(std::span<const std::int16_t> values, int pair, Code... code) {
    const std::array<int, sizeof...(Code)> codes{code...};
    return worst(values, static_cast<std::size_t>(pair), codes);
}

// Calls body(i, j, ...) for all indices below `extent`.
template <int kDepth, class Body, class... Index>
void for_all(int extent, const Body& body, Index... index) {
    if constexpr (kDepth == 0) {
        body(index...);
    } else {
        for (int i = 0; i < extent; ++i) {
            for_all<kDepth - 1>(extent, body, index..., i);
        }
    }
}

int asymmetry(int n1, int n2) {
    return std::min(kAsymmetryMost, kAsymmetry * std::abs(n1 - n2));
}

// What is added to a stem for its neighbours: never unfavourable.
int neighbor_energy(std::span<const std::int16_t> mismatch, int pair, int five, int three) {
    if (five != kNoBase && three != kNoBase) {
        return std::min(0, worst_of(mismatch, pair, five, three));
    }
    if (five != kNoBase) {
        return std::min(0, worst_of(kDangle5, pair, five));
    }
    return three != kNoBase ? std::min(0, worst_of(kDangle3, pair, three)) : 0;
}

template <class T, class Convert>
void fill_mismatches(LoopTables<T>& tables, const Convert& convert) {
    for (int pair = 0; pair < kPairs; ++pair) {
        for_all<2>(kBaseCodes, [&](int x, int y) {
            tables.mismatch_hairpin.at(pair, x, y) =
                convert(worst_of(kMismatchHairpin, pair, x, y));
            tables.mismatch_interior.at(pair, x, y) =
                convert(worst_of(kMismatchInterior, pair, x, y));
            tables.mismatch_interior_1n.at(pair, x, y) =
                convert(worst_of(kMismatchInterior1n, pair, x, y));
            tables.mismatch_interior_23.at(pair, x, y) =
                convert(worst_of(kMismatchInterior23, pair, x, y));
        });
    }
}

template <class T, class Convert>
void fill_small_interiors(LoopTables<T>& tables, const Convert& convert) {
    for_all<2>(kPairs, [&](int outer, int inner) {
        const int both = outer * kPairs + inner;
        tables.stack.at(outer, inner) = convert(kStack[static_cast<std::size_t>(both)]);
        for_all<2>(kBaseCodes, [&](int x, int y) {
            tables.interior_1x1.at(outer, inner, x, y) =
                convert(worst_of(kInterior1x1, both, x, y));
        });
        for_all<3>(kBaseCodes, [&](int x, int y, int z) {
            tables.interior_1x2.at(outer, inner, x, y, z) =
                convert(worst_of(kInterior1x2, both, x, y, z));
        });
        for_all<4>(kBaseCodes, [&](int w, int x, int y, int z) {
            tables.interior_2x2.at(outer, inner, w, x, y, z) =
                convert(worst_of(kInterior2x2, both, w, x, y, z));
        });
    });
}

// `soften` is applied to the neighbours' part alone.
template <class T, class Convert, class Soften>
void fill_stems(LoopTables<T>& tables, const Convert& convert, const Soften& soften) {
    for (int pair = 0; pair < kPairs; ++pair) {
        const int weak = is_weak_pair(pair) ? kTerminalWeak : 0;
        tables.weak_end.at(pair) = convert(weak);
        for_all<2>(kNeighborCodes, [&](int five, int three) {
            tables.exterior_stem.at(pair, five, three) =
                convert(soften(neighbor_energy(kMismatchExterior, pair, five, three),
                               five != kNoBase || three != kNoBase) +
                        weak);
            tables.multi_stem.at(pair, five, three) =
                convert(soften(neighbor_energy(kMismatchMulti, pair, five, three),
                               five != kNoBase || three != kNoBase) +
                        weak + kMultiStem);
        });
    }
    tables.multi_closing = convert(kMultiClosing);
}

template <class T, class Convert>
void fill_lengths(LoopTables<T>& tables, const Convert& convert) {
    static_assert(kMultiBase == 0, "unpaired bases of multiloops would need a weight");
    for (int n1 = 0; n1 <= kLongestInterior; ++n1) {
        const auto n = static_cast<std::size_t>(n1);
        tables.hairpin.at(n1) = convert(kHairpinLength[n]);
        tables.bulge.at(n1) = convert(kBulgeLength[n]);
        for (int n2 = 0; n1 + n2 <= kLongestInterior; ++n2) {
            tables.interior.at(n1, n2) =
                convert(kInteriorLength[n + static_cast<std::size_t>(n2)] + asymmetry(n1, n2));
        }
    }
}

template <class T, class Convert, class Soften>
std::unique_ptr<LoopTables<T>> make_tables(const Convert& convert, const Soften& soften) {
    auto tables = std::make_unique<LoopTables<T>>();
    fill_mismatches(*tables, convert);
    fill_small_interiors(*tables, convert);
    fill_stems(*tables, convert, soften);
    fill_lengths(*tables, convert);
    return tables;
}

// The partition function of the reference programs clips stem terms at 0 by a smooth curve (Lorenz
// et al. 2011, ViennaRNA 2, "SMOOTH"), which at 37 C matters only for values of 0.
double soft_clip(double energy) {
    const double y = -energy / 10;
    if (y > 0.8660254) {
        return energy;
    }
    if (y < -1.2283697) {
        return 0;
    }
    const double root = std::sin(y - 0.34242663) + 1;
    return -10 * 0.38490018 * root * root;
}

}  // namespace

const LoopTables<int>& loop_energies() {
    static const auto tables = make_tables<int>([](int energy) { return energy; },
                                                [](int energy, bool) { return energy; });
    return *tables;
}

const LoopTables<double>& loop_weights() {
    static const auto tables = make_tables<double>(boltzmann, [](double energy, bool has_neighbor) {
        return has_neighbor ? soft_clip(energy) : energy;
    });
    return *tables;
}

double boltzmann(double energy) noexcept {
    return std::exp(-energy * kKcalPerUnit / kThermalKcalMol);
}

double hairpin_extension(int unpaired) noexcept {
    constexpr double kLoopExtrapolation = 107.856;  // 1.75 RT, Mathews et al. 2004
    return kLoopExtrapolation * std::log(unpaired / static_cast<double>(kLongestInterior));
}

int duplex_initiation() noexcept {
    return kDuplexInitiation;
}

const int* special_hairpin(const Strand& strand, int first, int length) noexcept {
    constexpr std::string_view kLetters = "ACGUNN";
    for (const SpecialHairpin& known : kSpecialHairpins) {
        if (known.letters.size() != static_cast<std::size_t>(length)) {
            continue;
        }
        bool same = true;
        for (int i = 0; i < length && same; ++i) {
            same = known.letters[static_cast<std::size_t>(i)] ==
                   kLetters[static_cast<std::size_t>(strand[first + i])];
        }
        if (same) {
            return &known.energy;
        }
    }
    return nullptr;
}

}  // namespace varhush::sirna
