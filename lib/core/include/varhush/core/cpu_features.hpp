#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>

namespace varhush::core {

/// What decides the choice of numerical kernels. AVX and AVX-512 count only when the operating
/// system saves their registers; AMX is what CPUID says, because libraries look no further.
struct CpuFeatures {
    std::string brand;  ///< e.g. "Intel(R) Xeon(R) Gold 6430"; may be empty
    bool avx2 = false;
    bool fma = false;
    bool avx512f = false;
    bool avx512bw = false;
    bool avx512vl = false;
    bool avx512dq = false;
    bool avx512_bf16 = false;
    bool amx_tile = false;
    bool amx_bf16 = false;
    /// Leaf 0x1D describes palette 1 with 8 tiles of 1024 bytes. Some virtual machines show AMX
    /// without it, and there every tile instruction ends in SIGILL.
    bool amx_palette = false;

    /// F, BW, VL and DQ together: what OpenBLAS and oneDNN call Skylake-X and AVX512_CORE.
    [[nodiscard]] bool avx512_core() const noexcept {
        return avx512f && avx512bw && avx512vl && avx512dq;
    }
    bool operator==(const CpuFeatures&) const = default;
};

/// The registers EAX, EBX, ECX, EDX after CPUID.
struct CpuidRegisters {
    std::uint32_t eax = 0;
    std::uint32_t ebx = 0;
    std::uint32_t ecx = 0;
    std::uint32_t edx = 0;
};

/// Where CPUID comes from: the processor, or a table in tests. `xcr0` is read only when the
/// processor offers it.
struct CpuidSource {
    std::function<CpuidRegisters(std::uint32_t leaf, std::uint32_t subleaf)> leaf;
    std::function<std::uint64_t()> xcr0;
};

/// Source of the bits: Intel SDM volume 2A (CPUID), volume 1 section 13.3 (XCR0).
[[nodiscard]] CpuFeatures decode_cpu_features(const CpuidSource& source);

/// Features of this machine; none on other processors than x86-64.
[[nodiscard]] CpuFeatures detect_cpu_features();

/// Computes one small bf16 tile product in a forked child and tells whether the child survived with
/// the right result. False where the kernel refuses AMX and on other processors. Cost 1-2 ms.
/// Call it before threads start.
[[nodiscard]] bool amx_survives_in_a_child();

}  // namespace varhush::core
