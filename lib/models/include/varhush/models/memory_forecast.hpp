#pragma once

#include "varhush/models/alphagenome_config.hpp"

#include <array>
#include <cstdint>

namespace varhush::models {

/// What the native engine will hold for one window, in bytes. Computed before anything is
/// allocated; an upper estimate.
struct MemoryForecast {
    std::int64_t weights = 0;    ///< float32, packed; everything but the junction embeddings
    std::int64_t reference = 0;  ///< what a whole pass keeps: skips, tokens, pair state
    std::int64_t edited = 0;     ///< what a second pass of the window adds at most (an indel)
    std::int64_t scratch = 0;    ///< working space of the threads

    [[nodiscard]] std::int64_t one_pass() const noexcept { return weights + reference + scratch; }
    [[nodiscard]] std::int64_t two_passes() const noexcept { return one_pass() + edited; }
};

[[nodiscard]] MemoryForecast forecast_memory(const AlphaGenomeConfig& config,
                                             std::int64_t window_bp,
                                             int threads);

/// Windows that users are offered, bp.
inline constexpr std::array<std::int64_t, 4> kOfferedWindows{16384, 131072, 524288, 1048576};

/// The largest offered window whose forecast (two passes, or one) fits into `available_bytes`; 0
/// when none does.
[[nodiscard]] std::int64_t largest_window(const AlphaGenomeConfig& config,
                                          std::int64_t available_bytes,
                                          int threads,
                                          bool two_passes);

/// @throws Error{kUsage} with what is needed, what there is, and the largest window that fits, when
/// the forecast exceeds `available_bytes` (0: unknown, nothing is checked).
void check_window_fits(const AlphaGenomeConfig& config,
                       std::int64_t window_bp,
                       std::int64_t available_bytes,
                       int threads,
                       bool two_passes);

}  // namespace varhush::models
