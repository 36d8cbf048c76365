#pragma once

#include <cstdint>

namespace varhush::models {

inline constexpr int kMotifLanes = 8;    ///< matrices side by side
inline constexpr int kMotifLetters = 5;  ///< A, C, G, T, and zero for anything else

/// best[m] = max(best[m], the sums of matrix m at placements 0..placements - 1), m < kMotifLanes:
/// placement p sums table[(column * kMotifLetters + codes[p + column]) * kMotifLanes + m].
using MotifScan = void (*)(const std::uint8_t* codes,
                           std::int64_t placements,
                           int columns,
                           const float* table,
                           float* best);

extern const MotifScan kMotifScanGeneric;
#if defined(__x86_64__)
extern const MotifScan kMotifScanAvx2;
#endif

}  // namespace varhush::models
