#include "site_scan.hpp"

#include "varhush/core/cpu_features.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>

namespace varhush::sirna {

namespace {

/// Calls `use` with every word of `bases` bases that differs from `value` at no more than `budget`
/// of the bases in `care`; bases outside `care` take every value.
template <class Use>
void each_neighbor(std::uint64_t value,
                   std::uint64_t care,
                   unsigned bases,
                   unsigned at,
                   int budget,
                   std::uint64_t word,
                   const Use& use) {
    if (at == bases) {
        use(word);
        return;
    }
    const unsigned shift = 2 * at;
    const std::uint64_t own = (value >> shift) & 3U;
    const bool counts = ((care >> shift) & 1U) != 0;
    for (std::uint64_t code = 0; code < 4; ++code) {
        const int cost = counts && code != own ? 1 : 0;
        if (cost <= budget) {
            each_neighbor(value, care, bases, at + 1, budget - cost, word | code << shift, use);
        }
    }
}

/// Calls `use` with every 10-mer and entry of pattern `number`.
template <class Use>
void each_entry(const SitePattern& pattern, std::size_t number, int max_in_half, const Use& use) {
    const auto first = static_cast<std::uint16_t>(number);
    const auto second = static_cast<std::uint16_t>(number | kSecondHalfFlag);
    constexpr std::uint64_t kNine = (std::uint64_t{1} << (2 * kFirstHalf)) - 1;
    const std::uint64_t first_care = pattern.care & kNine;  // the tenth base takes every value
    each_neighbor(
        pattern.value, first_care, kTableBases, 0, max_in_half, 0, [&](std::uint64_t word) {
            use(word, first);
        });
    const std::uint64_t value = pattern.value >> (2 * kFirstHalf);
    const std::uint64_t care = pattern.care >> (2 * kFirstHalf);
    each_neighbor(value, care, kTableBases, 0, max_in_half, 0, [&](std::uint64_t word) {
        use(word, second);
    });
}

}  // namespace

ScanTable::ScanTable(std::span<const SitePattern> patterns, int max_mismatches)
    : present_(kTableCodes / 64), starts_(kTableCodes + 1), max_mismatches_(max_mismatches) {
    VARHUSH_CHECK(patterns.size() <= kMostPatterns);
    const int max_in_half = max_mismatches / 2;
    for (std::size_t i = 0; i < patterns.size(); ++i) {
        values_.push_back(patterns[i].value);
        cares_.push_back(patterns[i].care);
        each_entry(patterns[i], i, max_in_half, [&](std::uint64_t word, std::uint16_t) {
            ++starts_[word + 1];
            present_[word / 64] |= std::uint64_t{1} << (word % 64);
        });
    }
    for (std::size_t code = 0; code < kTableCodes; ++code) {
        starts_[code + 1] += starts_[code];
    }
    entries_.resize(starts_.back());
    std::vector<std::uint32_t> next(starts_.begin(), starts_.end() - 1);
    for (std::size_t i = 0; i < patterns.size(); ++i) {
        each_entry(patterns[i], i, max_in_half, [&](std::uint64_t word, std::uint16_t entry) {
            entries_[next[word]++] = entry;
        });
    }
}

ScanView ScanTable::view() const noexcept {
    ScanView view;
    view.present = present_.data();
    view.starts = starts_.data();
    view.entries = entries_.data();
    view.values = values_.data();
    view.cares = cares_.data();
    view.max_mismatches = max_mismatches_;
    view.max_in_half = max_mismatches_ / 2;
    return view;
}

std::size_t ScanTable::entries_per_pattern(int max_mismatches) noexcept {
    // 4 x words of 9 and words of 10 bases with at most so many mismatches; a bulge in a half
    // makes up to four times as many.
    constexpr std::size_t kWords[] = {4 + 1, 4 * 28 + 31, 4 * 352 + 436};
    return kWords[max_mismatches / 2];
}

ScanKernel choose_scan_kernel() {
#if defined(__x86_64__)
    if (core::detect_cpu_features().avx2) {
        return scan_avx2;
    }
#endif
    return scan_generic;
}

}  // namespace varhush::sirna
