#include "varhush/nn/conv32.hpp"

#include "conv32_sets.hpp"

#include <cstdlib>

namespace varhush::nn {

const Kernels32* find_kernels32(std::string_view name) {
    if (name == kKernelsGeneric.name) {
        return &kKernelsGeneric;
    }
#if defined(__x86_64__)
    __builtin_cpu_init();
    const bool avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (name == kKernelsAvx2.name && avx2) {
        return &kKernelsAvx2;
    }
    if (name == kKernelsAvx512.name && avx2 && __builtin_cpu_supports("avx512f")) {
        return &kKernelsAvx512;
    }
#endif
    return nullptr;
}

namespace {

const Kernels32& choose() {
    if (const char* wish = std::getenv("VARHUSH_ISA"); wish != nullptr) {
        if (const Kernels32* found = find_kernels32(wish); found != nullptr) {
            return *found;
        }
    }
    for (const std::string_view name : {"avx512", "avx2"}) {
        if (const Kernels32* found = find_kernels32(name); found != nullptr) {
            return *found;
        }
    }
    return kKernelsGeneric;
}

}  // namespace

const Kernels32& kernels32() {
    static const Kernels32& chosen = choose();
    return chosen;
}

}  // namespace varhush::nn
