#pragma once

#include "readings.hpp"
#include "varhush/sirna/off_target_index.hpp"
#include "varhush/sirna/off_target_search.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace varhush::sirna {

constexpr unsigned kSeedBases = 6;
constexpr std::size_t kSeedCores = std::size_t{1} << (2 * kSeedBases);

/// A strand's seed as it stands in the target, 2 bits a base, read 5'->3'.
struct Seed {
    std::uint32_t core = 0;  ///< pairs with positions 7 to 2
    std::uint8_t m8 = 0;     ///< pairs with position 8, before the core
};

/// Six bases of a 3' UTR with what stands round them.
struct SeedCore {
    std::uint64_t start = 0;
    std::uint32_t core = 0;
    std::uint8_t before = kNoBase;  ///< kNoBase: none that is known or inside the UTR
    bool a1 = false;                ///< an A stands behind
};

[[nodiscard]] Seed seed_of(std::string_view strand);

[[nodiscard]] SiteKind seed_kind(const Seed& seed, const SeedCore& core) noexcept;

/// Calls `use` with every core in [first, last), where `code_at` gives codes (kNoBase: unknown).
template <class CodeAt, class Use>
void each_core(std::uint64_t first, std::uint64_t last, const CodeAt& code_at, const Use& use) {
    std::uint32_t core = 0;
    std::uint64_t known = 0;
    for (std::uint64_t at = first; at < last; ++at) {
        const std::uint8_t code = code_at(at);
        known = code == kNoBase ? 0 : known + 1;
        core = core >> 2U | static_cast<std::uint32_t>(code & 3U) << (2 * (kSeedBases - 1));
        if (known >= kSeedBases) {
            const std::uint64_t start = at + 1 - kSeedBases;
            use(SeedCore{start,
                         core,
                         start > first ? code_at(start - 1) : kNoBase,
                         at + 1 < last && code_at(at + 1) == 0});
        }
    }
}

/// Every core of the 3' UTR of a transcript; none without an annotated CDS.
template <class Use>
void each_utr_core(const OffTargetIndex& index, std::uint32_t transcript, const Use& use) {
    const IndexedTranscript& one = index.transcripts()[transcript];
    if (one.cds && one.cds->end < one.length) {
        const std::string bases = index.sequence(transcript);
        each_core(
            one.cds->end, one.length, [&](std::uint64_t at) { return code_of(bases[at]); }, use);
    }
}

}  // namespace varhush::sirna
