// `varhush doctor` as a process: the numerical runtime that the model half really gets.
#include "shell.hpp"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace varhush::test {
namespace {

constexpr auto kClean =
    "env -u OPENBLAS_CORETYPE -u ONEDNN_MAX_CPU_ISA -u DNNL_MAX_CPU_ISA -u OMP_NUM_THREADS "
    "-u OMP_WAIT_POLICY -u VARHUSH_RUNTIME ";

nlohmann::json json_of(const std::string& command) {
    const Sandbox sandbox;
    const ShellResult got = run_shell(command, sandbox.folder());
    EXPECT_EQ(got.exit_code, 0) << got.err;
    return nlohmann::json::parse(got.out);
}

bool uses_openblas(const nlohmann::json& half) {
    return !half["blas_core"].get<std::string>().empty();
}

// The kernel name OpenBLAS shows for each core type varhush chooses.
std::string shown_name(const nlohmann::json& chosen) {
    return chosen == "SKYLAKEX" ? "SkylakeX" : "Haswell";
}

TEST(Doctor, QuickMeasuresNothing) {
    const auto json = json_of("varhush doctor --quick --json");
    EXPECT_TRUE(json["native"]["conv_gflops"].is_null());
    EXPECT_FALSE(json["model_half"].contains("libtorch"));
}

TEST(Doctor, MeasuresOwnKernels) {
    EXPECT_GT(json_of("varhush doctor --json")["native"]["conv_gflops"], 0.1);
}

TEST(Doctor, TheChosenBlasCoreReachesLibTorch) {
    const auto json = json_of(kClean + std::string("varhush doctor --json"));
    EXPECT_EQ(json["model_half"]["installed"], bool{VARHUSH_WITH_TORCH});
    if (!VARHUSH_WITH_TORCH) {
        GTEST_SKIP() << "needs LibTorch";
    }
    EXPECT_GT(json["model_half"]["product_gflops"], 0.1);
    EXPECT_GT(json["model_half"]["conv_gflops"], 0.1);
    const auto chosen = json["runtime"][0]["value"];
    if (chosen.is_null() || !uses_openblas(json["model_half"])) {
        GTEST_SKIP() << "no OpenBLAS core was chosen here";
    }
    EXPECT_EQ(json["model_half"]["blas_core"], shown_name(chosen));
}

TEST(Doctor, TheUsersBlasCoreIsKept) {
    if (!VARHUSH_WITH_TORCH) {
        GTEST_SKIP() << "needs LibTorch";
    }
    const auto json =
        json_of(kClean + std::string("OPENBLAS_CORETYPE=Nehalem varhush doctor --json"));
    EXPECT_EQ(json["runtime"][0]["origin"], "user");
    if (uses_openblas(json["model_half"])) {
        EXPECT_EQ(json["model_half"]["blas_core"], "Nehalem");
    }
}

TEST(Doctor, TheModelHalfStartedBareRepairsItsEnvironment) {
    if (!VARHUSH_WITH_TORCH) {
        GTEST_SKIP() << "needs LibTorch";
    }
    const auto chosen =
        json_of(kClean + std::string("varhush doctor --quick --json"))["runtime"][0]["value"];
    const auto half = json_of(kClean + std::string("\"$(dirname \"$(command -v varhush)\")\""
                                                   "/../libexec/varhush/varhush-model "
                                                   "doctor-probe"));
    if (chosen.is_null() || !uses_openblas(half)) {
        GTEST_SKIP() << "no OpenBLAS core was chosen here";
    }
    EXPECT_EQ(half["blas_core"], shown_name(chosen));
}

}  // namespace
}  // namespace varhush::test
