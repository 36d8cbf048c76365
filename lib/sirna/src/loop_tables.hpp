#pragma once

#include "strand.hpp"

#include <array>
#include <cstddef>
#include <string_view>

namespace varhush::sirna {

/// Longest unpaired part of an interior loop or bulge, both sides together.
constexpr int kLongestInterior = 30;
constexpr int kShortestHairpin = 3;
/// Gas constant times 37 C in kcal/mol (1.98717 cal/(mol K), 310.15 K).
constexpr double kThermalKcalMol = 310.15 * 1.98717 / 1000;
/// Free energies are integers of 0.01 kcal/mol; the model calls them so.
constexpr double kKcalPerUnit = 0.01;

/// A table whose last index is contiguous; `at(i, j, ...)` takes as many indices as it has extents.
template <class T, int... kExtents>
class Table {
  public:
    template <class... Index>
    [[nodiscard]] const T& at(Index... index) const noexcept {
        return values_[offset(index...)];
    }
    template <class... Index>
    [[nodiscard]] T& at(Index... index) noexcept {
        return values_[offset(index...)];
    }
    [[nodiscard]] std::array<T, (std::size_t{kExtents} * ...)>& values() noexcept {
        return values_;
    }

  private:
    template <class... Index>
    static std::size_t offset(Index... index) noexcept {
        static_assert(sizeof...(Index) == sizeof...(kExtents));
        std::size_t at = 0;
        ((at = at * std::size_t{kExtents} + static_cast<std::size_t>(index)), ...);
        return at;
    }
    std::array<T, (std::size_t{kExtents} * ...)> values_{};
};

/// The loops of Turner 2004 at 37 C, by pair and base codes: energies in 0.01 kcal/mol (T = int),
/// or Boltzmann weights exp(-E / kT) (T = double). Unknown bases have the least favourable value.
/// Where two pairs are indices, the first is the outer one and both are read 5' to 3'.
template <class T>
struct LoopTables {
    Table<T, kPairs, kPairs> stack;
    // [pair seen from the loop][base after its first][base before its second]
    Table<T, kPairs, kBaseCodes, kBaseCodes> mismatch_hairpin;
    Table<T, kPairs, kBaseCodes, kBaseCodes> mismatch_interior;
    Table<T, kPairs, kBaseCodes, kBaseCodes> mismatch_interior_1n;
    Table<T, kPairs, kBaseCodes, kBaseCodes> mismatch_interior_23;
    // [outer][inner][unpaired bases in the order of the strand]
    Table<T, kPairs, kPairs, kBaseCodes, kBaseCodes> interior_1x1;
    Table<T, kPairs, kPairs, kBaseCodes, kBaseCodes, kBaseCodes> interior_1x2;
    Table<T, kPairs, kPairs, kBaseCodes, kBaseCodes, kBaseCodes, kBaseCodes> interior_2x2;
    // A stem in an exterior loop or multiloop, everything included (dangling ends or mismatch, weak
    // end, the multiloop's own term): [pair seen from the loop][base 5' of it][base 3' of it].
    Table<T, kPairs, kNeighborCodes, kNeighborCodes> exterior_stem;
    Table<T, kPairs, kNeighborCodes, kNeighborCodes> multi_stem;
    T multi_closing{};  // without the stem term of the closing pair
    Table<T, kPairs> weak_end;
    // By number of unpaired bases.
    Table<T, kLongestInterior + 1> hairpin;
    Table<T, kLongestInterior + 1> bulge;
    Table<T, kLongestInterior + 1, kLongestInterior + 1> interior;  // [n1][n2], asymmetry included
};

const LoopTables<int>& loop_energies();
const LoopTables<double>& loop_weights();

/// exp(-E / kT) of an energy in 0.01 kcal/mol.
double boltzmann(double energy) noexcept;

/// 0.01 kcal/mol for hairpins of more than 30 bases, beyond the value for 30: 107.856 ln(u / 30).
/// Energies take its whole part, weights the fraction too.
double hairpin_extension(int unpaired) noexcept;

/// Starting a duplex of two strands (0.01 kcal/mol).
int duplex_initiation() noexcept;

/// Whole energy of a hairpin that is known as such, e.g. "CUUCGG"; nullptr for all others. `codes`
/// is the first base of the closing pair, `length` counts both closing bases.
const int* special_hairpin(const Strand& strand, int first, int length) noexcept;

}  // namespace varhush::sirna
