#include "apps/doctor/machine.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace varhush::apps {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

core::RuntimeVariable user_set(const std::string& name, const std::string& value) {
    return {name, value, true, "set by the user"};
}

// A two-core AVX-512 machine where everything is as it should be.
Machine healthy() {
    Machine machine;
    machine.cpu.avx2 = machine.cpu.fma = true;
    machine.cpu.avx512f = machine.cpu.avx512bw = true;
    machine.cpu.avx512vl = machine.cpu.avx512dq = true;
    machine.usable_cpus = 2;
    machine.threads = {.total = 2, .hts = 1, .model = 2};
    machine.memory_total_bytes = machine.memory_available_bytes = std::int64_t{8} << 30;
    machine.runtime = {{"OPENBLAS_CORETYPE", "SKYLAKEX", false, ""},
                       {"ONEDNN_MAX_CPU_ISA", std::nullopt, false, ""},
                       {"OMP_NUM_THREADS", "2", false, ""}};
    machine.models = {{"splice-mini", "(embedded)"}};
    machine.measured = true;
    machine.model_half_installed = true;
    machine.torch = TorchFacts{.libtorch = "1.13.0",
                               .blas_library = "/usr/lib/openblas-pthread/libblas.so.3",
                               .blas_core = "SkylakeX",
                               .onednn_isa = "AVX512_CORE",
                               .product_gflops = 290,
                               .conv_gflops = 180,
                               .devices = {"cpu"}};
    return machine;
}

TEST(DoctorAdvice, AHealthyMachineNeedsNone) {
    EXPECT_THAT(advice_for(healthy()), IsEmpty());
}

TEST(DoctorText, SaysWhichWindowsFit) {
    Machine machine = healthy();
    machine.memory_available_bytes = 5'000'000'000;
    machine.windows = {{16384, 2'000'000'000, 3'000'000'000},
                       {131072, 4'000'000'000, 6'000'000'000},
                       {524288, 7'000'000'000, 9'000'000'000}};
    const std::string text = as_text(machine);
    EXPECT_THAT(text, HasSubstr("16384 bp      2.0 GB, 3.0 GB with an ALT: fits\n"));
    EXPECT_THAT(text, HasSubstr("131072 bp     4.0 GB, 6.0 GB with an ALT: fits for REF alone\n"));
    EXPECT_THAT(text, HasSubstr("524288 bp     7.0 GB, 9.0 GB with an ALT: does not fit\n"));
    const auto json = nlohmann::json::parse(as_json(machine));
    EXPECT_EQ(json["windows"][1]["verdict"], "fits for REF alone");
    machine.memory_available_bytes = 0;
    EXPECT_THAT(as_text(machine), HasSubstr("with an ALT: unknown"));
}

TEST(DoctorAdvice, ReferenceBlasNamesThePackage) {
    Machine machine = healthy();
    machine.torch->blas_library = "/usr/lib/x86_64-linux-gnu/blas/libblas.so.3.11.0";
    machine.torch->blas_core = "";
    machine.torch->product_gflops = 3;
    EXPECT_THAT(advice_for(machine), Contains(HasSubstr("install libopenblas0-pthread")));
}

TEST(DoctorAdvice, OtherFastLibrariesAreFine) {
    Machine machine = healthy();
    machine.torch->blas_core = "";
    machine.torch->blas_library = "/opt/libtorch/lib/libtorch_cpu.so";
    EXPECT_THAT(advice_for(machine), IsEmpty());
}

TEST(DoctorAdvice, PrescottKernelsAreCalledOld) {
    Machine machine = healthy();
    machine.torch->blas_core = "Prescott";
    EXPECT_THAT(advice_for(machine), Contains(HasSubstr("oldest kernels (Prescott)")));
    machine.runtime[0] = user_set("OPENBLAS_CORETYPE", "PRESCOTT");
    EXPECT_THAT(advice_for(machine), Contains(HasSubstr("unset OPENBLAS_CORETYPE")));
}

TEST(DoctorAdvice, AUsersSmallerCoreIsNoticed) {
    Machine machine = healthy();
    machine.runtime[0] = user_set("OPENBLAS_CORETYPE", "Haswell");
    EXPECT_THAT(advice_for(machine), Contains(HasSubstr("OPENBLAS_CORETYPE=Haswell")));
    machine.runtime[0] = user_set("OPENBLAS_CORETYPE", "SkylakeX");
    EXPECT_THAT(advice_for(machine), IsEmpty());
}

