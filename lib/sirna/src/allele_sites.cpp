#include "varhush/sirna/allele_sites.hpp"

#include "chromosome_copies.hpp"
#include "mask_positions.hpp"
#include "varhush/core/error.hpp"
#include "varhush/sirna/duplex.hpp"
#include "varhush/sirna/guide.hpp"
#include "varhush/sirna/off_target_risk.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

namespace varhush::sirna {

namespace {

constexpr std::size_t kFlank = 19;   // what efficacy models look at beside a site
constexpr std::size_t kMargin = 12;  // for bulges, shifts and other indels nearby

bool wobble(char guide, char target) noexcept {
    return (guide == 'G' && target == 'U') || (guide == 'U' && target == 'G');
}

/// Marks position `p` (from 1) of the guide against a target base.
void compare(char guide, char target, std::size_t p, OffTargetHit& hit) {
    if (target != 'N' && complement_rna(guide) == target) {
        return;
    }
    const std::uint32_t bit = 1U << (p - 1);
    hit.mismatch_mask |= bit;
    ++hit.mismatches;
    if (wobble(guide, target)) {
        hit.wobble_mask |= bit;
        ++hit.wobbles;
    }
}

/// The guide with its position 1 on the base in front of `end`. Nothing where the sequence is too
/// short.
std::optional<OffTargetHit> align(std::string_view guide,
                                  std::string_view target,
                                  std::size_t end,
                                  Bulge bulge,
                                  std::size_t bulge_at) {
    const std::size_t bases =
        kSiteBases + (bulge == Bulge::kTarget ? 1 : 0) - (bulge == Bulge::kStrand ? 1 : 0);
    if (end < bases || end > target.size()) {
        return std::nullopt;
    }
    OffTargetHit hit;
    hit.start = static_cast<std::uint32_t>(end - bases);
    hit.end = static_cast<std::uint32_t>(end);
    hit.bulge = bulge;
    hit.bulge_position = static_cast<std::uint8_t>(bulge_at);
    for (std::size_t p = 1; p <= kSiteBases; ++p) {
        if (bulge == Bulge::kStrand && p == bulge_at) {
            continue;
        }
        std::size_t base = end - p;
        if (bulge != Bulge::kNone && p > bulge_at) {
            base = bulge == Bulge::kTarget ? base - 1 : base + 1;
        }
        compare(guide[p - 1], target[base], p, hit);
    }
    return hit;
}

/// Keeps the alignment that cleaves best.
class BestAlignment {
  public:
    void offer(const std::optional<OffTargetHit>& hit) {
        if (!hit) {
            return;
        }
        const double kept = cleavage_weight(*hit);
        if (!found_ || kept > kept_) {
            kept_ = kept;
            best_ = *hit;
            found_ = true;
        }
    }
    [[nodiscard]] const OffTargetHit& hit() const noexcept { return best_; }
    [[nodiscard]] double kept() const noexcept { return found_ ? kept_ : 0; }

  private:
    bool found_ = false;
    double kept_ = 0;
    OffTargetHit best_;
};

/// Alignments whose position 1 lies in front of `end`; with bulges and up to kMargin away where the
/// copies differ in length.
void offer_round(std::string_view guide,
                 std::string_view spared,
                 std::size_t end,
                 bool lengths_differ,
                 BestAlignment& best) {
    best.offer(align(guide, spared, end, Bulge::kNone, 0));
    if (!lengths_differ) {
        return;
    }
    const std::size_t first = end > kMargin ? end - kMargin : 0;
    for (std::size_t at = first; at <= end + kMargin; ++at) {
        best.offer(align(guide, spared, at, Bulge::kNone, 0));
        for (std::size_t p = 2; p < kSiteBases; ++p) {
            best.offer(align(guide, spared, at, Bulge::kTarget, p));
            best.offer(align(guide, spared, at, Bulge::kStrand, p));
        }
    }
}

std::string shown_allele(const std::string& bases) {
    return bases.empty() ? "-" : bases;
}

/// Makes the sites of one heterozygous variant.
class AnchorSites {
  public:
    AnchorSites(std::string_view rna, const ChromosomeCopies& copies, std::size_t length)
        : rna_(rna), copies_(copies), length_(length) {}

    void add_to(std::vector<AlleleSite>& sites) const;

  private:
    [[nodiscard]] AlleleSite site_at(std::size_t at) const;
    void contrast(std::size_t at, AlleleSite& site) const;

