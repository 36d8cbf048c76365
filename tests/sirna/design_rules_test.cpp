#include "varhush/sirna/design_rules.hpp"

#include "varhush/core/error.hpp"

#include <gtest/gtest.h>

namespace varhush::sirna {
namespace {

TEST(DesignRules, MeasuresComposition) {
    EXPECT_DOUBLE_EQ(gc_share("GCAU"), 0.5);
    EXPECT_DOUBLE_EQ(gc_share(""), 0);
    EXPECT_EQ(longest_run("AACCCCG"), 4U);
    EXPECT_EQ(longest_run(""), 0U);
    EXPECT_EQ(longest_gc_stretch("AGCGAGGCCA"), 4U);
    EXPECT_EQ(longest_palindrome("AAGGAUCCAA"), "GGAUCC");
    EXPECT_EQ(longest_palindrome("AAAA"), "");
    EXPECT_EQ(longest_repeat("GACUUGACU"), "GACU");
    EXPECT_EQ(longest_repeat("AAAAA"), "AA");  // the two must not overlap
}

// 5' end of the sense strand G, its last seven AUAUAUA: all of Ui-Tei's four.
TEST(DesignRules, UiTeiAsksForAllFour) {
    EXPECT_TRUE(ui_tei("GCAGCAGCAGCAAUAUAUA"));
    EXPECT_FALSE(ui_tei("ACAGCAGCAGCAAUAUAUA"));  // sense 5' end is A
    EXPECT_FALSE(ui_tei("GCAGCAGCAGCAAUAUAUG"));  // guide 5' end is C
    EXPECT_FALSE(ui_tei("GCAGCAGCAGCAGGGUAUA"));  // four A/U in the last seven
    EXPECT_FALSE(ui_tei("GGCCGGCCGGAAAAUAUAU"));  // a G/C stretch of ten
    EXPECT_TRUE(ui_tei("GGCCGGCCGAAAAAUAUAU"));   // of nine
}

// By hand: 7 G/C (+1), A/U at 15-19: UAUAA (+5), no hairpin (+1), A19 (+1), A3 (+1), U10 (+1), no
// G or C at 19, no G at 13.
TEST(DesignRules, ReynoldsAddsUp) {
    EXPECT_EQ(reynolds_score("GCAGCAGCAUCAAAUAUAA", false), 10);
    EXPECT_EQ(reynolds_score("GCAGCAGCAUCAAAUAUAA", true), 9);
    EXPECT_EQ(reynolds_score("GCAGCAGCAUCAGAUAUAA", false), 9);  // G13; 8 G/C still count
    EXPECT_EQ(reynolds_score("GCAGCAGCAUCAAAUAUAC", false), 7);  // C19: -1 A19, -1 A/U, -1
    EXPECT_EQ(reynolds_score("GCUGCAGCAACAAAUAUAA", false), 8);  // neither A3 nor U10
    EXPECT_EQ(reynolds_score("GCAGCAGCAUCAAAGCGAA", false), 4);  // ten G/C, two A/U: no points
}

// By hand: A/U of the last three 3, of the first three 1 (+1); S1 (+1); A6 (+1); W19 (+1).
TEST(DesignRules, AmarzguiouiAddsUp) {
    EXPECT_EQ(amarzguioui_score("GCAGCAGCAGCAAAUAUAA"), 4);
    EXPECT_EQ(amarzguioui_score("UCAGCAGCAGCAAAUAUAA"), 1);  // U1: no S1, -1, difference 1
    EXPECT_EQ(amarzguioui_score("GCAGCGGCAGCAAAUAUAG"), 0);  // difference 1, S1, G19 -1
    EXPECT_EQ(amarzguioui_score("UUUGCGGCAGCAAAUAGGG"), -2);
}

TEST(DesignRules, AreForNineteenBases) {
    EXPECT_THROW(ui_tei("ACGU"), Error);
}

}  // namespace
}  // namespace varhush::sirna