TEST(DoctorAdvice, SlowProductsAreNoticedOnlyWhenMeasured) {
    Machine machine = healthy();
    machine.torch->product_gflops = 20;
    EXPECT_THAT(advice_for(machine), Contains(HasSubstr("products are slow")));
    machine.measured = false;
    EXPECT_THAT(advice_for(machine), IsEmpty());
}

TEST(DoctorAdvice, ACapBelowAvx512IsCalledHarmful) {
    Machine machine = healthy();
    machine.runtime[1] = user_set("DNNL_MAX_CPU_ISA", "AVX2");
    EXPECT_THAT(advice_for(machine), Contains(HasSubstr("DNNL_MAX_CPU_ISA=AVX2 breaks")));
}

TEST(DoctorAdvice, AUsersAmxOnAMachineWithoutPaletteIsCalledDeadly) {
    Machine machine = healthy();
    machine.cpu.amx_tile = machine.cpu.amx_bf16 = true;
    machine.runtime[1] = user_set("ONEDNN_MAX_CPU_ISA", "AVX512_CORE_AMX");
    EXPECT_THAT(advice_for(machine), Contains(HasSubstr("SIGILL")));
}

TEST(DoctorAdvice, ThreadsThatDisagreeAreNoticed) {
    Machine machine = healthy();
    machine.runtime[2] = user_set("OMP_NUM_THREADS", "1");
    EXPECT_THAT(advice_for(machine), Contains(HasSubstr("OMP_NUM_THREADS=1")));
    machine = healthy();
    machine.threads.model = 4;
    EXPECT_THAT(advice_for(machine), Contains(HasSubstr("more threads than the 2 usable")));
}

TEST(DoctorAdvice, MissingPartsAreNamed) {
    Machine machine = healthy();
    machine.model_half_installed = false;
    machine.torch.reset();
    machine.models.clear();
    const auto advice = advice_for(machine);
    EXPECT_THAT(advice, Contains(HasSubstr("model half is not installed")));
    EXPECT_THAT(advice, Contains(HasSubstr("VARHUSH_MODELS")));
}

TEST(DoctorAdvice, AModelHalfThatDiesIsNamed) {
    Machine machine = healthy();
    machine.torch.reset();
    machine.model_half_problem = "it ended with exit code 132";
    EXPECT_THAT(advice_for(machine), Contains(HasSubstr("exit code 132")));
}

TEST(DoctorReport, JsonHoldsTheFacts) {
    const auto json = nlohmann::json::parse(as_json(healthy()));
    EXPECT_EQ(json["runtime"][0]["value"], "SKYLAKEX");
    EXPECT_EQ(json["runtime"][0]["origin"], "chosen");
    EXPECT_TRUE(json["runtime"][1]["value"].is_null());
    EXPECT_EQ(json["model_half"]["product_gflops"], 290);
    EXPECT_EQ(json["models"][0]["name"], "splice-mini");
    EXPECT_TRUE(json["advice"].empty());
}

TEST(DoctorReport, JsonSurvivesAPathThatIsNotUtf8) {
    Machine machine = healthy();
    machine.models = {{"m\xff", "/models/\xc3(.safetensors"}};
    const auto json = nlohmann::json::parse(as_json(machine));
    EXPECT_EQ(json["models"][0]["name"], "m\xef\xbf\xbd");
}

TEST(DoctorReport, TextSaysWhenNothingIsWrong) {
    EXPECT_THAT(as_text(healthy()), HasSubstr("290 GFLOP/s"));
    EXPECT_THAT(as_text(healthy()), HasSubstr("nothing is missing or slow"));
}

TEST(TorchFacts, AnotherAnswerIsRefused) {
    EXPECT_FALSE(parse_torch_facts("").has_value());
    EXPECT_FALSE(parse_torch_facts("Segmentation fault").has_value());
    EXPECT_FALSE(parse_torch_facts("{\"libtorch\": 3}").has_value());
    EXPECT_FALSE(parse_torch_facts("[1]").has_value());
}

}  // namespace
}  // namespace varhush::apps
