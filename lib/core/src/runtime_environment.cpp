#include "varhush/core/runtime_environment.hpp"

#include "varhush/core/error.hpp"

#include <cstdlib>
#include <initializer_list>
#include <utility>

namespace varhush::core {

namespace {

// What the user said under any of `names` (the first is ours, the others are synonyms).
std::optional<RuntimeVariable> said_by_user(const EnvironmentLookup& environment,
                                            std::initializer_list<const char*> names) {
    for (const char* name : names) {
        if (auto value = environment(name)) {
            return RuntimeVariable{name, std::move(value), true, "set by the user"};
        }
    }
    return std::nullopt;
}

RuntimeVariable blas_core(const CpuFeatures& cpu, const EnvironmentLookup& environment) {
    const char* name = "OPENBLAS_CORETYPE";
    if (auto given = said_by_user(environment, {name})) {
        return *std::move(given);
    }
    if (cpu.avx512_core()) {
        return {name, "SKYLAKEX", false, "AVX-512 F, BW, VL and DQ"};
    }
    if (cpu.avx2 && cpu.fma) {
        return {name, "HASWELL", false, "AVX2 and FMA"};
    }
    return {name, std::nullopt, false, "neither AVX-512 nor AVX2 with FMA"};
}

RuntimeVariable onednn_cap(const CpuFeatures& cpu,
                           const EnvironmentLookup& environment,
                           const std::function<bool()>& amx_survives) {
    const char* name = "ONEDNN_MAX_CPU_ISA";
    const char* cap = "AVX512_CORE_BF16";
    if (auto given = said_by_user(environment, {name, "DNNL_MAX_CPU_ISA"})) {
        return *std::move(given);
    }
    if (!cpu.amx_tile) {
        return {name, std::nullopt, false, "no AMX, no cap needed"};
    }
    if (!cpu.amx_palette) {
        return {name, cap, false, "AMX is announced without its tile palette"};
    }
    if (!amx_survives()) {
        return {name, cap, false, "AMX is announced, but a tile product in a child failed"};
    }
    return {name, std::nullopt, false, "AMX works: a tile product in a child survived"};
}

RuntimeVariable fixed(const EnvironmentLookup& environment,
                      const char* name,
                      std::string value,
                      const char* reason) {
    if (auto given = said_by_user(environment, {name})) {
        return *std::move(given);
    }
    return {name, std::move(value), false, reason};
}

std::optional<std::string> process_environment(const std::string& name) {
    const char* value = std::getenv(name.c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace

std::vector<RuntimeVariable> plan_runtime_environment(const CpuFeatures& cpu,
                                                      const EnvironmentLookup& environment,
                                                      const ThreadPlan& threads,
                                                      const std::function<bool()>& amx_survives) {
    return {blas_core(cpu, environment),
            onednn_cap(cpu, environment, amx_survives),
            fixed(environment, "OMP_WAIT_POLICY", "passive", "waiting threads must not spin"),
            fixed(environment, "OMP_NUM_THREADS", std::to_string(threads.model), "thread plan")};
}

std::vector<RuntimeVariable> plan_runtime_environment(const ThreadPlan& threads) {
    return plan_runtime_environment(
        detect_cpu_features(), process_environment, threads, amx_survives_in_a_child);
}

void apply_runtime_environment(const std::vector<RuntimeVariable>& variables) {
    for (const RuntimeVariable& variable : variables) {
        if (!variable.from_user && variable.value.has_value()) {
            VARHUSH_CHECK(setenv(variable.name.c_str(), variable.value->c_str(), 1) == 0);
        }
    }
}

}  // namespace varhush::core
