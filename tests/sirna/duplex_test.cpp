#include "varhush/sirna/duplex.hpp"

#include "rnafold_golden.hpp"
#include "varhush/core/error.hpp"
#include "varhush/sirna/guide.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <cmath>
#include <random>

namespace varhush::sirna {
namespace {

long units(double kcal_mol) {
    return std::lround(kcal_mol * 100);
}

class DuplexGolden : public RnafoldGolden {};
INSTANTIATE_TEST_SUITE_P(Rnafold, DuplexGolden, testing::Bool(), golden_name);

TEST_P(DuplexGolden, SameEnergiesAsRnaduplex) {
    const auto rows = read("duplex_expected.tsv");
    ASSERT_EQ(rows.size(), 220U);
    for (const auto& row : rows) {
        const auto found = hybridize(row.at("guide"), row.at("site"));
        EXPECT_EQ(units(found.kcal_mol), units(std::stod(row.at("duplex_kcal")))) << row.at("id");
        const auto& structure = row.at("duplex_structure");
        EXPECT_EQ(std::count(structure.begin(), structure.end(), '('),
                  std::count(structure.begin(), structure.end(), ')'));
    }
}

// The energy of two strands in one: with the site behind the guide and a long hairpin between them
// nothing but the hairpin and the ends differ. Here instead by hand from the published tables.
TEST(Duplex, SumOfItsSteps) {
    // GGCC on itself: GG/CC -3.3, GC/GC -3.4, CC/GG -3.3, initiation 4.1, no ends.
    const auto found = hybridize("GGCC", "GGCC");
    EXPECT_EQ(units(found.kcal_mol), 410 - 330 - 340 - 330);
    EXPECT_EQ(found.pairs, 4U);
    EXPECT_EQ(found.guide_structure, "((((");
    EXPECT_EQ(found.site_structure, "))))");
    // One G:U in place of a G-C: CG-GU -1.4 (5'-GU-3' over 3'-CG-5' reads CG.. in the table).
    EXPECT_EQ(hybridize("GGCC", "GGCU").wobbles, 1U);
}

TEST(Duplex, StructureEvaluatesToItsOwnLength) {
    std::mt19937 random(7);
    for (int round = 0; round < 200; ++round) {
        std::string guide(21, 'A');
        std::string site(25, 'A');
        for (std::string* strand : {&guide, &site}) {
            for (char& base : *strand) {
                base = "ACGU"[random() % 4];
            }
        }
        const auto found = hybridize(guide, site);
        EXPECT_EQ(found.guide_structure.size(), guide.size());
        EXPECT_EQ(found.site_structure.size(), site.size());
        EXPECT_EQ(static_cast<std::size_t>(
                      std::count(found.guide_structure.begin(), found.guide_structure.end(), '(')),
                  found.pairs);
        EXPECT_EQ(static_cast<std::size_t>(
                      std::count(found.site_structure.begin(), found.site_structure.end(), ')')),
                  found.pairs);
        // Which strand is called the guide does not matter.
        EXPECT_EQ(units(found.kcal_mol), units(hybridize(site, guide).kcal_mol));
    }
}

TEST(Duplex, RegisterIsBestForPerfectSitesAndNeverBetter) {
    std::mt19937 random(3);
    for (int round = 0; round < 200; ++round) {
        std::string guide(21, 'A');
        for (char& base : guide) {
            base = "ACGU"[random() % 4];
        }
        std::string site = site_of_guide(guide);
        EXPECT_GE(units(pair_in_register(guide, site).kcal_mol),
                  units(hybridize(guide, site).kcal_mol));
        EXPECT_GE(pair_in_register(guide, site).pairs, 17U);
        site[random() % site.size()] = "ACGU"[random() % 4];
        site[random() % site.size()] = "ACGU"[random() % 4];
        EXPECT_GE(units(pair_in_register(guide, site).kcal_mol),
                  units(hybridize(guide, site).kcal_mol));
    }
    // A bulge can be had only out of register.
    const std::string guide = "GGCAUGCAAGCGCUAGGCUAA";
    std::string bulged = site_of_guide(guide);
    bulged.erase(10, 1);
    bulged += "A";
    EXPECT_LT(hybridize(guide, bulged).kcal_mol, pair_in_register(guide, bulged).kcal_mol - 3);
}

TEST(Duplex, NothingPairs) {
    for (const auto& found : {hybridize("AAAA", "AAAA"),
                              hybridize("", "ACGU"),
                              hybridize("NNNN", "ACGU"),
                              pair_in_register("AAAA", "GGGG")}) {
        EXPECT_EQ(found.pairs, 0U);
        EXPECT_EQ(found.kcal_mol, 0);
    }
    EXPECT_EQ(hybridize("", "ACGU").site_structure, "....");
}

TEST(Duplex, UnknownBasesPairWithNothing) {
    const auto known = hybridize("GGCAUGC", "GCAUGCC");
    const auto unknown = hybridize("GGCNUGC", "GCAUGCC");
    EXPECT_EQ(known.pairs, 7U);
    EXPECT_EQ(unknown.guide_structure[3], '.');
    EXPECT_GT(unknown.kcal_mol, known.kcal_mol);
}

TEST(Duplex, SaysWhatIsWrong) {
    EXPECT_THROW((void)hybridize("AC&GU", "ACGU"), Error);
    try {
        (void)pair_in_register("ACGU", "ACG");
        FAIL();
    } catch (const Error& error) {
        EXPECT_STREQ(error.what(), "the guide has 4 bases and the site 3");
        EXPECT_EQ(error.kind(), ErrorKind::kInput);
    }
}

}  // namespace
}  // namespace varhush::sirna