    std::string_view rna_;
    const ChromosomeCopies& copies_;
    std::size_t length_;
};

void AnchorSites::add_to(std::vector<AlleleSite>& sites) const {
    const ChromosomeCopy& wanted = copies_.wanted;
    for (std::size_t at = 0; at + length_ <= wanted.bases.size(); ++at) {
        const bool over = wanted.anchor_start < wanted.anchor_end
                              ? at < wanted.anchor_end && wanted.anchor_start < at + length_
                              : at < wanted.anchor_start && wanted.anchor_start < at + length_;
        const std::string_view bases = std::string_view(wanted.bases).substr(at, length_);
        if (over &&
            (!copies_.refused.empty() || copies_.spared.bases.find(bases) == std::string::npos)) {
            sites.push_back(site_at(at));
        }
    }
}

AlleleSite AnchorSites::site_at(std::size_t at) const {
    const ChromosomeCopy& wanted = copies_.wanted;
    AlleleSite site;
    site.start = wanted.origin[at];
    site.end = wanted.origin[at + length_ - 1] + 1;
    const std::string_view bases = std::string_view(wanted.bases).substr(at, length_);
    site.guide = reverse_complement_rna(bases);
    site.refused = copies_.refused;
    for (const auto& [variant, reason] : copies_.unclear) {
        if (site.refused.empty() && variant.start < site.end &&
            site.start < std::max(variant.end(), variant.start + 1)) {
            site.refused = reason;
        }
    }
    if (site.refused.empty() && !is_rna(bases)) {
        site.refused = "the site has an N";
    }
    site.contrast.variant = copies_.anchor.id;
    site.contrast.on_allele = shown_allele(copies_.wanted_allele);
    site.contrast.off_allele = shown_allele(copies_.spared_allele);
    site.contrast.phase = copies_.phase;
    site.contrast.on_site = std::string(bases);
    if (site.refused.empty()) {
        const std::size_t from = at > kFlank ? at - kFlank : 0;
        site.context = wanted.bases.substr(from, at - from + length_ + kFlank);
        site.context_offset = at - from;
        contrast(at, site);
    }
    return site;
}

void AnchorSites::contrast(std::size_t at, AlleleSite& site) const {
    const std::string& spared = copies_.spared.bases;
    const std::string& wanted = copies_.wanted.bases;
    const bool lengths_differ = spared.size() != wanted.size();
    // In register in front of the change, and behind it where the copies differ in length.
    const std::size_t end = at + length_;
    BestAlignment best;
    offer_round(site.guide, spared, end, lengths_differ, best);
    if (lengths_differ && end + spared.size() >= wanted.size()) {
        offer_round(site.guide, spared, end + spared.size() - wanted.size(), true, best);
    }
    site.spared = best.hit();
    site.kept_on_spared = best.kept();
    AlleleContrast& contrast = site.contrast;
    contrast.positions = positions_of(best.hit().mismatch_mask);
    const std::size_t extra = length_ - kSiteBases;
    const std::size_t from = best.hit().start > extra ? best.hit().start - extra : 0;
    contrast.off_site = spared.substr(from, best.hit().end - from);
    if (!contrast.positions.empty()) {
        const auto p = static_cast<std::size_t>(contrast.positions.front());
        const bool shifted = best.hit().bulge != Bulge::kNone && p > best.hit().bulge_position;
        const std::size_t base = best.hit().end - p;
        const std::size_t faced = !shifted                             ? base
                                  : best.hit().bulge == Bulge::kTarget ? base - 1
                                                                       : base + 1;
        contrast.mismatch = {site.guide[p - 1], ':', spared[faced]};
    }
    contrast.on_kcal_mol = hybridize(site.guide, contrast.on_site).kcal_mol;
    contrast.off_kcal_mol = hybridize(site.guide, contrast.off_site).kcal_mol;
}

// ---- placing mismatches ----

struct Placed {
    std::string guide;
    std::uint32_t mask = 0;     // changed positions
    std::uint32_t wobbles = 0;  // those that still pair as G:U with the wanted allele
    double on = 0;
    double off = 0;

