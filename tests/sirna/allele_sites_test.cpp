#include "varhush/sirna/allele_sites.hpp"

#include "varhush/core/error.hpp"
#include "varhush/sirna/guide.hpp"
#include "varhush/sirna/off_target_risk.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace varhush::sirna {
namespace {

std::string random_rna(std::mt19937& random, std::size_t length) {
    std::string rna;
    for (std::size_t i = 0; i < length; ++i) {
        rna += "ACGU"[random() % 4];
    }
    return rna;
}

CarriedVariant carried(std::size_t start,
                       const std::string& ref,
                       const std::string& alt,
                       std::array<int, 2> copies,
                       bool phased = true) {
    CarriedVariant made;
    made.variant.start = start;
    made.variant.ref = ref;
    made.variant.alt = alt;
    made.variant.id = "v" + std::to_string(start);
    made.record = start;
    made.copies = copies;
    made.phased = phased;
    return made;
}

AlleleRequest wanting(WantedAllele wanted) {
    AlleleRequest request;
    request.wanted = wanted;
    return request;
}

const std::string kTarget = "GGAUCCAUGCUUACGUACCAGUGACUUCAGAAUACCGAUUAGCCAUGCAUGGACUUACAGGA";

TEST(AlleleSites, OneVariantNeedsNoPhase) {
    const std::vector<CarriedVariant> variants{carried(30, "A", "G", {0, 1}, false)};
    ASSERT_EQ(kTarget[30], 'A');
    const auto sites = allele_sites(kTarget, variants, wanting(WantedAllele::kAlt), 19);
    ASSERT_EQ(sites.size(), 19U);
    std::string alt = kTarget;
    alt[30] = 'G';
    for (const AlleleSite& site : sites) {
        EXPECT_EQ(site.refused, "");
        EXPECT_EQ(site.guide, reverse_complement_rna(alt.substr(site.start, 19)));
        // Guide position p faces base end - p.
        EXPECT_EQ(site.contrast.positions, std::vector<int>{static_cast<int>(site.end) - 30});
        EXPECT_EQ(site.contrast.mismatch, "C:A");
        EXPECT_EQ(site.contrast.on_allele, "G");
        EXPECT_EQ(site.contrast.off_allele, "A");
        EXPECT_EQ(site.contrast.off_site, kTarget.substr(site.start, 19));
        EXPECT_EQ(site.context.substr(site.context_offset, 19), alt.substr(site.start, 19));
        EXPECT_LT(site.contrast.on_kcal_mol, site.contrast.off_kcal_mol + 1e-9);
        EXPECT_LT(site.kept_on_spared, 1);
    }
    const auto ref = allele_sites(kTarget, variants, wanting(WantedAllele::kRef), 21);
    ASSERT_EQ(ref.size(), 21U);
    for (const AlleleSite& site : ref) {
        EXPECT_EQ(site.guide, reverse_complement_rna(kTarget.substr(site.start, 21)));
        EXPECT_EQ(site.contrast.on_allele, "A");
    }
}

TEST(AlleleSites, AVariantOutsideTheFirstNineteenDoesNotDiscriminate) {
    const std::vector<CarriedVariant> variants{carried(30, "A", "G", {0, 1}, false)};
    for (const AlleleSite& site :
         allele_sites(kTarget, variants, wanting(WantedAllele::kAlt), 23)) {
        const std::size_t position = site.end - 30;
        EXPECT_EQ(site.contrast.positions.empty(), position > 19) << position;
        EXPECT_EQ(site.kept_on_spared == 1, position > 19) << position;
    }
}

TEST(AlleleSites, HaplotypesNeedPhase) {
    const auto refused = [](const std::vector<CarriedVariant>& variants, AlleleRequest request) {
        std::set<std::string> reasons;
        for (const AlleleSite& site : allele_sites(kTarget, variants, request, 19)) {
            reasons.insert(site.refused);
        }
        return reasons;
    };
    EXPECT_EQ(
        refused({carried(30, "A", "G", {0, 1}, false)}, wanting(WantedAllele::kHap2)),
        std::set<std::string>{"the phase of v30 is not known: it may be on either haplotype"});
    EXPECT_EQ(refused({carried(30, "A", "G", {0, 1}, true)}, wanting(WantedAllele::kHap2)),
              std::set<std::string>{""});
}

TEST(AlleleSites, ASecondVariantInTheSiteNeedsPhaseToo) {
    std::vector<CarriedVariant> variants{carried(30, "A", "G", {0, 1}),
                                         carried(35, "C", "U", {0, 1})};
    ASSERT_EQ(kTarget[35], 'C');
    variants[1].phase_set = 7;  // another set
    for (const AlleleSite& site :
         allele_sites(kTarget, variants, wanting(WantedAllele::kAlt), 19)) {
        const bool both = site.start <= 30 && site.end > 35;
        EXPECT_EQ(!site.refused.empty(), both) << site.start;
    }
    variants[1].phase_set.reset();
    std::string alt = kTarget;
    alt[30] = 'G';
    alt[35] = 'U';
    for (const AlleleSite& site :
         allele_sites(kTarget, variants, wanting(WantedAllele::kAlt), 19)) {
        EXPECT_EQ(site.refused, "");
        EXPECT_EQ(site.guide, reverse_complement_rna(alt.substr(site.start, 19)));
        const bool both = site.start <= 30 && site.end > 35;
        EXPECT_EQ(site.contrast.positions.size(), both ? 2U : 1U);
    }
    variants[1].copies = {-1, -1};
    const auto sites = allele_sites(kTarget, variants, wanting(WantedAllele::kAlt), 19);
    EXPECT_TRUE(std::any_of(sites.begin(), sites.end(), [](const AlleleSite& site) {
        return site.refused == "the genotype of v35 is missing";
    }));
}

/// Every site of the copy that the other copy has not.
std::set<std::string> own_guides(const std::string& wanted, const std::string& spared) {
    std::set<std::string> guides;
    for (std::size_t at = 0; at + 19 <= wanted.size(); ++at) {
        const std::string site = wanted.substr(at, 19);
        if (spared.find(site) == std::string::npos) {
            guides.insert(reverse_complement_rna(site));
        }
    }
    return guides;
}

TEST(AlleleSites, AVariantInsideADeletionOfTheOtherCopy) {
    std::mt19937 random(7);
    const std::string rna = random_rna(random, 300);
    const std::string other = rna[150] == 'A' ? "G" : "A";
    const std::vector<CarriedVariant> variants{carried(140, rna.substr(140, 20), "", {1, 0}),
                                               carried(150, rna.substr(150, 1), other, {0, 1})};
    std::string changed = rna;
    changed.replace(150, 1, other);
    const std::string deleted = rna.substr(0, 140) + rna.substr(160);
    for (const auto& [wanted, copy, spared] : {std::tuple{WantedAllele::kHap1, deleted, changed},
                                               std::tuple{WantedAllele::kHap2, changed, deleted}}) {
        std::set<std::string> guides;
        for (const AlleleSite& site : allele_sites(rna, variants, wanting(wanted), 19)) {
            if (site.refused.empty()) {
                guides.insert(site.guide);
                EXPECT_NE(copy.find(site.contrast.on_site), std::string::npos);
                EXPECT_NE(spared.find(site.contrast.off_site), std::string::npos);
            }
        }
        EXPECT_EQ(guides, own_guides(copy, spared));
    }
    std::set<std::string> reasons;
    for (const AlleleSite& site : allele_sites(rna, variants, wanting(WantedAllele::kRef), 19)) {
        reasons.insert(site.refused.substr(0, 16));
        if (site.refused.empty()) {  // the deletion's REF is on the copy with the other base
            EXPECT_NE(changed.find(site.contrast.on_site), std::string::npos);
        }
    }
    EXPECT_EQ(reasons, (std::set<std::string>{"", "neither copy has"}));
}

TEST(AlleleSites, ALongDeletionNearbyIsPartOfItsCopy) {
    std::mt19937 random(8);
    const std::string rna = random_rna(random, 400);
    const std::string other = rna[150] == 'A' ? "G" : "A";
    std::vector<CarriedVariant> variants{carried(150, rna.substr(150, 1), other, {0, 1}),
                                         carried(155, rna.substr(155, 120), "", {0, 1})};
    std::string copy = rna;
    copy.replace(150, 1, other);
    copy.erase(155, 120);
    for (const AlleleSite& site : allele_sites(rna, variants, wanting(WantedAllele::kAlt), 19)) {
        EXPECT_EQ(site.refused, "");
        EXPECT_NE(copy.find(site.contrast.on_site), std::string::npos) << site.start;
    }
    variants[1].phased = false;
    for (const AlleleSite& site : allele_sites(rna, variants, wanting(WantedAllele::kHap2), 19)) {
        EXPECT_EQ(site.refused.empty(), site.end <= 155) << site.start;
    }
}

TEST(AlleleSites, WhatTheSparedCopyKeepsIsLookedForOnBothSidesOfALongDeletion) {
    std::mt19937 random(9);
    std::string rna = random_rna(random, 300);
    // One base behind the deletion is in the guide, and it is another than the deletion's first.
    rna[150] = rna[190] == 'A' ? 'G' : 'A';
    const auto sites =
        allele_sites(rna,
                     std::vector<CarriedVariant>{carried(150, rna.substr(150, 40), "", {0, 1})},
                     wanting(WantedAllele::kAlt),
                     19);
    ASSERT_FALSE(sites.empty());
    const AlleleSite& first =
        *std::min_element(sites.begin(), sites.end(), [](const AlleleSite& a, const AlleleSite& b) {
            return a.start < b.start;
        });
    EXPECT_EQ(first.start, 132U);
    EXPECT_EQ(first.contrast.positions, std::vector<int>{1});
    EXPECT_EQ(first.contrast.off_site, rna.substr(132, 19));
    EXPECT_GT(first.kept_on_spared, 0.5);
}

TEST(AlleleSites, HaplotypesAreThoseOfAPhaseSet) {
    std::vector<CarriedVariant> variants{carried(30, "A", "G", {0, 1})};
    variants[0].phase_set = 12;
    const auto sites = allele_sites(kTarget, variants, wanting(WantedAllele::kHap2), 19);
    ASSERT_FALSE(sites.empty());
    EXPECT_EQ(sites[0].contrast.phase, "phased, hap2 of phase set 12");
}

TEST(AlleleSites, FollowTheDiseaseVariant) {
    const std::vector<CarriedVariant> variants{carried(30, "A", "G", {1, 0})};
    AlleleRequest request = wanting(WantedAllele::kInPhase);
    request.disease = "rs1";
    request.disease_copy = 1;
    request.disease_phased = true;
    const auto sites = allele_sites(kTarget, variants, request, 19);
    ASSERT_EQ(sites.size(), 19U);
    EXPECT_EQ(sites[0].refused, "");
    EXPECT_EQ(sites[0].contrast.on_allele, "A");  // the disease is on the copy with REF here
    EXPECT_EQ(sites[0].contrast.phase, "in phase with rs1");
    request.disease_phased = false;
    EXPECT_NE(allele_sites(kTarget, variants, request, 19)[0].refused.find("unphased"),
              std::string::npos);
    request.disease_phased = true;
    request.disease_phase_set = 3;
    EXPECT_NE(allele_sites(kTarget, variants, request, 19)[0].refused.find("phase sets"),
              std::string::npos);
    request.disease = "v30";  // it is the variant itself: its own ALT, phased or not
    EXPECT_EQ(allele_sites(kTarget, variants, request, 19)[0].contrast.on_allele, "G");
}

TEST(AlleleSites, TwoAltAllelesAreToldApart) {
    std::vector<CarriedVariant> variants{carried(30, "A", "G", {1, 0}, false),
                                         carried(30, "A", "C", {0, 1}, false)};
    const auto sites = allele_sites(kTarget, variants, wanting(WantedAllele::kAlt), 19);
    ASSERT_EQ(sites.size(), 38U);  // either ALT against the other
    EXPECT_EQ(sites[0].contrast.on_allele, "G");
    EXPECT_EQ(sites[0].contrast.off_allele, "C");
    EXPECT_EQ(sites[0].refused, "");
    for (const AlleleSite& site :
         allele_sites(kTarget, variants, wanting(WantedAllele::kRef), 19)) {
        EXPECT_NE(site.refused, "");
    }
}

TEST(AlleleSites, DeletionsAreBridgedByABulge) {
    const std::vector<CarriedVariant> variants{carried(30, "A", "", {0, 1}, false)};
    const std::string alt = kTarget.substr(0, 30) + kTarget.substr(31);
    const auto sites = allele_sites(kTarget, variants, wanting(WantedAllele::kAlt), 19);
    ASSERT_FALSE(sites.empty());
    for (const AlleleSite& site : sites) {
        EXPECT_NE(alt.find(reverse_complement_rna(site.guide)), std::string::npos);
        EXPECT_EQ(kTarget.find(reverse_complement_rna(site.guide)), std::string::npos);
        // The spared allele has one base more; the guide can bulge it out.
        const std::size_t position = site.end - 31;
        if (position > 2 && position < 17) {
            OffTargetHit bulged;
            bulged.bulge = Bulge::kTarget;
            bulged.bulge_position = static_cast<std::uint8_t>(position);
            EXPECT_GE(site.kept_on_spared, cleavage_weight(bulged)) << position;
            EXPECT_GT(site.kept_on_spared, 0) << position;
        }
    }
}

std::string haplotype(std::string rna, std::vector<CarriedVariant> variants, std::size_t copy) {
    std::sort(variants.begin(), variants.end(), [](const auto& a, const auto& b) {
        return a.variant.start > b.variant.start;
    });
    for (const CarriedVariant& one : variants) {
        if (one.copies[copy] == 1) {
            rna.replace(one.variant.start, one.variant.ref.size(), one.variant.alt);
        }
    }
    return rna;
}

// Random phased changes: the guides are exactly the windows of one haplotype that the other does
// not have.
TEST(AlleleSites, AreTheWindowsOfOneHaplotypeAlone) {
    std::mt19937 random(11);
    for (int round = 0; round < 12; ++round) {
        const std::string rna = random_rna(random, 400);
        std::vector<CarriedVariant> variants;
        for (std::size_t at = 20; at < 380; at += 3 + random() % 40) {
            const std::size_t removed = random() % 4;
            std::string alt = random_rna(random, random() % 4);
            const std::string ref = rna.substr(at, removed);
            const std::array<std::array<int, 2>, 3> copies{{{0, 1}, {1, 0}, {1, 1}}};
            if (ref != alt && !(ref.empty() && alt.empty())) {
                variants.push_back(carried(at, ref, alt, copies[random() % 3]));
            }
            at += removed + 1;
        }
        const std::string wanted = haplotype(rna, variants, 1);
        const std::string spared = haplotype(rna, variants, 0);
        std::set<std::string> expected;
        for (std::size_t at = 0; at + 19 <= wanted.size(); ++at) {
            if (spared.find(wanted.substr(at, 19)) == std::string::npos) {
                expected.insert(reverse_complement_rna(wanted.substr(at, 19)));
            }
        }
        std::set<std::string> found;
        for (const AlleleSite& site :
             allele_sites(rna, variants, wanting(WantedAllele::kHap2), 19)) {
            EXPECT_EQ(site.refused, "");
            found.insert(site.guide);
        }
        EXPECT_EQ(found, expected) << round;
    }
}

TEST(SilencedWith, ScalesTheOdds) {
    EXPECT_DOUBLE_EQ(silenced_with(0.9, 1), 0.9);
    EXPECT_DOUBLE_EQ(silenced_with(0.9, 0), 0);
    EXPECT_NEAR(silenced_with(0.9, 0.1), 0.9 / 1.9, 1e-12);  // odds 9 -> 0.9
    EXPECT_LT(silenced_with(1, 0.1), 1);
    EXPECT_EQ(silenced_with(0, 0.5), 0);
}

// Every single change tried by hand: none is better than what the search takes.
TEST(PlaceMismatches, TakesTheBestSingleChange) {
    const std::vector<CarriedVariant> variants{carried(30, "A", "G", {0, 1}, false)};
    for (AlleleSite site : allele_sites(kTarget, variants, wanting(WantedAllele::kAlt), 19)) {
        AlleleSite changed = site;
        const double silenced = 0.93;
        place_mismatches(site, silenced, 0, 0.5);
        place_mismatches(changed, silenced, 1, 0.5);
        const double plain = silenced - silenced_with(silenced, site.kept_on_spared);
        EXPECT_NEAR(site.contrast.discrimination, plain, 1e-12);
        double best = plain;
        for (std::size_t p = 1; p <= 19; ++p) {
            for (const char base : {'A', 'C', 'G', 'U'}) {
                OffTargetHit on;
                const char faced = reverse_complement_rna(std::string(1, site.guide[p - 1]))[0];
                const std::uint32_t bit = 1U << (p - 1);
                if (base == site.guide[p - 1] || (site.spared.mismatch_mask & bit) != 0) {
                    continue;
                }
                const bool wobble = (base == 'G' && faced == 'U') || (base == 'U' && faced == 'G');
                OffTargetHit off = site.spared;
                for (OffTargetHit* hit : {&on, &off}) {
                    hit->mismatch_mask |= bit;
                    hit->wobble_mask |= wobble ? bit : 0;
                    ++hit->mismatches;
                    hit->wobbles = static_cast<std::uint8_t>(hit->wobbles + (wobble ? 1 : 0));
                }
                const double kept = silenced_with(silenced, cleavage_weight(on));
                if (kept >= 0.5) {
                    best = std::max(best, kept - silenced_with(silenced, cleavage_weight(off)));
                }
            }
        }
        EXPECT_LE(changed.contrast.discrimination, best + 1e-12);
        EXPECT_GE(changed.contrast.discrimination, best - 0.0101);  // small gains are not taken
        EXPECT_EQ(changed.contrast.shared.empty(), changed.guide == site.guide);
    }
}

TEST(WantedAllele, HasNames) {
    EXPECT_EQ(parse_wanted_allele("hap2"), WantedAllele::kHap2);
    EXPECT_THROW((void)parse_wanted_allele("mother"), Error);
}

}  // namespace
}  // namespace varhush::sirna
