#include "xxhash64.hpp"

#include <array>
#include <bit>
#include <cstring>

namespace varhush::sirna {

namespace {

static_assert(std::endian::native == std::endian::little, "the checksum reads little-endian words");

constexpr std::uint64_t kPrime1 = 0x9E3779B185EBCA87;
constexpr std::uint64_t kPrime2 = 0xC2B2AE3D27D4EB4F;
constexpr std::uint64_t kPrime3 = 0x165667B19E3779F9;
constexpr std::uint64_t kPrime4 = 0x85EBCA77C2B2AE63;
constexpr std::uint64_t kPrime5 = 0x27D4EB2F165667C5;
constexpr std::size_t kStripe = 32;

template <class Word>
Word read(const std::byte* at) noexcept {
    Word word = 0;
    std::memcpy(&word, at, sizeof word);
    return word;
}

std::uint64_t round(std::uint64_t lane, std::uint64_t word) noexcept {
    return std::rotl(lane + word * kPrime2, 31) * kPrime1;
}

std::uint64_t stripes(const std::byte*& at, const std::byte* end) noexcept {
    std::array<std::uint64_t, 4> lanes{kPrime1 + kPrime2, kPrime2, 0, 0 - kPrime1};
    for (; static_cast<std::size_t>(end - at) >= kStripe; at += kStripe) {
        for (std::size_t i = 0; i < lanes.size(); ++i) {
            lanes[i] = round(lanes[i], read<std::uint64_t>(at + i * 8));
        }
    }
    std::uint64_t hash = std::rotl(lanes[0], 1) + std::rotl(lanes[1], 7) + std::rotl(lanes[2], 12) +
                         std::rotl(lanes[3], 18);
    for (const std::uint64_t lane : lanes) {
        hash = (hash ^ round(0, lane)) * kPrime1 + kPrime4;
    }
    return hash;
}

std::uint64_t tail(std::uint64_t hash, const std::byte* at, const std::byte* end) noexcept {
    for (; end - at >= 8; at += 8) {
        hash = std::rotl(hash ^ round(0, read<std::uint64_t>(at)), 27) * kPrime1 + kPrime4;
    }
    if (end - at >= 4) {
        hash = std::rotl(hash ^ read<std::uint32_t>(at) * kPrime1, 23) * kPrime2 + kPrime3;
        at += 4;
    }
    for (; at != end; ++at) {
        hash = std::rotl(hash ^ static_cast<std::uint64_t>(*at) * kPrime5, 11) * kPrime1;
    }
    return hash;
}

}  // namespace

std::uint64_t xxhash64(std::span<const std::byte> bytes) noexcept {
    const std::byte* at = bytes.data();
    const std::byte* const end = at + bytes.size();
    std::uint64_t hash = bytes.size() >= kStripe ? stripes(at, end) : kPrime5;
    hash = tail(hash + bytes.size(), at, end);
    hash = (hash ^ (hash >> 33)) * kPrime2;
    hash = (hash ^ (hash >> 29)) * kPrime3;
    return hash ^ (hash >> 32);
}

}  // namespace varhush::sirna
