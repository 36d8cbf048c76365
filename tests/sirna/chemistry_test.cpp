#include "varhush/sirna/chemistry.hpp"

#include "varhush/core/error.hpp"
#include "varhush/sirna/duplex_strands.hpp"

#include <gtest/gtest.h>

#include <string>

namespace varhush::sirna {
namespace {

Formula sum(Formula a, const Formula& b) {
    a += b;
    return a;
}

Formula duplex_formula(const ChemistryPattern& pattern,
                       const std::string& passenger,
                       const std::string& guide) {
    return sum(formula_of(modify(passenger, pattern.passenger)),
               formula_of(modify(guide, pattern.guide)));
}

TEST(Chemistry, NucleosidesHaveTheirFormulas) {
    const auto one = [](const std::string& strand, const char* sugars) {
        return to_text(formula_of(modify(strand, {.sugars = sugars})));
    };
    EXPECT_EQ(one("A", "r"), "C10H13N5O4");  // adenosine
    EXPECT_EQ(one("C", "r"), "C9H13N3O5");   // cytidine
    EXPECT_EQ(one("G", "r"), "C10H13N5O5");  // guanosine
    EXPECT_EQ(one("U", "r"), "C9H12N2O6");   // uridine
    EXPECT_EQ(one("t", "r"), "C10H14N2O5");  // thymidine
    EXPECT_EQ(one("A", "d"), "C10H13N5O3");  // deoxyadenosine
    EXPECT_EQ(one("U", "d"), "C10H14N2O5");  // dU is ordered as dT
    EXPECT_EQ(one("A", "m"), "C11H15N5O4");  // 2'-O-methyladenosine
    EXPECT_EQ(one("U", "f"), "C9H11FN2O5");  // 2'-fluoro-2'-deoxyuridine
    EXPECT_EQ(one("A", "g"), "C8H11N5O2");   // 9-(2,3-dihydroxypropyl)adenine
    EXPECT_EQ(one("U", "n"), "C9H14N2O6");   // 2',3'-seco-uridine
    EXPECT_NEAR(molar_mass(formula_of(modify("A", {}))), 267.245, 0.001);
}

TEST(Chemistry, LinksAndEndsAreCounted) {
    // TpT by hand: 2 x C10H14N2O5 + H3PO4 - 2 H2O.
    EXPECT_EQ(to_text(formula_of(modify("tt", {}))), "C20H27N4O12P");
    EXPECT_EQ(to_text(formula_of(modify("tt", {.thioates5 = 1}))), "C20H27N4O11PS");
    // AMP.
    EXPECT_EQ(to_text(formula_of(modify("A", {.five = FivePrime::kPhosphate}))), "C10H14N5O7P");
    // 5' CH2OH to CH=CH-PO3H2.
    EXPECT_EQ(to_text(formula_of(modify("U", {.five = FivePrime::kVinylPhosphonate}))),
              "C10H13N2O8P");
}

// Free acids as published in the drugs' nonproprietary name entries; the sodium salts there have
// one Na for one H a phosphate. The library's pattern must turn the plain sequence into the drug.
TEST(Chemistry, PatisiranIsThePublishedMolecule) {
    const ChemistryPattern& pattern = find_chemistry("patisiran");
    const std::string passenger = "GUAACCAAGAGUAUUCCAUtt";
    const std::string guide = "AUGGAAUACUCUUGGUUACtt";
    EXPECT_EQ(to_text(modify(passenger, pattern.passenger)),
              "rGmUrArAmCmCrArArGrArGmUrAmUmUmCmCrAmUdTdT");
    EXPECT_EQ(to_text(modify(guide, pattern.guide)), "rArUrGrGrArAmUrArCrUrCrUrUrGrGrUmUrArCdTdT");
    const Formula formula = duplex_formula(pattern, passenger, guide);
    EXPECT_EQ(to_text(formula), "C412H520N148O290P40");
    // 412*12.011 + 520*1.008 + 148*14.007 + 290*15.999 + 40*30.973762
    EXPECT_NEAR(molar_mass(formula), 13424.389, 0.001);
}

TEST(Chemistry, VutrisiranIsThePublishedMolecule) {
    const ChemistryPattern& pattern = find_chemistry("advanced-esc");
    const std::string passenger = "UGGGAUUUCAUGUAACCAAGA";
    const std::string guide = "UCUUGGUUACAUGAAAUCCCAUC";
    EXPECT_EQ(to_text(modify(passenger, pattern.passenger)),
              "mUsmGsmGmGmAmUfUmUfCfAfUmGmUmAmAmCmCmAmAmGmA-L96");
    EXPECT_EQ(to_text(modify(guide, pattern.guide)),
              "mUsfCsmUmUmGfGmUmUfAmCmAmUmGfAmAfAmUmCmCmCmAsmUsmC");
    EXPECT_EQ(to_text(duplex_formula(pattern, passenger, guide)), "C530H715F9N171O323P43S6");
}

TEST(Chemistry, FitusiranIsThePublishedMolecule) {
    const Formula formula =
        duplex_formula(find_chemistry("esc"), "GGUUAACACCAUUUACUUCAA", "UUGAAGUAAAUGGUGUUAACCAG");
    EXPECT_EQ(to_text(formula), "C520H679F21N175O309P43S6");
}

TEST(Chemistry, LumasiranIsThePublishedMolecule) {
    ChemistryPattern pattern = find_chemistry("advanced-esc");
    pattern.guide.at = {{2, 'f'}, {6, 'f'}, {8, 'f'}, {9, 'f'}, {14, 'f'}, {16, 'f'}};
    const Formula formula =
        duplex_formula(pattern, "GACUUUCAUCCUGGAAAUAUA", "UAUAUUUCCAGGAUGAAAGUCCA");
    EXPECT_EQ(to_text(formula), "C530H712F10N173O320P43S6");
}

TEST(Chemistry, WritesIdtCodesWhereThereAreSome) {
    const ModifiedStrand strand =
        modify("ACGUtt", {.sugars = "fmrf", .thioates5 = 1, .thioates3 = 1});
    EXPECT_EQ(to_text(strand), "fAsmCrGfUdTsdT");
    EXPECT_EQ(to_idt(strand), "/52FA/*mCrG/i2FU/T*T");
    EXPECT_EQ(to_idt(modify("AC", {.sugars = "f", .five = FivePrime::kPhosphate})),
              "/5Phos//i2FA//32FC/");
    EXPECT_EQ(to_idt(modify("AC", {.sugars = "g"})), "");
    EXPECT_EQ(to_idt(modify("AC", {.l96 = true})), "");
}

TEST(Chemistry, PatternsSayWhichStrandsTheyAreFor) {
    EXPECT_EQ(why_not(find_chemistry("unmodified"), 21, 21), "");
    EXPECT_EQ(why_not(find_chemistry("esc"), 23, 21), "");
    EXPECT_EQ(why_not(find_chemistry("esc"), 21, 21),
              "pattern esc is for strands of 23 (guide) and 21 (passenger) nucleotides, these have "
              "21 and 21");
    EXPECT_THROW((void)find_chemistry("nothing"), Error);
    EXPECT_THROW((void)modify("ACGU", {.sugars = "q"}), Error);
    EXPECT_THROW((void)modify("ACGU", {.at = {{9, 'm'}}}), Error);
    EXPECT_THROW((void)modify("ACGU", {.at = {{-5, 'm'}}}), Error);
}

TEST(Chemistry, DeoxythymidineOverhangsStayAsTheyAre) {
    EXPECT_EQ(to_text(modify("ACtt", {.sugars = "m", .at = {{-1, 'f'}}})), "mAmCdTdT");
}

TEST(DuplexStrands, HaveTheOverhangsAskedFor) {
    const std::string guide = "UACGUACGUACGUACGUACGU";
    const auto strands = [&](Overhang overhang, const char* downstream) {
        return make_strands(guide, overhang, downstream);
    };
    EXPECT_EQ(strands(Overhang::kDtdt, "").passenger, "ACGUACGUACGUACGUACGUA");
    EXPECT_EQ(strands(Overhang::kDtdt, "").guide_strand, guide + "tt");
    EXPECT_EQ(strands(Overhang::kDtdt, "").passenger_strand, "ACGUACGUACGUACGUACGUAtt");
    EXPECT_EQ(strands(Overhang::kUu, "").guide_strand, guide + "UU");
    EXPECT_EQ(strands(Overhang::kTarget, "CG").guide_strand, guide);
    EXPECT_EQ(strands(Overhang::kTarget, "CG").passenger, "GUACGUACGUACGUACGUA");
    EXPECT_EQ(strands(Overhang::kTarget, "CG").passenger_strand, "GUACGUACGUACGUACGUACG");
    EXPECT_EQ(strands(Overhang::kTarget, "C").passenger_strand, "GUACGUACGUACGUACGUACU");
    EXPECT_EQ(strands(Overhang::kTarget, "NG").passenger_strand, "GUACGUACGUACGUACGUAUG");
    EXPECT_EQ(strands(Overhang::kAsymmetric, "CG").passenger_strand, "GUACGUACGUACGUACGUA");
    EXPECT_EQ(strands(Overhang::kBlunt, "CG").passenger_strand, "ACGUACGUACGUACGUACGUA");
    EXPECT_EQ(strands(Overhang::kBlunt, "CG").guide_strand, guide);
}

TEST(DuplexStrands, StylesHaveNames) {
    for (const char* name : {"dTdT", "UU", "target", "asymmetric", "blunt"}) {
        EXPECT_EQ(to_text(parse_overhang(name)), name);
    }
    EXPECT_THROW((void)parse_overhang("sticky"), Error);
}

}  // namespace
}  // namespace varhush::sirna
