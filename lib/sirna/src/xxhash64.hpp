#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace varhush::sirna {

/// XXH64 with seed 0 (Yann Collet's published algorithm): a checksum against damage at some
/// gigabytes a second, not against forgery.
[[nodiscard]] std::uint64_t xxhash64(std::span<const std::byte> bytes) noexcept;

}  // namespace varhush::sirna
