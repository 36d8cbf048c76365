#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::sirna {

// Secondary structure of one strand at 37 C, 1 M Na+: nested Watson-Crick and G:U pairs, hairpins
// of 3 or more, interior loops and bulges of up to 30 unpaired bases, multiloops; Turner 2004
// parameters (Mathews et al. 2004, PNAS 101:7287; Turner & Mathews 2010, NAR 38:D280), dangling
// ends on every stem whether or not the neighbour is paired ("d2"). The model and its sources are
// in docs/thermodynamics.md. Letters A C G U T in either case; other letters of the IUPAC alphabet
// pair with nothing, and count as the least favourable base where they are neighbours; what is no
// letter is @throws Error{kInput}. An empty sequence has the energy 0 and no pairs.

/// A structure in dots and brackets, one character a base, and its free energy.
struct Fold {
    double kcal_mol = 0;
    std::string structure;
};

/// The structure of minimum free energy, one of them where several tie. Cost O(n^2 * 30^2 / 2 +
/// n^3), 11 us for a guide; memory 12 n^2 bytes.
Fold fold_mfe(std::string_view rna);

/// Free energy of the whole ensemble, -kT ln Z (McCaskill 1990, Biopolymers 29:1105), at most
/// that of the best structure and never above 0. Cost and memory as `pair_probabilities`.
double ensemble_kcal_mol(std::string_view rna);

/// Probability that two bases are paired, over the ensemble.
class PairProbabilities {
  public:
    PairProbabilities(std::size_t length, std::vector<double> triangle);

    [[nodiscard]] std::size_t length() const noexcept { return length_; }
    /// 0 <= i, j < length(), in either order.
    [[nodiscard]] double paired(std::size_t i, std::size_t j) const;
    /// Probability that base i is in no pair.
    [[nodiscard]] double unpaired(std::size_t i) const;

  private:
    std::size_t length_;
    std::vector<double> triangle_;  // [i][j - i], rows of `length`
};

/// Cost O(n^2 * 30^2 + n^3), memory 90 n^2 bytes: for strands up to a few thousand bases. Local
/// structure of transcripts is in accessibility.hpp.
PairProbabilities pair_probabilities(std::string_view rna);

/// One loop of a structure; positions are 0-based.
struct LoopEnergy {
    enum class Kind { kExterior, kHairpin, kInterior, kMulti };
    Kind kind = Kind::kExterior;
    std::size_t i = 0, j = 0;  ///< the closing pair; of no meaning for the exterior loop
    std::size_t p = 0, q = 0;  ///< the inner pair of an interior loop, stack or bulge
    double kcal_mol = 0;
};

/// The loops of `structure` from the outside in, the exterior loop first; their sum is its free
/// energy.
/// @throws Error{kInput} when the lengths differ, brackets do not match, two bases cannot pair, a
/// hairpin has fewer than 3 bases or an interior loop more than 30.
std::vector<LoopEnergy> evaluate_loops(std::string_view rna, std::string_view structure);

/// Free energy of `structure` in kcal/mol; throws as `evaluate_loops`.
double evaluate(std::string_view rna, std::string_view structure);

}  // namespace varhush::sirna
