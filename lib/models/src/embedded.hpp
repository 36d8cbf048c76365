#pragma once

#include <cstddef>
#include <span>

namespace varhush::models {

inline constexpr const char* kEmbeddedModelName = "splice-mini";

inline constexpr const char* kEmbeddedEfficacyName = "sirna-ensemble";

/// The bytes of models/splice-mini/weights.safetensors, put into the binary at build time.
[[nodiscard]] std::span<const std::byte> embedded_model();
/// The same of models/sirna-ensemble/weights.safetensors.
[[nodiscard]] std::span<const std::byte> embedded_efficacy_model();
/// The same of weights.vhcal beside the first; empty where there was none at build time.
[[nodiscard]] std::span<const std::byte> embedded_calibration();

}  // namespace varhush::models
