#include "apps/doctor_probe/libraries.hpp"

#include <dlfcn.h>

#include <array>
#include <cstdio>
#include <filesystem>

namespace varhush::apps {

namespace {

// dnnl_cpu_isa_t of oneDNN 2.x; the values stayed the same in 3.x for those that both know.
struct IsaName {
    int value;
    const char* name;
};
constexpr std::array kIsaNames{
    IsaName{0x1, "SSE41"},
    IsaName{0x3, "AVX"},
    IsaName{0x7, "AVX2"},
    IsaName{0xf, "AVX2_VNNI"},
    IsaName{0x27, "AVX512_CORE"},
    IsaName{0x67, "AVX512_CORE_VNNI"},
    IsaName{0xe7, "AVX512_CORE_BF16"},
    IsaName{0x3e7, "AVX512_CORE_AMX"},
};

template <class Function>
Function symbol(const char* name) {
    return reinterpret_cast<Function>(dlsym(RTLD_DEFAULT, name));
}

}  // namespace

std::string blas_library() {
    Dl_info info{};
    void* product = dlsym(RTLD_DEFAULT, "sgemm_");
    if (product == nullptr || dladdr(product, &info) == 0 || info.dli_fname == nullptr) {
        return "unknown";
    }
    std::error_code error;
    const auto resolved = std::filesystem::canonical(info.dli_fname, error);
    return error ? info.dli_fname : resolved.string();
}

std::string blas_core() {
    const auto name = symbol<char* (*)()>("openblas_get_corename");
    return name == nullptr ? "" : name();
}

std::string onednn_isa() {
    const auto effective = symbol<int (*)()>("dnnl_get_effective_cpu_isa");
    if (effective == nullptr) {
        return {};
    }
    const int value = effective();
    for (const IsaName& one : kIsaNames) {
        if (one.value == value) {
            return one.name;
        }
    }
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "0x%x", static_cast<unsigned>(value));
    return text.data();
}

}  // namespace varhush::apps
