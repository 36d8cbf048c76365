// The loop of site_scan.hpp, included once by a source file for each instruction set. Everything
// here has internal linkage.
#include "site_scan.hpp"

#include <cstring>

namespace varhush::sirna {

namespace {

constexpr std::uint64_t kCodeMask = kTableCodes - 1;
constexpr std::uint64_t kFirstHalfMask = (std::uint64_t{1} << (2 * kFirstHalf)) - 1;
constexpr unsigned kBlock = 4096;  // positions whose 10-mers are looked up before any is compared

/// 29 bases or more from `base` on.
inline std::uint64_t window_at(const std::byte* text, std::uint64_t base) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, text + base / 4, sizeof word);
    return word >> (2 * (base % 4));
}

/// Positions in [first, last), less than kBlock, whose 10-mer has entries, relative to `first`.
inline unsigned find_candidates(const ScanView& view,
                                const std::byte* text,
                                std::uint64_t first,
                                std::uint64_t last,
                                std::uint16_t* found) noexcept {
    unsigned count = 0;
    const auto look_up = [&](std::uint64_t window, std::uint64_t at) {
        const std::uint64_t code = window & kCodeMask;
        found[count] = static_cast<std::uint16_t>(at - first);
        count += static_cast<unsigned>((view.present[code / 64] >> (code % 64)) & 1U);
    };
    std::uint64_t at = first;
    for (; at < last && at % 4 != 0; ++at) {
        look_up(window_at(text, at), at);
    }
    for (; at + 4 <= last; at += 4) {
        const std::uint64_t window = window_at(text, at);
        look_up(window, at);
        look_up(window >> 2U, at + 1);
        look_up(window >> 4U, at + 2);
        look_up(window >> 6U, at + 3);
    }
    for (; at < last; ++at) {
        look_up(window_at(text, at), at);
    }
    return count;
}

inline void compare(
    const ScanView& view, const std::byte* text, std::uint64_t at, ScanEmit emit, void* context) {
    const std::uint64_t first_window = window_at(text, at);
    // Text has no base before 0, and a site that would begin there is none.
    const bool has_second = at >= kFirstHalf;
    const std::uint64_t second_window = has_second ? window_at(text, at - kFirstHalf) : 0;
    const std::uint64_t code = first_window & kCodeMask;
    const std::uint32_t end = view.starts[code + 1];
    for (std::uint32_t i = view.starts[code]; i < end; ++i) {
        const std::uint16_t entry = view.entries[i];
        const bool second = (entry & kSecondHalfFlag) != 0;
        const std::size_t pattern = entry & (kSecondHalfFlag - 1U);
        const std::uint64_t bits = (second ? second_window : first_window) ^ view.values[pattern];
        const std::uint64_t differing = (bits | (bits >> 1U)) & view.cares[pattern];
        if (__builtin_popcountll(differing) > view.max_mismatches) {
            continue;
        }
        // What the first half finds as well is reported by it alone.
        if (second &&
            (!has_second || __builtin_popcountll(differing & kFirstHalfMask) <= view.max_in_half)) {
            continue;
        }
        emit(context, (std::uint64_t{pattern} << 48U) | (second ? at - kFirstHalf : at));
    }
}

inline void scan(const ScanView& view,
                 const std::byte* text,
                 std::uint64_t first,
                 std::uint64_t last,
                 ScanEmit emit,
                 void* context) {
    std::uint16_t found[kBlock];
    for (std::uint64_t at = first; at < last; at += kBlock) {
        const std::uint64_t end = last - at < kBlock ? last : at + kBlock;
        const unsigned count = find_candidates(view, text, at, end, found);
        for (unsigned i = 0; i < count; ++i) {
            compare(view, text, at + found[i], emit, context);
        }
    }
}

}  // namespace

}  // namespace varhush::sirna
