#pragma once

#include <cstddef>
#include <span>

namespace varhush::models {

inline constexpr const char* kEmbeddedModelName = "splice-mini";

/// The bytes of models/splice-mini/weights.safetensors, put into the binary at build time.
[[nodiscard]] std::span<const std::byte> embedded_model();

}  // namespace varhush::models
