#pragma once

// The motif scan's inner loop, compiled once an instruction set (motif_avx2.cpp, …) with other
// compiler flags. As in nn's kernels nothing here may have linkage or call inline functions of the
// standard library. Only additions and comparisons: all sets give the same bits.
//
// VARHUSH_LANES: floats in a vector, 4 or 8.

#include "motif_sets.hpp"

// NOLINTBEGIN(misc-definitions-in-headers,bugprone-implicit-widening-of-multiplication-result)
namespace varhush::models {
namespace {

typedef float Vec __attribute__((vector_size(VARHUSH_LANES * 4)));
typedef float VecUnaligned __attribute__((vector_size(VARHUSH_LANES * 4), aligned(4), may_alias));

constexpr int kVecs = kMotifLanes / VARHUSH_LANES;

template <int kPlacements>
inline void scan_block(const std::uint8_t* codes, int columns, const float* table, Vec* top) {
    Vec sum[kPlacements][kVecs] = {};
    for (int c = 0; c < columns; ++c, table += kMotifLetters * kMotifLanes) {
#pragma GCC unroll 8
        for (int p = 0; p < kPlacements; ++p) {
            const float* row = table + codes[c + p] * kMotifLanes;
            for (int v = 0; v < kVecs; ++v) {
                sum[p][v] += *reinterpret_cast<const VecUnaligned*>(row + v * VARHUSH_LANES);
            }
        }
    }
    for (int p = 0; p < kPlacements; ++p) {
        for (int v = 0; v < kVecs; ++v) {
            top[v] = sum[p][v] > top[v] ? sum[p][v] : top[v];
        }
    }
}

void scan(const std::uint8_t* codes,
          std::int64_t placements,
          int columns,
          const float* table,
          float* best) {
    Vec top[kVecs];
    for (int v = 0; v < kVecs; ++v) {
        top[v] = *reinterpret_cast<const VecUnaligned*>(best + v * VARHUSH_LANES);
    }
    std::int64_t p = 0;
    for (; p + 4 <= placements; p += 4) {
        scan_block<4>(codes + p, columns, table, top);
    }
    for (; p < placements; ++p) {
        scan_block<1>(codes + p, columns, table, top);
    }
    for (int v = 0; v < kVecs; ++v) {
        *reinterpret_cast<VecUnaligned*>(best + v * VARHUSH_LANES) = top[v];
    }
}

}  // namespace
}  // namespace varhush::models
// NOLINTEND(misc-definitions-in-headers,bugprone-implicit-widening-of-multiplication-result)
