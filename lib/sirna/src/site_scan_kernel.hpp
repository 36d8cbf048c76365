// The loop of site_scan.hpp, included once by a source file for each instruction set. Everything
// here has internal linkage.
#include "site_scan.hpp"

#include <cstring>

namespace varhush::sirna {

namespace {

struct Scan {
    static constexpr std::uint64_t kCodeMask = kTableCodes - 1;
    static constexpr std::uint64_t kFirstHalfMask = (std::uint64_t{1} << (2 * kFirstHalf)) - 1;
    /// Positions whose 10-mers are looked up before any is compared.
    static constexpr unsigned kBlock = 4096;
};

/// 29 bases or more from `base` on.
inline std::uint64_t window_at(const std::byte* text, std::uint64_t base) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, text + base / 4, sizeof word);
    return word >> (2 * (base % 4));
}

/// A place whose 10-mer has entries.
struct Candidate {
    std::uint32_t code;
    std::uint32_t place;  ///< relative to the first of its block
};

/// Places in [first, last), at most kBlock, whose 10-mer has entries.
inline unsigned find_candidates(const ScanView& view,
                                const std::byte* text,
                                std::uint64_t first,
                                std::uint64_t last,
                                Candidate* found) noexcept {
    unsigned count = 0;
    const auto look_up = [&](std::uint64_t window, std::uint64_t at) {
        const std::uint64_t code = window & Scan::kCodeMask;
        found[count] = {static_cast<std::uint32_t>(code), static_cast<std::uint32_t>(at - first)};
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

inline void compare(const ScanView& view,
                    const std::byte* text,
                    std::uint64_t at,
                    std::uint32_t code,
                    ScanEmit emit,
                    void* context) {
    const std::uint64_t first_window = window_at(text, at);
    // Text has no base before 0, and a site that would begin there is none.
    const bool has_second = at >= kFirstHalf;
    const std::uint64_t second_window = has_second ? window_at(text, at - kFirstHalf) : 0;
    const std::uint16_t* const end = view.entries + view.starts[code + 1];
    for (const std::uint16_t* one = view.entries + view.starts[code]; one != end; ++one) {
        const std::uint16_t entry = *one;
        const bool second = (entry & kSecondHalfFlag) != 0;
        const std::size_t pattern = entry & (kSecondHalfFlag - 1U);
        const std::uint64_t bits = (second ? second_window : first_window) ^ view.values[pattern];
        const std::uint64_t differing = (bits | (bits >> 1U)) & view.cares[pattern];
        if (__builtin_popcountll(differing) > view.max_mismatches) {
            continue;
        }
        // What the first half finds as well is reported by it alone.
        if (second && (!has_second || __builtin_popcountll(differing & Scan::kFirstHalfMask) <=
                                          view.max_in_half)) {
            continue;
        }
        emit(context, (std::uint64_t{pattern} << 48U) | (second ? at - kFirstHalf : at));
    }
}

inline void scan(const ScanView& shared,
                 const std::byte* text,
                 std::uint64_t first,
                 std::uint64_t last,
                 ScanEmit emit,
                 void* context) {
    // The tables are larger than the nearest caches, so what the next candidates need is fetched
    // while this one is compared.
    constexpr unsigned kAhead = 8;
    const ScanView view = shared;  // a copy of which nothing else can be written
    Candidate found[Scan::kBlock + 2 * kAhead];
    for (std::uint64_t at = first; at < last; at += Scan::kBlock) {
        const std::uint64_t end = last - at < Scan::kBlock ? last : at + Scan::kBlock;
        const unsigned count = find_candidates(view, text, at, end, found);
        for (unsigned i = 0; i < 2 * kAhead; ++i) {
            found[count + i] = {0, 0};
        }
        for (unsigned i = 0; i < count; ++i) {
            __builtin_prefetch(&view.starts[found[i + 2 * kAhead].code]);
            __builtin_prefetch(&view.entries[view.starts[found[i + kAhead].code]]);
            compare(view, text, at + found[i].place, found[i].code, emit, context);
        }
    }
}

}  // namespace

}  // namespace varhush::sirna
