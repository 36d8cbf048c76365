#include "varhush/core/cpu_features.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <string>
#include <utility>

namespace varhush::core {
namespace {

// An invented processor: a table of leaves, everything else reads as zero.
struct InventedCpu {
    std::map<std::pair<std::uint32_t, std::uint32_t>, CpuidRegisters> leaves;
    std::uint64_t xcr0 = 0xE7;

    [[nodiscard]] CpuFeatures decode() const {
        return decode_cpu_features({[this](std::uint32_t leaf, std::uint32_t subleaf) {
                                        const auto found = leaves.find({leaf, subleaf});
                                        return found == leaves.end() ? CpuidRegisters{}
                                                                     : found->second;
                                    },
                                    [this] { return xcr0; }});
    }
};

constexpr std::uint32_t kOsxsaveFma = (1U << 27) | (1U << 12);
constexpr std::uint32_t kAvx2Bit = 1U << 5;
constexpr std::uint32_t kAvx512Bits = (1U << 16) | (1U << 17) | (1U << 30) | (1U << 31);
constexpr std::uint32_t kAmxBits = (1U << 22) | (1U << 24);

InventedCpu sapphire_rapids() {
    InventedCpu cpu;
    cpu.leaves[{0, 0}] = {0x20, 0, 0, 0};
    cpu.leaves[{1, 0}] = {0, 0, kOsxsaveFma, 0};
    cpu.leaves[{7, 0}] = {1, kAvx2Bit | kAvx512Bits, 0, kAmxBits};
    cpu.leaves[{7, 1}] = {1U << 5, 0, 0, 0};
    cpu.leaves[{0x1D, 0}] = {1, 0, 0, 0};
    cpu.leaves[{0x1D, 1}] = {(1024U << 16) | 8192U, (8U << 16) | 64U, 16, 0};
    return cpu;
}

TEST(CpuFeatures, SapphireRapidsHasEverything) {
    const CpuFeatures found = sapphire_rapids().decode();
    EXPECT_TRUE(found.avx2 && found.fma && found.avx512_core() && found.avx512_bf16);
    EXPECT_TRUE(found.amx_tile && found.amx_bf16 && found.amx_palette);
}

TEST(CpuFeatures, AmxWithoutLeaf1DHasNoPalette) {
    InventedCpu cpu = sapphire_rapids();
    cpu.leaves.erase({0x1D, 0});
    cpu.leaves.erase({0x1D, 1});
    EXPECT_TRUE(cpu.decode().amx_tile);
    EXPECT_FALSE(cpu.decode().amx_palette);
}

TEST(CpuFeatures, APaletteOfAnotherShapeDoesNotCount) {
    InventedCpu cpu = sapphire_rapids();
    cpu.leaves[{0x1D, 1}].ebx = (4U << 16) | 64U;
    EXPECT_FALSE(cpu.decode().amx_palette);
}

TEST(CpuFeatures, Avx512NeedsTheOperatingSystem) {
    InventedCpu cpu = sapphire_rapids();
    cpu.xcr0 = 0x7;
    const CpuFeatures found = cpu.decode();
    EXPECT_TRUE(found.avx2);
    EXPECT_FALSE(found.avx512f || found.avx512_bf16);
}

TEST(CpuFeatures, NoOsxsaveMeansNoVectorExtension) {
    InventedCpu cpu = sapphire_rapids();
    cpu.leaves[{1, 0}].ecx = 1U << 12;
    const CpuFeatures found = cpu.decode();
    EXPECT_FALSE(found.avx2 || found.fma || found.avx512f);
}

TEST(CpuFeatures, AnOldProcessorHasNone) {
    InventedCpu cpu;
    cpu.leaves[{0, 0}] = {2, 0, 0, 0};
    EXPECT_EQ(cpu.decode(), CpuFeatures{});
}

TEST(CpuFeatures, DetectionAgreesWithTheKernel) {
    std::ifstream cpuinfo("/proc/cpuinfo");
    std::string line;
    while (std::getline(cpuinfo, line) && !line.starts_with("flags")) {
    }
    if (!line.starts_with("flags")) {
        GTEST_SKIP() << "no x86 flags in /proc/cpuinfo";
    }
    line += " ";
    const auto kernel_says = [&](const std::string& flag) {
        return line.find(" " + flag + " ") != std::string::npos;
    };
    const CpuFeatures found = detect_cpu_features();
    EXPECT_EQ(found.avx2, kernel_says("avx2"));
    EXPECT_EQ(found.fma, kernel_says("fma"));
    EXPECT_EQ(found.avx512f, kernel_says("avx512f"));
    EXPECT_EQ(found.avx512vl, kernel_says("avx512vl"));
    EXPECT_EQ(found.avx512_bf16, kernel_says("avx512_bf16"));
}

TEST(AmxProbe, IsFalseWithoutAmxAndNeverKillsTheCaller) {
    const CpuFeatures found = detect_cpu_features();
    const bool survived = amx_survives_in_a_child();
    if (!found.amx_tile) {
        EXPECT_FALSE(survived);
    }
}

}  // namespace
}  // namespace varhush::core
