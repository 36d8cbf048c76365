#pragma once

#include "varhush/core/cpu_features.hpp"
#include "varhush/core/runtime_environment.hpp"
#include "varhush/core/thread_plan.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace varhush::apps {

/// What the model half measured about LibTorch and the libraries behind it.
struct TorchFacts {
    std::string libtorch;      ///< version
    std::string blas_library;  ///< file that provides sgemm
    std::string blas_core;     ///< OpenBLAS kernel name; empty for another BLAS
    std::string onednn_isa;    ///< instruction set oneDNN uses; empty when it does not say
    double product_gflops = 0;
    double conv_gflops = 0;
    std::vector<std::string> devices;
};

/// Everything `varhush doctor` reports. Rates are 0 when they were not measured.
struct Machine {
    std::string version;
    std::string htslib;
    core::CpuFeatures cpu;
    int usable_cpus = 1;
    core::ThreadPlan threads;
    std::int64_t memory_total_bytes = 0;
    std::int64_t memory_available_bytes = 0;
    /// Memory that an AlphaGenome-style model of the released size needs for a window: REF alone,
    /// and REF with an ALT.
    struct Window {
        std::int64_t window_bp = 0;
        std::int64_t one_pass_bytes = 0;
        std::int64_t two_passes_bytes = 0;
    };
    std::vector<Window> windows;
    std::vector<core::RuntimeVariable> runtime;
    std::string native_kernels;
    double native_conv_gflops = 0;
    struct Model {
        std::string name;
        std::string path;
    };
    std::vector<Model> models;
    bool measured = false;
    bool model_half_installed = false;
    std::string model_half_problem;  ///< why there are no torch facts, when it is installed
    std::optional<TorchFacts> torch;
};

/// Looks at this machine; with `measure` it also times the kernels and asks the model half (about
/// two seconds).
[[nodiscard]] Machine examine_machine(const core::ThreadPlan& threads, bool measure);

/// What to install or set where something is missing or slow; one sentence each. Pure.
[[nodiscard]] std::vector<std::string> advice_for(const Machine& machine);

/// For people.
[[nodiscard]] std::string as_text(const Machine& machine);
/// One JSON object with the same facts and the advice, newline at the end.
[[nodiscard]] std::string as_json(const Machine& machine);

/// Reads what `varhush-model doctor-probe` prints; nullopt when it is not that.
[[nodiscard]] std::optional<TorchFacts> parse_torch_facts(const std::string& json_text);

}  // namespace varhush::apps
