#include "varhush/sirna/nearest_neighbor.hpp"

#include "rnafold_golden.hpp"
#include "varhush/core/error.hpp"
#include "varhush/sirna/guide.hpp"

#include <gmock/gmock.h>

#include <numeric>

namespace varhush::sirna {
namespace {

TEST(NearestNeighbor, SameFromEitherStrand) {
    for (const char first : {'A', 'C', 'G', 'U'}) {
        for (const char second : {'A', 'C', 'G', 'U'}) {
            const std::string other = reverse_complement_rna(std::string{first, second});
            EXPECT_EQ(stack(first, second).dg37_kcal_mol, stack(other[0], other[1]).dg37_kcal_mol);
            EXPECT_EQ(stack(first, second).dh_kcal_mol, stack(other[0], other[1]).dh_kcal_mol);
            EXPECT_EQ(stack(first, second).ds_cal_mol_k, stack(other[0], other[1]).ds_cal_mol_k);
        }
    }
}

TEST(NearestNeighbor, FreeEnergyIsEnthalpyMinusEntropy) {
    for (const char first : {'A', 'C', 'G', 'U'}) {
        for (const char second : {'A', 'C', 'G', 'U'}) {
            const auto step = stack(first, second);
            EXPECT_NEAR(
                step.dg37_kcal_mol, step.dh_kcal_mol - 310.15 * step.ds_cal_mol_k / 1000, 0.02);
        }
    }
}

TEST(NearestNeighbor, SameAsThePublishedTable) {
    const auto folder = shared_folder() / "data" / "sirna";
    if (!std::filesystem::exists(folder / "nn_rna_wc.tsv")) {
        GTEST_SKIP() << "needs the shared tables (VARHUSH_SHARED)";
    }
    int steps = 0;
    for (const auto& row : read_golden(folder, "nn_rna_wc.tsv")) {
        const auto& top = row.at("top_5to3");
        if (top.size() == 2) {
            const auto step = stack(top[0], top[1]);
            EXPECT_EQ(step.dg37_kcal_mol, std::stod(row.at("dG37"))) << top;
            EXPECT_EQ(step.dh_kcal_mol, std::stod(row.at("dH"))) << top;
            EXPECT_EQ(step.ds_cal_mol_k, std::stod(row.at("dS_eu"))) << top;
            ++steps;
        }
    }
    EXPECT_EQ(steps, 16);
}

// Xia et al. 1998, table 5 has such sums; by hand: ACGUA = AC CG GU UA, one end A-U at each side.
TEST(NearestNeighbor, WholeDuplexByHand) {
    const auto sum = duplex_thermodynamics("ACGUA");
    EXPECT_NEAR(sum.dg37_kcal_mol, -2.24 - 2.36 - 2.24 - 1.33 + 4.09 + 2 * 0.45, 1e-9);
    EXPECT_NEAR(sum.dh_kcal_mol, -11.40 - 10.64 - 11.40 - 7.69 + 3.61 + 2 * 3.72, 1e-9);
    EXPECT_NEAR(sum.ds_cal_mol_k, -29.5 - 26.7 - 29.5 - 20.5 - 1.5 + 2 * 10.5, 1e-9);
    // Its own complement: the symmetry term, 0.43.
    EXPECT_NEAR(
        duplex_thermodynamics("GCGC").dg37_kcal_mol, -3.42 - 2.36 - 3.42 + 4.09 + 0.43, 1e-9);
}

TEST(NearestNeighbor, StepsAndWindows) {
    const std::string guide = "UUAAUGUGAACCACCAUUU";
    const auto steps = duplex_steps(guide);
    ASSERT_EQ(steps.size(), 18U);
    EXPECT_EQ(steps[0], -0.93);
    EXPECT_EQ(steps[17], -0.93);
    const auto windows = windowed_steps(guide, 4);
    ASSERT_EQ(windows.size(), 15U);
    EXPECT_NEAR(windows[0], -0.93 - 1.33 - 0.93 - 1.10, 1e-9);
    EXPECT_NEAR(windows[14], std::accumulate(steps.begin() + 14, steps.end(), 0.0), 1e-9);
    EXPECT_TRUE(windowed_steps(guide, 19).empty());
    EXPECT_TRUE(duplex_steps("A").empty());
}

TEST(NearestNeighbor, AsymmetryIsPositiveWhenTheGuidesOwnEndOpens) {
    const std::string weak_5_end = "UAAUACCGAUCGGACGGCC";
    EXPECT_GT(end_asymmetry(weak_5_end), 5);
    EXPECT_NEAR(
        end_asymmetry(weak_5_end), -end_asymmetry(reverse_complement_rna(weak_5_end)), 1e-9);
    // UAAUA: UA AA AU UA and a terminal U-A; GGCC: GG GC CC with G before it (CG).
    EXPECT_NEAR(end_asymmetry(weak_5_end),
                (-1.33 - 0.93 - 1.10 - 1.33 + 0.45) - (-2.36 - 3.26 - 3.42 - 3.26),
                1e-9);
}

TEST(NearestNeighbor, SeedStabilityAndMeltingByHand) {
    const std::string guide = "UUAAUGUGAACCACCAUUU";  // positions 2-8: UAAUGUG
    const double dg = -1.33 - 0.93 - 1.10 - 2.11 - 2.24 - 2.11;
    EXPECT_NEAR(seed_pairing_kcal_mol(guide), dg, 1e-9);
    const double dh = -7.69 - 6.82 - 9.38 - 10.44 - 11.40 - 10.44 + 3.61 + 3.72;
    const double ds = -20.5 - 19.0 - 26.7 - 26.9 - 29.5 - 26.9 - 1.5 + 10.5;
    const double tm = 1000 * dh / (ds + 1.98717 * std::log(100e-9 / 4)) - 273.15;
    EXPECT_NEAR(seed_tm_celsius(guide), tm, 1e-9);
    EXPECT_GT(seed_tm_celsius(guide, {.concentration_nm = 1000, .sodium_m = 1}),
              seed_tm_celsius(guide) + 3);
    EXPECT_NEAR(
        seed_tm_celsius(guide, {.concentration_nm = 100, .sodium_m = 0.1}), tm - 16.6, 1e-9);
}

template <class Call>
std::string message_of(ErrorKind kind, const Call& call) {
    try {
        call();
    } catch (const Error& error) {
        EXPECT_EQ(error.kind(), kind);
        return error.what();
    }
    return "no error";
}

TEST(NearestNeighbor, SaysWhatIsWrong) {
    EXPECT_EQ(message_of(ErrorKind::kInput, [] { (void)stack('A', 'N'); }),
              "'N' is not A, C, G or U");
    EXPECT_EQ(message_of(ErrorKind::kInput, [] { (void)duplex_steps("ACGT"); }),
              "'T' is not A, C, G or U");
    EXPECT_EQ(message_of(ErrorKind::kInput, [] { (void)seed_pairing_kcal_mol("ACGUACG"); }),
              "a strand of 7 bases, where at least 8 are needed");
    EXPECT_EQ(message_of(ErrorKind::kInput, [] { (void)end_asymmetry("ACGU", 4); }),
              "a strand of 4 bases, where at least 5 are needed");
    EXPECT_EQ(
        message_of(ErrorKind::kUsage,
                   [] { (void)melting_celsius("ACGU", {.concentration_nm = 0, .sodium_m = 1}); }),
        "a melting temperature needs a concentration and a salt above 0");
}

}  // namespace
}  // namespace varhush::sirna
