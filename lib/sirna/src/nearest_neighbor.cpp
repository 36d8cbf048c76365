#include "varhush/sirna/nearest_neighbor.hpp"

#include "varhush/core/error.hpp"
#include "varhush/sirna/guide.hpp"

#include <array>
#include <cmath>
#include <numeric>
#include <string>

namespace varhush::sirna {

namespace {

// Xia et al. 1998, table 4: dG37 and dH in kcal/mol, dS in cal/(mol K), [first base][second base]
// in the order A C G U.
constexpr std::array<std::array<Thermodynamics, 4>, 4> kSteps{{
    {{{-0.93, -6.82, -19.0},
      {-2.24, -11.40, -29.5},
      {-2.08, -10.48, -27.1},
      {-1.10, -9.38, -26.7}}},
    {{{-2.11, -10.44, -26.9},
      {-3.26, -13.39, -32.7},
      {-2.36, -10.64, -26.7},
      {-2.08, -10.48, -27.1}}},
    {{{-2.35, -12.44, -32.5},
      {-3.42, -14.88, -36.9},
      {-3.26, -13.39, -32.7},
      {-2.24, -11.40, -29.5}}},
    {{{-1.33, -7.69, -20.5},
      {-2.35, -12.44, -32.5},
      {-2.11, -10.44, -26.9},
      {-0.93, -6.82, -19.0}}},
}};
constexpr Thermodynamics kInitiation{4.09, 3.61, -1.5};
constexpr Thermodynamics kTerminalAu{0.45, 3.72, 10.5};
constexpr Thermodynamics kSymmetry{0.43, 0, -1.4};

constexpr double kGasConstant = 1.98717;  // cal/(mol K)
constexpr double kZeroCelsius = 273.15;
constexpr std::size_t kSeedStart = 1;  // guide position 2
constexpr std::size_t kSeedLength = 7;

Thermodynamics operator+(const Thermodynamics& a, const Thermodynamics& b) {
    return {a.dg37_kcal_mol + b.dg37_kcal_mol,
            a.dh_kcal_mol + b.dh_kcal_mol,
            a.ds_cal_mol_k + b.ds_cal_mol_k};
}

std::size_t base_index(char letter) {
    const std::size_t index = std::string_view("ACGU").find(letter);
    if (index == std::string_view::npos) {
        throw Error(ErrorKind::kInput,
                    std::string("'") + letter + "' is not A, C, G or U",
                    "nearest-neighbour energies need a known base at every position");
    }
    return index;
}

void need_bases(std::string_view strand, std::size_t least) {
    if (strand.size() < least) {
        throw Error(ErrorKind::kInput,
                    "a strand of " + std::to_string(strand.size()) + " bases, where at least " +
                        std::to_string(least) + " are needed",
                    {});
    }
}

bool ends_in_au(char base) {
    return base_index(base) == 0 || base_index(base) == 3;
}

bool is_self_complementary(std::string_view strand) {
    return strand == reverse_complement_rna(strand);
}

std::string_view seed_of(std::string_view guide) {
    need_bases(guide, kSeedStart + kSeedLength);
    return guide.substr(kSeedStart, kSeedLength);
}

}  // namespace

Thermodynamics stack(char first, char second) {
    return kSteps[base_index(first)][base_index(second)];
}

double stack_kcal_mol(char first, char second) {
    return stack(first, second).dg37_kcal_mol;
}

std::vector<double> duplex_steps(std::string_view strand) {
    std::vector<double> steps;
    for (std::size_t i = 0; i + 1 < strand.size(); ++i) {
        steps.push_back(stack_kcal_mol(strand[i], strand[i + 1]));
    }
    return steps;
}

Thermodynamics duplex_thermodynamics(std::string_view strand) {
    need_bases(strand, 2);
    Thermodynamics sum = kInitiation;
    for (std::size_t i = 0; i + 1 < strand.size(); ++i) {
        sum = sum + stack(strand[i], strand[i + 1]);
    }
    for (const char end : {strand.front(), strand.back()}) {
        sum = ends_in_au(end) ? sum + kTerminalAu : sum;
    }
    return is_self_complementary(strand) ? sum + kSymmetry : sum;
}

std::vector<double> windowed_steps(std::string_view strand, std::size_t steps) {
    const auto each = duplex_steps(strand);
    std::vector<double> sums;
    for (std::size_t i = 0; steps > 0 && i + steps <= each.size(); ++i) {
        const auto first = each.begin() + static_cast<std::ptrdiff_t>(i);
        sums.push_back(std::accumulate(first, first + static_cast<std::ptrdiff_t>(steps), 0.0));
    }
    return sums;
}

double end_asymmetry(std::string_view guide, std::size_t steps) {
    need_bases(guide, steps + 1);
    const auto sums = windowed_steps(guide, steps);
    const auto end_penalty = [](char end) {
        return ends_in_au(end) ? kTerminalAu.dg37_kcal_mol : 0;
    };
    if (sums.empty()) {  // no step at all: only the ends' own terms
        return end_penalty(guide.front()) - end_penalty(guide.back());
    }
    return sums.front() + end_penalty(guide.front()) - sums.back() - end_penalty(guide.back());
}

double seed_pairing_kcal_mol(std::string_view guide) {
    const auto steps = duplex_steps(seed_of(guide));
    return std::accumulate(steps.begin(), steps.end(), 0.0);
}

double melting_celsius(std::string_view strand, const MeltingOptions& options) {
    if (!(options.concentration_nm > 0) || !(options.sodium_m > 0)) {
        throw Error(ErrorKind::kUsage,
                    "a melting temperature needs a concentration and a salt above 0",
                    {});
    }
    const Thermodynamics sum = duplex_thermodynamics(strand);
    const double strands = is_self_complementary(strand) ? 1 : 4;
    const double concentration_m = options.concentration_nm * 1e-9;
    const double kelvin = 1000 * sum.dh_kcal_mol /
                          (sum.ds_cal_mol_k + kGasConstant * std::log(concentration_m / strands));
    return kelvin - kZeroCelsius + 16.6 * std::log10(options.sodium_m);
}

double seed_tm_celsius(std::string_view guide, const MeltingOptions& options) {
    return melting_celsius(seed_of(guide), options);
}

}  // namespace varhush::sirna
