#include "varhush/core/cpu_features.hpp"

#if defined(__x86_64__)

#include <immintrin.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

namespace varhush::core {

namespace {

// Linux asks programs to request the tile registers (asm/prctl.h, since 5.16).
constexpr int kRequestPermission = 0x1023;
constexpr int kTileData = 18;

constexpr std::size_t kRows = 16;
constexpr std::size_t kPairsPerRow = 16;  // 16 pairs of bf16 = 64 bytes
constexpr std::uint16_t kOneBf16 = 0x3F80;

struct alignas(64) TileConfig {
    std::uint8_t palette = 1;
    std::uint8_t start_row = 0;
    std::array<std::uint8_t, 14> reserved{};
    std::array<std::uint16_t, 16> row_bytes{};
    std::array<std::uint8_t, 16> rows{};
};
static_assert(sizeof(TileConfig) == 64);

// The product of two tiles of ones: each sum has 32 terms.
__attribute__((target("amx-tile,amx-bf16"))) bool product_is_right() {
    alignas(64) static std::array<std::uint16_t, kRows * kPairsPerRow * 2> ones;
    alignas(64) static std::array<float, kRows * kPairsPerRow> sums;
    ones.fill(kOneBf16);
    TileConfig config;
    for (std::size_t i = 0; i < 3; ++i) {
        config.row_bytes[i] = 64;
        config.rows[i] = kRows;
    }
    _tile_loadconfig(&config);
    _tile_zero(0);
    _tile_loadd(1, ones.data(), 64);
    _tile_loadd(2, ones.data(), 64);
    _tile_dpbf16ps(0, 1, 2);
    _tile_stored(0, sums.data(), 64);
    _tile_release();
    return std::all_of(sums.begin(), sums.end(), [](float sum) { return sum == 32.0F; });
}

[[noreturn]] void run_child() {
    const rlimit no_core{0, 0};
    setrlimit(RLIMIT_CORE, &no_core);
    if (syscall(SYS_arch_prctl, kRequestPermission, kTileData) != 0) {
        _exit(1);
    }
    _exit(product_is_right() ? 0 : 1);
}

}  // namespace

bool amx_survives_in_a_child() {
    const CpuFeatures cpu = detect_cpu_features();
    if (!cpu.amx_tile || !cpu.amx_bf16) {
        return false;
    }
    const pid_t child = fork();
    if (child == 0) {
        run_child();
    }
    int status = 0;
    while (child > 0 && waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            return false;
        }
    }
    return child > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace varhush::core

#else

namespace varhush::core {

bool amx_survives_in_a_child() {
    return false;
}

}  // namespace varhush::core

#endif
