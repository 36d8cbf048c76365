#include "varhush/core/runtime_environment.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace varhush::core {
namespace {

using Environment = std::map<std::string, std::string>;

CpuFeatures haswell() {
    CpuFeatures cpu;
    cpu.avx2 = cpu.fma = true;
    return cpu;
}

CpuFeatures skylake_x() {
    CpuFeatures cpu = haswell();
    cpu.avx512f = cpu.avx512bw = cpu.avx512vl = cpu.avx512dq = true;
    return cpu;
}

CpuFeatures sapphire_rapids() {
    CpuFeatures cpu = skylake_x();
    cpu.avx512_bf16 = cpu.amx_tile = cpu.amx_bf16 = cpu.amx_palette = true;
    return cpu;
}

bool must_not_be_asked() {
    ADD_FAILURE() << "the AMX probe was not needed";
    return false;
}

RuntimeVariable variable(const CpuFeatures& cpu,
                         const std::string& name,
                         const Environment& environment = {},
                         const std::function<bool()>& amx_survives = must_not_be_asked) {
    const auto lookup = [&](const std::string& wanted) -> std::optional<std::string> {
        const auto found = environment.find(wanted);
        return found == environment.end() ? std::nullopt : std::optional(found->second);
    };
    const ThreadPlan threads{.total = 6, .hts = 2, .model = 6};
    for (auto& one : plan_runtime_environment(cpu, lookup, threads, amx_survives)) {
        if (one.name == name) {
            return one;
        }
    }
    ADD_FAILURE() << "no " << name;
    return {};
}

constexpr auto kBlas = "OPENBLAS_CORETYPE";
constexpr auto kCap = "ONEDNN_MAX_CPU_ISA";

TEST(RuntimeEnvironment, BlasCoreFollowsTheProcessor) {
    EXPECT_EQ(variable(skylake_x(), kBlas).value, "SKYLAKEX");
    EXPECT_EQ(variable(haswell(), kBlas).value, "HASWELL");
    EXPECT_EQ(variable(CpuFeatures{}, kBlas).value, std::nullopt);
}

TEST(RuntimeEnvironment, PartOfAvx512IsNotSkylakeX) {
    CpuFeatures knights_landing = haswell();
    knights_landing.avx512f = true;
    EXPECT_EQ(variable(knights_landing, kBlas).value, "HASWELL");
    CpuFeatures no_fma;
    no_fma.avx2 = true;
    EXPECT_EQ(variable(no_fma, kBlas).value, std::nullopt);
}

TEST(RuntimeEnvironment, WithoutAmxThereIsNoCap) {
    EXPECT_EQ(variable(skylake_x(), kCap).value, std::nullopt);
    EXPECT_EQ(variable(haswell(), kCap).value, std::nullopt);
}

TEST(RuntimeEnvironment, AmxWithoutItsPaletteIsCappedUnasked) {
    CpuFeatures cpu = sapphire_rapids();
    cpu.amx_palette = false;
    EXPECT_EQ(variable(cpu, kCap).value, "AVX512_CORE_BF16");
}

TEST(RuntimeEnvironment, AmxWithItsPaletteIsCappedUnlessTheChildSurvives) {
    EXPECT_EQ(variable(sapphire_rapids(), kCap, {}, [] { return false; }).value,
              "AVX512_CORE_BF16");
    EXPECT_EQ(variable(sapphire_rapids(), kCap, {}, [] { return true; }).value, std::nullopt);
}

TEST(RuntimeEnvironment, NeverOverrulesTheUser) {
    CpuFeatures cpu = sapphire_rapids();
    cpu.amx_palette = false;
    const Environment said{
        {kBlas, "ZEN"}, {kCap, "ALL"}, {"OMP_WAIT_POLICY", "active"}, {"OMP_NUM_THREADS", "3"}};
    for (const auto& [name, value] : said) {
        const RuntimeVariable planned = variable(cpu, name, said);
        EXPECT_EQ(planned.value, value) << name;
        EXPECT_TRUE(planned.from_user) << name;
    }
}

TEST(RuntimeEnvironment, TheOldNameOfTheCapCountsAsTheUsersWord) {
    CpuFeatures cpu = sapphire_rapids();
    cpu.amx_palette = false;
    const RuntimeVariable planned =
        variable(cpu, "DNNL_MAX_CPU_ISA", {{"DNNL_MAX_CPU_ISA", "AVX512_CORE"}});
    EXPECT_TRUE(planned.from_user);
    EXPECT_EQ(planned.value, "AVX512_CORE");
}

TEST(RuntimeEnvironment, ThreadsComeFromThePlanAndDoNotSpin) {
    EXPECT_EQ(variable(haswell(), "OMP_NUM_THREADS").value, "6");
    EXPECT_EQ(variable(haswell(), "OMP_WAIT_POLICY").value, "passive");
}

TEST(RuntimeEnvironment, ApplySetsWhatIsNotTheUsers) {
    setenv("VARHUSH_TEST_USER", "mine", 1);
    unsetenv("VARHUSH_TEST_UNSET");
    apply_runtime_environment({{"VARHUSH_TEST_USER", "mine", true, ""},
                               {"VARHUSH_TEST_NEW", "chosen", false, ""},
                               {"VARHUSH_TEST_UNSET", std::nullopt, false, ""}});
    EXPECT_STREQ(getenv("VARHUSH_TEST_USER"), "mine");
    EXPECT_STREQ(getenv("VARHUSH_TEST_NEW"), "chosen");
    EXPECT_EQ(getenv("VARHUSH_TEST_UNSET"), nullptr);
}

}  // namespace
}  // namespace varhush::core
