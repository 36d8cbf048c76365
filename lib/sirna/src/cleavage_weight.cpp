#include "varhush/sirna/off_target_risk.hpp"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>

namespace varhush::sirna {

namespace {

/// What cleavage keeps with one mismatch at each position. The order of the regions is published,
/// the numbers are this program's reading of them (see docs/sioff.md):
/// 1: not paired in the complex (Ma 2005, Nature 434:666);
/// 2-8: the seed, which binds first (Jackson 2003, Nat Biotechnol 21:635; Du 2005, NAR 33:1671;
/// Huang 2009, NAR 37:7560);
/// 9-11: round the cut between 10 and 11, a mismatch blocks it (Elbashir 2001, EMBO J 20:6877;
/// Haley and Zamore 2004, NSMB 11:599; Huang 2009);
/// 12-16: helps cleavage; 16 discriminates nearly as well as 10 (Schwarz 2006, PLoS Genet 2:e140);
/// 17-19: tolerated (Elbashir 2001; Haley and Zamore 2004; Du 2005).
constexpr std::array<double, 19> kKept{0.90,
                                       0.35,
                                       0.35,
                                       0.35,
                                       0.35,
                                       0.35,
                                       0.35,
                                       0.35,
                                       0.20,
                                       0.05,
                                       0.05,
                                       0.30,
                                       0.40,
                                       0.40,
                                       0.50,
                                       0.20,
                                       0.70,
                                       0.85,
                                       0.95};
/// A wobble pair keeps the middle between a pair and a mismatch: G:U is tolerated better than other
/// mismatches (Du 2005).
constexpr double kWobbleShare = 0.5;
/// A bulge breaks the helix; it keeps what a mismatch in the same place keeps, and half of that.
constexpr double kBulgeFactor = 0.5;

}  // namespace

double cleavage_weight(const OffTargetHit& hit) {
    if (hit.kind != SiteKind::kFull) {
        return 0;
    }
    double weight = 1;
    for (std::uint32_t left = hit.mismatch_mask | hit.wobble_mask; left != 0; left &= left - 1) {
        const double kept = kKept.at(static_cast<std::size_t>(std::countr_zero(left)));
        const bool wobble = (hit.wobble_mask & left & (~left + 1)) != 0;
        weight *= wobble ? kept + (1 - kept) * kWobbleShare : kept;
    }
    if (hit.bulge != Bulge::kNone && hit.bulge_position >= 1 &&
        hit.bulge_position <= kKept.size()) {
        weight *= kKept[hit.bulge_position - 1U] * kBulgeFactor;
    }
    return weight;
}

double seed_weight(SiteKind kind) {
    // Mean log2 changes of messages with one such site (Grimson 2007, Mol Cell 27:91). A 6mer does
    // little (there, and Agarwal 2015, eLife 4:e05005); its number is this program's choice.
    constexpr double k8mer = -0.310;
    constexpr double k7merM8 = -0.161;
    constexpr double k7merA1 = -0.099;
    constexpr double k6mer = -0.015;
    switch (kind) {
        case SiteKind::k8mer:
            return 1 - std::exp2(k8mer);
        case SiteKind::k7merM8:
            return 1 - std::exp2(k7merM8);
        case SiteKind::k7merA1:
            return 1 - std::exp2(k7merA1);
        case SiteKind::k6mer:
            return 1 - std::exp2(k6mer);
        case SiteKind::kFull:
            break;
    }
    return 0;
}

}  // namespace varhush::sirna
