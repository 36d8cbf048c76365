#include "varhush/core/error.hpp"
#include "varhush/sirna/features.hpp"
#include "varhush/sirna/guide.hpp"
#include "varhush/sirna/nearest_neighbor.hpp"
#include "varhush/sirna/site_opening.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>
#include <string>

namespace varhush::sirna {
namespace {

// UCUUCCAGCGGAUAGAAUG: against firefly luciferase, Ui-Tei et al. 2004.
const std::string kGuide = "UCUUCCAGCGGAUAGAAUG";

std::map<std::string, float> named(const GuideQuery& query) {
    std::vector<float> values(features().size());
    compute_features(query, values);
    std::map<std::string, float> out;
    for (std::size_t i = 0; i < values.size(); ++i) {
        out[features()[i].name] = values[i];
    }
    return out;
}

GuideQuery in_context(const std::string& up, const std::string& down) {
    return {kGuide, up + site_of_guide(kGuide) + down, up.size(), {}};
}

TEST(EfficacyFeatures, HaveUniqueNamesAndBlocks) {
    std::set<std::string> names;
    for (const Feature& feature : features()) {
        EXPECT_TRUE(names.insert(feature.name).second) << feature.name;
        EXPECT_FALSE(feature.block.empty()) << feature.name;
    }
    EXPECT_GT(names.size(), 110U);
}

TEST(EfficacyFeatures, DescribeTheGuideByHand) {
    const auto f = named({kGuide, {}, 0, {}});
    EXPECT_EQ(f.at("base_1_U"), 1);
    EXPECT_EQ(f.at("base_1_A"), 0);
    EXPECT_EQ(f.at("base_19_G"), 1);
    EXPECT_EQ(f.at("pair_1_UC"), 1);
    EXPECT_EQ(f.at("pair_18_UG"), 1);
    EXPECT_EQ(f.at("triple_17_AUG"), 1);
    EXPECT_EQ(f.at("count_G"), 5);
    EXPECT_EQ(f.at("count_UCU"), 1);
    EXPECT_NEAR(f.at("gc"), 9.0 / 19, 1e-6);
    EXPECT_EQ(f.at("longest_run"), 2);
    EXPECT_EQ(f.at("au_first_gc_last"), 1);
    EXPECT_EQ(f.at("ggg_or_ccc"), 0);
    EXPECT_EQ(f.at("au_1_5"), 3);              // U C U U C
    EXPECT_EQ(f.at("au_1_5_minus_15_19"), 0);  // U U U against A A U
    // UC, CU, UU against AA, AU, UG (Xia 1998).
    EXPECT_NEAR(f.at("end_difference_3"), (-2.35 - 2.08 - 0.93) - (-0.93 - 1.10 - 2.11), 1e-5);
    EXPECT_NEAR(f.at("dg_1"), stack_kcal_mol('U', 'C'), 1e-6);
    EXPECT_LE(f.at("self_fold"), 0);
}

TEST(EfficacyFeatures, UnknownContextIsNanAndNoLetter) {
    const auto f = named({kGuide, {}, 0, {}});
    EXPECT_TRUE(std::isnan(f.at("context_AU_up_5")));
    EXPECT_TRUE(std::isnan(f.at("context_A_down_19")));
    EXPECT_TRUE(std::isnan(f.at("opening_narrow_seed")));
    EXPECT_EQ(f.at("context_known"), 0);
    for (const char* letter : {"A", "C", "G", "U"}) {
        EXPECT_EQ(f.at(std::string("flank_20_") + letter), 0);
    }
}

TEST(EfficacyFeatures, GuidePositionTwentyPairsWithTheBaseUpstream) {
    const auto f = named(in_context("GGGGGGGGGGGGGGGGGCA", "UCCCCCCCCCCCCCCCCCC"));
    EXPECT_EQ(f.at("flank_20_U"), 1);  // pairs with A
    EXPECT_EQ(f.at("flank_21_G"), 1);  // pairs with C
    EXPECT_EQ(f.at("flank_0_A"), 1);   // pairs with the U behind the site
    EXPECT_EQ(f.at("flank_m1_G"), 1);
    EXPECT_NEAR(f.at("context_AU_up_5"), 0.2, 1e-6);
    EXPECT_NEAR(f.at("context_U_down_10"), 0.1, 1e-6);
    EXPECT_EQ(f.at("context_known"), 1);
}

TEST(EfficacyFeatures, CutContextCountsOnlyWhatIsKnown) {
    const auto f = named(in_context("XXXXAU", ""));
    EXPECT_EQ(f.at("context_AU_up_5"), 1);
    EXPECT_TRUE(std::isnan(f.at("context_AU_down_5")));
    EXPECT_NEAR(f.at("context_known"), 2.0 / 38, 1e-6);
}

TEST(EfficacyFeatures, LongGuidesAreReadAtNineteenPositions) {
    const auto shorter = named({kGuide, {}, 0, {}});
    const auto longer = named({kGuide + "UUAC", {}, 0, {}});
    for (const auto& [name, value] : shorter) {
        if (!std::isnan(value)) {
            EXPECT_EQ(longer.at(name), value) << name;
        }
    }
}

TEST(EfficacyFeatures, RefuseWhatIsNoGuide) {
    std::vector<float> values(features().size());
    EXPECT_THROW(compute_features({"ACGU", {}, 0, {}}, values), Error);
    EXPECT_THROW(compute_features({kGuide, "ACGUACGUACGU", 0, {}}, values), Error);
}

TEST(TargetOpenings, AreThoseOfLocalUnpaired) {
    std::string rna;
    for (int i = 0; i < 60; ++i) {
        rna += "GACUUAGC"[(i * 5 + i / 7) % 8];
        rna += "ACGU"[(i * 7 + i / 3) % 4];
        rna += "UGCA"[(i * i + 1) % 4];
        rna += "CGAU"[(i * 3 + 2) % 4];
    }
    const TargetOpenings openings(rna);
    const auto narrow = local_unpaired(rna);
    const auto wide = local_unpaired(rna, {200, 120, {8, 19}, 1});
    const SiteOpening one = openings.at(100);
    EXPECT_TRUE(one.known());
    EXPECT_DOUBLE_EQ(one.narrow_seed, narrow.opening_kcal_mol(8, 118));
    EXPECT_DOUBLE_EQ(one.narrow_site, narrow.opening_kcal_mol(19, 118));
    EXPECT_DOUBLE_EQ(one.wide_seed, wide.opening_kcal_mol(8, 118));
    EXPECT_DOUBLE_EQ(one.wide_site, wide.opening_kcal_mol(19, 118));
}

TEST(TargetOpenings, ShortTranscriptsAreNotFolded) {
    EXPECT_FALSE(TargetOpenings(std::string(199, 'A')).at(50).known());
}

}  // namespace
}  // namespace varhush::sirna
