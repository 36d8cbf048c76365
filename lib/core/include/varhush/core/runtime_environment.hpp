#pragma once

#include "varhush/core/cpu_features.hpp"
#include "varhush/core/thread_plan.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace varhush::core {

/// One environment variable that the numerical libraries read when they are loaded.
struct RuntimeVariable {
    std::string name;
    std::optional<std::string> value;  ///< nullopt: left unset, the library decides
    bool from_user = false;            ///< was in the environment already and stays as it is
    std::string reason;                ///< one clause for people

    bool operator==(const RuntimeVariable&) const = default;
};

using EnvironmentLookup = std::function<std::optional<std::string>(const std::string& name)>;

/// What the environment of a process that maps LibTorch should hold on this processor. Pure: reads
/// only its arguments. A variable that the user set is never changed. `amx_survives` is asked only
/// when the answer matters.
///
/// - OPENBLAS_CORETYPE: OpenBLAS 0.3.21 does not know newer processors and falls back to its oldest
///   kernels (24-33 instead of 290-305 GFLOP/s, measured on two Sapphire Rapids cores).
/// - ONEDNN_MAX_CPU_ISA: capped at AVX512_CORE_BF16 where AMX is announced but does not work;
///   oneDNN 2.6.3 would end in SIGILL. Never lower: AVX2 as a cap breaks f32 convolutions there.
/// - OMP_WAIT_POLICY, OMP_NUM_THREADS: waiting threads sleep, and their number is the plan's.
[[nodiscard]] std::vector<RuntimeVariable> plan_runtime_environment(
    const CpuFeatures& cpu,
    const EnvironmentLookup& environment,
    const ThreadPlan& threads,
    const std::function<bool()>& amx_survives);

/// The same for this process: its processor, its environment.
[[nodiscard]] std::vector<RuntimeVariable> plan_runtime_environment(const ThreadPlan& threads);

/// Puts what was planned into the environment of this process, for the program it execs next.
/// Not thread-safe, as setenv is not.
void apply_runtime_environment(const std::vector<RuntimeVariable>& variables);

}  // namespace varhush::core
