#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace varhush::models {

/// A file of models/ that was put into the binary at build time.
struct EmbeddedModel {
    const char* name;
    std::span<const std::byte> weights;
    std::span<const std::byte> calibration;  ///< weights.vhcal; empty where there was none
};

/// In the order of lib/models/CMakeLists.txt.
[[nodiscard]] const std::vector<EmbeddedModel>& embedded_models();

inline constexpr const char* kEmbeddedTracksName = "varhush-mini";
inline constexpr const char* kEmbeddedEfficacyName = "sirna-ensemble";

}  // namespace varhush::models
