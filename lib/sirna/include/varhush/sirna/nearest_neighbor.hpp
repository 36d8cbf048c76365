#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace varhush::sirna {

// Nearest-neighbour thermodynamics of a perfectly paired RNA duplex at 37 C, 1 M Na+: the numbers
// of Xia et al. 1998, Biochemistry 37:14719, table 4. Strands are 5'->3', upper case, A C G U
// (`to_rna`); any other letter is @throws Error{kInput}. G:U pairs, mismatches and bulges are in
// duplex.hpp.

/// Free energy, enthalpy and entropy of one step, or of a sum of them.
struct Thermodynamics {
    double dg37_kcal_mol = 0;
    double dh_kcal_mol = 0;
    double ds_cal_mol_k = 0;
};

/// The step of `first` and `second`, neighbours 5'->3' on one strand, both with their Watson-Crick
/// partners: stack('G', 'A') is GA over UC. Reading the step from the other strand gives the same.
Thermodynamics stack(char first, char second);

/// The free energy of that step in kcal/mol, -3.42 (GC) to -0.93 (AA).
double stack_kcal_mol(char first, char second);

/// Free energies of the steps 1-2, 2-3, ... of `strand`: size() - 1 values (18 of a 19-mer), none
/// for strands shorter than 2.
std::vector<double> duplex_steps(std::string_view strand);

/// The whole duplex of `strand` and its perfect complement: the steps, initiation, a penalty for
/// each end that is A-U, and the symmetry term of self-complementary strands. Needs 2 or more
/// nucleotides, else @throws Error{kInput}.
Thermodynamics duplex_thermodynamics(std::string_view strand);

/// Sums of `steps` successive values of `duplex_steps(strand)`, one a start: size() - steps values,
/// none when there are fewer steps than that. `steps` must be at least 1.
std::vector<double> windowed_steps(std::string_view strand, std::size_t steps);

/// Stability of the guide's 5' end minus that of its 3' end, in kcal/mol: the first and the last
/// `steps` steps, with the terminal A-U penalty of each end. Positive: the 5' end opens more
/// easily, so this strand is the one that enters RISC (Schwarz et al. 2003, Cell 115:199; Khvorova
/// et al. 2003, Cell 115:209). @throws Error{kInput} when `guide` has fewer than steps + 1
/// nucleotides.
double end_asymmetry(std::string_view guide, std::size_t steps = 4);

/// Stability of the seed (guide positions 2-8) paired with its complement: the sum of its six steps
/// in kcal/mol, without initiation, because it is one end of a longer helix. Needs 8 nucleotides.
double seed_pairing_kcal_mol(std::string_view guide);

/// Conditions of a melting temperature.
struct MeltingOptions {
    double concentration_nm = 100;  ///< total strand concentration, nmol/l, above 0
    double sodium_m = 1;            ///< Na+, mol/l, above 0
};

/// Melting temperature in degrees Celsius of `strand` with its perfect complement, both strands in
/// equal amounts: T = dH / (dS + R ln(C / 4)) - 273.15 (C / 1 where the strand is its own
/// complement), plus 16.6 log10([Na+]) away from 1 M (Schildkraut & Lifson 1965, Biopolymers 3:195;
/// the salt term that Ui-Tei et al. 2008, NAR 36:7100 use for seeds).
/// @throws Error{kInput} for fewer than 2 nucleotides, Error{kUsage} for options that are not above
/// 0.
double melting_celsius(std::string_view strand, const MeltingOptions& options = {});

/// The melting temperature of the seed duplex, guide positions 2-8, with end terms as for a free
/// 7-mer: Ui-Tei et al. 2008 found that it tells how strongly a guide silences by its seed alone.
/// Their dividing line, 21.5 C, is for 100 umol/l and 0.1 M Na+. Needs 8 nucleotides.
double seed_tm_celsius(std::string_view guide, const MeltingOptions& options = {});

}  // namespace varhush::sirna
