#include "placement_rules.hpp"

#include "varhush/sirna/nearest_neighbor.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

// Which way each rule points has a source; every number is ours, in units of a UpA step left open
// being 3. They are balanced so that, with 2'-O-methyl and 2'-fluoro alone and no UpA in the way,
// the pattern of Foster et al. 2018 comes out (tests/sirna/chemistry_placement_test.cpp).

namespace varhush::sirna {

namespace {

// 2'-O-methyl in the guide, by position from 1. Position 2: Prakash et al. 2005, J Med Chem 48:4247
// (it costs activity; it also holds back seed off-targets, see `seed`). Position 14: Zheng et al.
// 2013, FASEB J 27:4017. 6, 9 and 16 stay 2'-fluoro in Foster et al. 2018, Mol Ther 26:708. 10 and
// 11 face the bond that is cut (Elbashir et al. 2001, EMBO J 20:6877).
constexpr std::array<double, 17> kGuideMethoxy{
    0, 0, 2, 0.1, 0.1, 0.1, 0.5, 0.1, 0.1, 0.5, 0.25, 0.25, 0.1, 0.1, 2, 0.1, 0.5};

// 2'-O-methyl in the passenger, by the guide position it faces. The bond between the nucleotides
// that face 11 and 10 is cut when the guide is loaded, and 2'-O-methyl on the former prevents it:
// Matranga et al. 2005, Cell 123:607; Leuschner et al. 2006, EMBO Rep 7:314. 12, 13 and 15 stay
// 2'-fluoro in Foster et al. 2018.
constexpr std::array<double, 16> kFacingMethoxy{
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.25, 1.5, 0.5, 0.5, 0, 0.5};

constexpr std::size_t kSeedEnd = 8;

// The seed's melting temperature above which guides silenced by their seeds, and the conditions it
// is for: Ui-Tei et al. 2008, NAR 36:7100. How fast the liability grows is ours.
constexpr double kSeedLineCelsius = 21.5;
constexpr double kSeedSlopeCelsius = 10;
constexpr double kMostLiability = 3;
constexpr MeltingOptions kSeedConditions{.concentration_nm = 100000, .sodium_m = 0.1};

constexpr double kThioateLeaves = 0.25;  // of what an exonuclease does to a phosphodiester

constexpr std::array<PlacementTermText, kPlacementTerms> kTexts{{
    {"endonuclease", "ribose in front of steps that RNase A-like enzymes cut, UpA and CpA first"},
    {"exonuclease", "the two outermost links of each end"},
    {"activity", "sugars where they are known to hinder the guide or its loading"},
    {"runs", "more than 4 2'-O-methyls in a row at guide positions 2-16"},
    {"seed", "a seed that binds firmly, less what 2'-O-methyl at 2 or GNA/UNA at 6-7 takes off"},
    {"modified", "every modified sugar"},
    {"fluoro", "every 2'-fluoro besides"},
    {"thioate", "every phosphorothioate"},
}};

std::int64_t thousandths(double weight, double value) noexcept {
    return std::llround(1000 * weight * value);
}

bool is_pyrimidine(char base) noexcept {
    return base == 'C' || base == 'U';
}

/// How readily the bond behind a ribose is cut. UpA and CpA in serum: Turner et al. 2007, Mol
/// Biosyst 3:43; UpA, CpA, then UpG: Volkov et al. 2009, Oligonucleotides 19:191.
double step_exposure(char base, char next) noexcept {
    if (!is_pyrimidine(base)) {
        return 0.1;
    }
    if (next == 'A') {
        return base == 'U' ? 3 : 2;
    }
    return next == 'G' ? (base == 'U' ? 0.6 : 0.4) : 0.15;
}

/// The cut goes through the 2'-OH. 2'-fluoro has none but holds less than 2'-O-methyl (Foster
/// 2018).
double endonuclease_factor(Sugar sugar) noexcept {
    switch (sugar) {
        case Sugar::kRibose:
            return 1;
        case Sugar::kUnlocked:
            return 0.5;
        case Sugar::kFluoro:
        case Sugar::kDeoxy:
            return 0.1;
        case Sugar::kMethoxy:
        case Sugar::kGlycol:
            return 0;
    }
    return 1;
}

double exonuclease_factor(Sugar sugar) noexcept {
    switch (sugar) {
        case Sugar::kRibose:
        case Sugar::kDeoxy:
            return 1;
        case Sugar::kFluoro:
            return 0.75;
        case Sugar::kMethoxy:
        case Sugar::kGlycol:
        case Sugar::kUnlocked:
            return 0.5;
    }
    return 1;
}

/// Exposure of the link that is `from_end` links from an end: the outermost two count, which is
/// where the clinical patterns have their thioates (Nair et al. 2017, NAR 45:10969).
double end_exposure(std::size_t from_end) noexcept {
    return from_end == 0 ? 2 : from_end == 1 ? 1 : 0;
}

double guide_activity(std::size_t position, Sugar sugar) noexcept {
    switch (sugar) {
        case Sugar::kMethoxy:
            return position < kGuideMethoxy.size() ? kGuideMethoxy[position] : 0;
        case Sugar::kDeoxy:
            // DNA is tolerated in the seed arm: Ui-Tei et al. 2008, NAR 36:2136.
            return position <= kSeedEnd ? 0.1 : position <= 19 ? 0.5 : 0;
        case Sugar::kGlycol:    // 7: Schlegel et al. 2022, NAR 50:6656
        case Sugar::kUnlocked:  // 7: Bramsen et al. 2010, NAR 38:5761
            return position == 7 ? 0.5 : position == 6 ? 0.6 : 1;
        case Sugar::kRibose:
        case Sugar::kFluoro:  // tolerated throughout: Chiu & Rana 2003, RNA 9:1034
            return 0;
    }
    return 0;
}

double passenger_activity(std::size_t faces, Sugar sugar) noexcept {
    switch (sugar) {
        case Sugar::kMethoxy:
            return faces < kFacingMethoxy.size() ? kFacingMethoxy[faces] : 0;
        case Sugar::kDeoxy:
            return faces > kSeedEnd ? 0.25 : 0;
        case Sugar::kGlycol:
        case Sugar::kUnlocked:
            return 0.2;
        case Sugar::kRibose:
        case Sugar::kFluoro:
            return 0;
    }
    return 0;
}

}  // namespace

std::int64_t sum_of(const PlacementCosts& costs) noexcept {
    return std::accumulate(costs.begin(), costs.end(), std::int64_t{0});
}

const PlacementTermText& text_of(PlacementTermKind term) noexcept {
    return kTexts[static_cast<std::size_t>(term)];
}

bool is_prone_step(std::string_view strand, std::size_t index) noexcept {
    return index + 1 < strand.size() && is_pyrimidine(strand[index]) && strand[index + 1] == 'A';
}

PlacementRules::PlacementRules(const DuplexToModify& duplex,
                               bool guide,
                               bool ligand3,
                               const PlacementWeights& weights)
    : strand_(guide ? duplex.guide_strand : duplex.passenger_strand),
      guide_(guide),
      ligand3_(ligand3),
      paired_(duplex.paired),
      weights_(weights) {
    if (guide && strand_.size() >= kSeedEnd) {
        const double above = seed_tm_celsius(strand_, kSeedConditions) - kSeedLineCelsius;
        seed_liability_ = std::clamp(above / kSeedSlopeCelsius, 0.0, kMostLiability);
    }
}

double PlacementRules::endonuclease(std::size_t index, Sugar sugar, bool after) const noexcept {
    if (index + 1 >= strand_.size() || strand_[index] == 't') {
        return 0;
    }
    const double exposure = step_exposure(strand_[index], strand_[index + 1]);
    return exposure * endonuclease_factor(sugar) * (after ? 0.5 : 1);
}

double PlacementRules::exonuclease(std::size_t index,
                                   Sugar sugar,
                                   bool before,
                                   bool after) const noexcept {
    // From the 5' end the link behind a nucleotide frees it, from the 3' end the link in front.
    const std::size_t last = strand_.size() - 1;
    double exposure = 0;
    if (index < last) {
        exposure += end_exposure(index) * (after ? kThioateLeaves : 1);
    }
    if (index > 0 && !ligand3_) {
        exposure += end_exposure(last - index) * (before ? kThioateLeaves : 1);
    }
    return exposure * exonuclease_factor(sugar);
}

double PlacementRules::activity(std::size_t index, Sugar sugar) const noexcept {
    if (guide_) {
        return guide_activity(index + 1, sugar);
    }
    return index < paired_ ? passenger_activity(paired_ - index, sugar) : 0;
}

double PlacementRules::seed(std::size_t index, Sugar sugar) const noexcept {
    // The whole liability stands at position 2; what takes some of it off, where it is.
    const double liability = index == 1 ? seed_liability_ : 0;
    if (index == 1 && sugar == Sugar::kMethoxy) {
        return 0.7 * liability;  // Jackson et al. 2006, RNA 12:1197
    }
    const bool opened = sugar == Sugar::kGlycol || sugar == Sugar::kUnlocked;
    if ((index == 5 || index == 6) && opened) {
        return -0.6 * seed_liability_;  // Janas et al. 2018, Nat Commun 9:723; Bramsen 2010
    }
    return liability;
}

PlacementCosts PlacementRules::unit(std::size_t index, Sugar sugar, bool before, bool after) const {
    using Kind = PlacementTermKind;
    PlacementCosts costs{};
    const auto set = [&](Kind kind, double weight, double value) {
        costs[static_cast<std::size_t>(kind)] = thousandths(weight, value);
    };
    set(Kind::kEndonuclease, weights_.endonuclease, endonuclease(index, sugar, after));
    set(Kind::kExonuclease, weights_.exonuclease, exonuclease(index, sugar, before, after));
    set(Kind::kActivity, weights_.activity, activity(index, sugar));
    if (guide_) {
        set(Kind::kSeed, weights_.seed, seed(index, sugar));
    }
    // dT of an overhang is nobody's choice.
    const bool chosen = sugar != Sugar::kRibose && strand_[index] != 't';
    set(Kind::kModified, weights_.modified, chosen ? 0.2 : 0);
    set(Kind::kFluoro, weights_.fluoro, sugar == Sugar::kFluoro ? 0.3 : 0);
    set(Kind::kThioate, weights_.thioate, after ? 0.2 : 0);
    return costs;
}

bool PlacementRules::in_run_window(std::size_t index) const noexcept {
    return guide_ && index >= 1 && index <= 15;
}

std::int64_t PlacementRules::run_cost(std::size_t index, std::size_t run) const noexcept {
    // Stretches of 2'-O-methyl in the guide stop it, single ones do not: Czauderna et al. 2003, NAR
    // 31:2705; Chiu & Rana 2003.
    return in_run_window(index) && run >= kFreeRun ? thousandths(weights_.runs, 0.3) : 0;
}

}  // namespace varhush::sirna
