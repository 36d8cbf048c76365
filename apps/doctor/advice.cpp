#include "apps/doctor/machine.hpp"

#include <algorithm>
#include <cctype>

namespace varhush::apps {

namespace {

// A product reaches 140 GFLOP/s a thread with AVX-512 and 40-60 with AVX2 (measured on Sapphire
// Rapids and Haswell servers); reference BLAS and Prescott kernels stay below 15.
constexpr double kSlowProductGflops = 15;
constexpr std::int64_t kLittleMemoryBytes = std::int64_t{1} << 30;

const core::RuntimeVariable* variable(const Machine& machine, const std::string& name) {
    const auto found = std::find_if(machine.runtime.begin(),
                                    machine.runtime.end(),
                                    [&](const auto& one) { return one.name == name; });
    return found == machine.runtime.end() ? nullptr : &*found;
}

// Kernel sets of OpenBLAS that use AVX-512.
bool uses_avx512(std::string core_type) {
    std::transform(core_type.begin(), core_type.end(), core_type.begin(), [](unsigned char c) {
        return static_cast<char>(std::toupper(c));
    });
    return core_type == "SKYLAKEX" || core_type == "COOPERLAKE" || core_type == "SAPPHIRERAPIDS";
}

bool is_openblas(const TorchFacts& torch) {
    return !torch.blas_core.empty() || torch.blas_library.find("openblas") != std::string::npos;
}

bool is_other_fast_blas(const TorchFacts& torch) {
    return torch.blas_library.find("mkl") != std::string::npos ||
           torch.blas_library.find("blis") != std::string::npos ||
           torch.blas_library.find("torch_cpu") != std::string::npos;  // built in
}

void advise_on_blas(const Machine& machine, std::vector<std::string>& advice) {
    const TorchFacts& torch = *machine.torch;
    if (!is_openblas(torch) && !is_other_fast_blas(torch)) {
        advice.emplace_back(
            "LibTorch uses the reference BLAS (" + torch.blas_library +
            "): install libopenblas0-pthread, matrix products get 10 to 100 times faster");
        return;
    }
    const core::RuntimeVariable* core_type = variable(machine, "OPENBLAS_CORETYPE");
    const bool oldest_core = torch.blas_core == "Prescott" || torch.blas_core == "Core2";
    if (oldest_core && machine.cpu.avx2 && core_type != nullptr) {
        advice.emplace_back("OpenBLAS runs its oldest kernels (" + torch.blas_core + "): " +
                            (core_type->from_user ? "unset OPENBLAS_CORETYPE, varhush chooses it"
                                                  : "install a newer libopenblas0-pthread"));
        return;
    }
    if (core_type != nullptr && core_type->from_user && machine.cpu.avx512_core() &&
        !uses_avx512(core_type->value.value_or(""))) {
        advice.emplace_back("OPENBLAS_CORETYPE=" + core_type->value.value_or("") +
                            " is set, but this processor runs the SKYLAKEX kernels: unset it");
        return;
    }
    const double a_thread = torch.product_gflops / std::max(machine.threads.model, 1);
    if (machine.measured && machine.cpu.avx2 && a_thread < kSlowProductGflops) {
        advice.emplace_back(
            "matrix products are slow for this processor: is another program using the cores, or "
            "does the CPU quota grant less than it shows?");
    }
}

void advise_on_onednn(const Machine& machine, std::vector<std::string>& advice) {
    for (const char* name : {"ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA"}) {
        const core::RuntimeVariable* cap = variable(machine, name);
        if (cap == nullptr || !cap->from_user || !cap->value) {
            continue;
        }
        const bool too_low =
            *cap->value == "AVX2" || *cap->value == "AVX" || *cap->value == "SSE41";
        if (too_low && machine.cpu.avx512_core()) {
            advice.emplace_back(
                std::string(name) + "=" + *cap->value +
                " breaks f32 convolutions of oneDNN 2.6 on AVX-512 machines: unset it");
        }
        const bool allows_amx = *cap->value == "ALL" || *cap->value == "DEFAULT" ||
                                cap->value->find("AMX") != std::string::npos;
        if (allows_amx && machine.cpu.amx_tile && !machine.cpu.amx_palette) {
            advice.emplace_back(std::string(name) + "=" + *cap->value +
                                " lets oneDNN use AMX, which this machine announces but does not "
                                "have (SIGILL): unset it");
        }
    }
}

void advise_on_threads(const Machine& machine, std::vector<std::string>& advice) {
    const core::RuntimeVariable* omp = variable(machine, "OMP_NUM_THREADS");
    if (omp != nullptr && omp->from_user && omp->value != std::to_string(machine.threads.model)) {
        advice.emplace_back("OMP_NUM_THREADS=" + omp->value.value_or("") +
                            " is set, but -@ gives " + std::to_string(machine.threads.model) +
                            " threads: unset it or pass the same number to -@");
    }
    if (machine.threads.model > machine.usable_cpus) {
        advice.emplace_back("-@ asks for more threads than the " +
                            std::to_string(machine.usable_cpus) + " usable processors");
    }
}

}  // namespace

std::vector<std::string> advice_for(const Machine& machine) {
    std::vector<std::string> advice;
    if (!machine.model_half_installed) {
        advice.emplace_back(
            "the model half is not installed: commands that need LibTorch cannot run; install "
            "libtorch-dev and build the preset release, or install the complete package");
    } else if (!machine.model_half_problem.empty()) {
        advice.emplace_back("the model half does not work: " + machine.model_half_problem +
                            "; its last words are above");
    }
    if (!machine.cpu.avx2 || !machine.cpu.fma) {
        advice.emplace_back(
            "this processor has no AVX2 with FMA (or it is not x86-64): models run several times "
            "slower than on machines of the last ten years");
    }
    if (machine.torch) {
        advise_on_blas(machine, advice);
    }
    advise_on_onednn(machine, advice);
    advise_on_threads(machine, advice);
    if (machine.models.empty()) {
        advice.emplace_back(
            "no model was found: put safetensors files into a folder and name it in "
            "VARHUSH_MODELS");
    }
    if (machine.memory_available_bytes > 0 && machine.memory_available_bytes < kLittleMemoryBytes) {
        advice.emplace_back("less than 1 GB of memory is free: use few threads (-@ 1)");
    }
    return advice;
}

}  // namespace varhush::apps
