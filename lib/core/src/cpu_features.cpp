#include "varhush/core/cpu_features.hpp"

#include <cstring>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace varhush::core {

namespace {

// XCR0: which register state the operating system saves.
constexpr std::uint64_t kAvxState = 0x6;
constexpr std::uint64_t kAvx512State = 0xE6;

constexpr std::uint32_t kBrandLeaf = 0x80000002;

constexpr std::uint32_t kPaletteLeaf = 0x1D;
constexpr std::uint32_t kTileBytes = 1024;
constexpr std::uint32_t kTileCount = 8;

bool bit(std::uint32_t value, int index) {
    return ((value >> index) & 1U) != 0;
}

std::string read_brand(const CpuidSource& source) {
    if (source.leaf(0x80000000, 0).eax < kBrandLeaf + 2) {
        return {};
    }
    std::array<char, 49> text{};
    for (std::uint32_t i = 0; i < 3; ++i) {
        const CpuidRegisters part = source.leaf(kBrandLeaf + i, 0);
        const std::array<std::uint32_t, 4> words{part.eax, part.ebx, part.ecx, part.edx};
        std::memcpy(text.data() + std::size_t{16} * i, words.data(), 16);
    }
    std::string brand(text.data());
    const std::size_t begin = brand.find_first_not_of(' ');
    const std::size_t end = brand.find_last_not_of(' ');
    return begin == std::string::npos ? "" : brand.substr(begin, end - begin + 1);
}

bool has_tile_palette(const CpuidSource& source, std::uint32_t highest_leaf) {
    if (highest_leaf < kPaletteLeaf || source.leaf(kPaletteLeaf, 0).eax < 1) {
        return false;
    }
    const CpuidRegisters palette = source.leaf(kPaletteLeaf, 1);
    return (palette.eax >> 16) == kTileBytes && (palette.ebx >> 16) == kTileCount;
}

}  // namespace

CpuFeatures decode_cpu_features(const CpuidSource& source) {
    CpuFeatures found;
    const std::uint32_t highest_leaf = source.leaf(0, 0).eax;
    if (highest_leaf < 7) {
        return found;
    }
    found.brand = read_brand(source);
    const CpuidRegisters basic = source.leaf(1, 0);
    const std::uint64_t state = bit(basic.ecx, 27) ? source.xcr0() : 0;
    const bool avx = (state & kAvxState) == kAvxState;
    const bool avx512 = (state & kAvx512State) == kAvx512State;

    const CpuidRegisters extended = source.leaf(7, 0);
    found.fma = avx && bit(basic.ecx, 12);
    found.avx2 = avx && bit(extended.ebx, 5);
    found.avx512f = avx512 && bit(extended.ebx, 16);
    found.avx512dq = avx512 && bit(extended.ebx, 17);
    found.avx512bw = avx512 && bit(extended.ebx, 30);
    found.avx512vl = avx512 && bit(extended.ebx, 31);
    found.avx512_bf16 = avx512 && extended.eax >= 1 && bit(source.leaf(7, 1).eax, 5);
    found.amx_bf16 = bit(extended.edx, 22);
    found.amx_tile = bit(extended.edx, 24);
    found.amx_palette = found.amx_tile && has_tile_palette(source, highest_leaf);
    return found;
}

CpuFeatures detect_cpu_features() {
#if defined(__x86_64__)
    CpuidSource source;
    source.leaf = [](std::uint32_t leaf, std::uint32_t subleaf) {
        CpuidRegisters out;
        __cpuid_count(leaf, subleaf, out.eax, out.ebx, out.ecx, out.edx);
        return out;
    };
    source.xcr0 = [] {
        std::uint32_t low = 0;
        std::uint32_t high = 0;
        __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
        return (static_cast<std::uint64_t>(high) << 32) | low;
    };
    return decode_cpu_features(source);
#else
    return {};
#endif
}

}  // namespace varhush::core
