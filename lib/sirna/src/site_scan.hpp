#pragma once

#include "site_pattern.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace varhush::sirna {

// How sites are found. A site has at most k mismatches, so of its bases 0-8 and 9-18 one half has
// at most k / 2 (rounded down): the pigeonhole principle, which misses nothing. For every half of
// every pattern all words with so few mismatches are entered into one table by 10-mer (the half of
// 9 with each base behind it); one pass over the text looks each 10-mer up and compares the whole
// patterns that it finds.

constexpr unsigned kTableBases = 10;
constexpr unsigned kFirstHalf = 9;
constexpr std::size_t kTableCodes = std::size_t{1} << (2 * kTableBases);
constexpr std::uint16_t kSecondHalfFlag = 0x8000;
constexpr std::size_t kMostPatterns = 0x8000;

/// Plain pointers, so that a kernel compiled for one instruction set has no shared inline code.
struct ScanView {
    const std::uint64_t* present = nullptr;  ///< one bit a 10-mer: does it have entries?
    const std::uint32_t* starts = nullptr;   ///< of the entries of each 10-mer
    const std::uint16_t* entries = nullptr;  ///< number of the pattern, and the half that matched
    const std::uint64_t* values = nullptr;   ///< of the patterns
    const std::uint64_t* cares = nullptr;
    int max_mismatches = 0;
    int max_in_half = 0;
};

/// Called for every hit: pattern << 48 | first base of the site.
using ScanEmit = void (*)(void* context, std::uint64_t key);

/// Looks at the 10-mers that begin at text bases [first, last); `text` has readable bytes for 40
/// bases behind them.
using ScanKernel = void (*)(const ScanView& view,
                            const std::byte* text,
                            std::uint64_t first,
                            std::uint64_t last,
                            ScanEmit emit,
                            void* context);

void scan_generic(const ScanView& view,
                  const std::byte* text,
                  std::uint64_t first,
                  std::uint64_t last,
                  ScanEmit emit,
                  void* context);
void scan_avx2(const ScanView& view,
               const std::byte* text,
               std::uint64_t first,
               std::uint64_t last,
               ScanEmit emit,
               void* context);

/// The fastest for this processor.
[[nodiscard]] ScanKernel choose_scan_kernel();

/// The table for up to kMostPatterns patterns.
class ScanTable {
  public:
    ScanTable(std::span<const SitePattern> patterns, int max_mismatches);

    [[nodiscard]] ScanView view() const noexcept;

    /// Entries that one pattern makes at most.
    [[nodiscard]] static std::size_t entries_per_pattern(int max_mismatches) noexcept;

  private:
    std::vector<std::uint64_t> present_;
    std::vector<std::uint32_t> starts_;
    std::vector<std::uint16_t> entries_;
    std::vector<std::uint64_t> values_;
    std::vector<std::uint64_t> cares_;
    int max_mismatches_;
};

}  // namespace varhush::sirna