    [[nodiscard]] double gain() const noexcept { return on - off; }
};

double kept_with(std::uint32_t mask, std::uint32_t wobbles, OffTargetHit hit) {
    hit.mismatch_mask |= mask;
    hit.wobble_mask |= wobbles;
    hit.mismatches = static_cast<std::uint8_t>(std::popcount(hit.mismatch_mask));
    hit.wobbles = static_cast<std::uint8_t>(std::popcount(hit.wobble_mask));
    return cleavage_weight(hit);
}

void predict(const AlleleSite& site, double silenced, Placed& placed) {
    placed.on = silenced_with(silenced, kept_with(placed.mask, placed.wobbles, {}));
    placed.off = silenced_with(silenced, kept_with(placed.mask, placed.wobbles, site.spared));
}

/// `from` with one more changed base, every way.
void extend(const AlleleSite& site, double silenced, const Placed& from, std::vector<Placed>& out) {
    const std::string perfect = site.guide;
    for (std::size_t p = 1; p <= kSiteBases; ++p) {
        const std::uint32_t bit = 1U << (p - 1);
        const bool bulged = site.spared.bulge != Bulge::kNone && p == site.spared.bulge_position;
        if (((from.mask | site.spared.mismatch_mask) & bit) != 0 || bulged) {
            continue;
        }
        for (const char base : {'A', 'C', 'G', 'U'}) {
            if (base == perfect[p - 1]) {
                continue;
            }
            Placed next = from;
            next.guide[p - 1] = base;
            next.mask |= bit;
            next.wobbles |= wobble(base, complement_rna(perfect[p - 1])) ? bit : 0U;
            predict(site, silenced, next);
            out.push_back(std::move(next));
        }
    }
}

}  // namespace

WantedAllele parse_wanted_allele(std::string_view text) {
    constexpr std::array<std::pair<std::string_view, WantedAllele>, 4> kNames{
        {{"ref", WantedAllele::kRef},
         {"alt", WantedAllele::kAlt},
         {"hap1", WantedAllele::kHap1},
         {"hap2", WantedAllele::kHap2}}};
    for (const auto& [name, wanted] : kNames) {
        if (name == text) {
            return wanted;
        }
    }
    throw Error(ErrorKind::kUsage,
                "--target-allele: '" + std::string(text) + "' is none of alt, ref, hap1, hap2");
}

std::vector<AlleleSite> allele_sites(std::string_view rna,
                                     const std::vector<CarriedVariant>& variants,
                                     const AlleleRequest& request,
                                     std::size_t length) {
    VARHUSH_CHECK(length >= kSiteBases);
    std::vector<AlleleSite> all;
    for (const CarriedVariant& anchor : variants) {
        if (!anchor.heterozygous()) {
            continue;
        }
        const ChromosomeCopies copies =
            chromosome_copies(rna, variants, anchor, request, length + kFlank + kMargin);
        AnchorSites(rna, copies, length).add_to(all);
    }
    std::vector<AlleleSite> unique;
    std::set<std::tuple<std::size_t, std::size_t, std::string>> seen;
    for (AlleleSite& site : all) {
        if (seen.emplace(site.start, site.end, site.guide).second) {
            unique.push_back(std::move(site));
        }
    }
    return unique;
}

double silenced_with(double silenced, double kept) noexcept {
    // Measurements do not tell more from this: the same duplex measured twice differs by .1 and
    // more.
    constexpr double kNearlyAll = 0.95;
    const double sure = std::clamp(silenced, 0.0, kNearlyAll);
    const double odds = kept * sure / (1 - sure);
    return odds / (1 + odds);
}

void place_mismatches(AlleleSite& site, double silenced, std::size_t count, double least_silenced) {
    constexpr std::size_t kBeam = 12;
    Placed best{.guide = site.guide};
    predict(site, silenced, best);
    std::vector<Placed> beam{best};
    for (std::size_t round = 0; round < count; ++round) {
        std::vector<Placed> next;
        for (const Placed& one : beam) {
            extend(site, silenced, one, next);
        }
        std::erase_if(next, [&](const Placed& one) { return one.on < least_silenced; });
        std::stable_sort(next.begin(), next.end(), [](const Placed& a, const Placed& b) {
            return a.gain() > b.gain();
        });
        next.resize(std::min(next.size(), kBeam));
        beam = std::move(next);
        // A small gain is not worth a mismatch.
        constexpr double kWorthIt = 0.01;
        if (!beam.empty() && beam.front().gain() > best.gain() + kWorthIt) {
            best = beam.front();
        }
    }
    site.guide = best.guide;
    site.contrast.shared = positions_of(best.mask);
    site.contrast.on_silenced = best.on;
    site.contrast.off_silenced = best.off;
    site.contrast.discrimination = best.gain();
}

}  // namespace varhush::sirna
