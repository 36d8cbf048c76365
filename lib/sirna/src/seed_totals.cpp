#include "seed_totals.hpp"

namespace varhush::sirna {

namespace {

constexpr std::size_t kAfter = 2;

}  // namespace

SeedTotals::SeedTotals(const OffTargetIndex& index, const std::vector<double>& transcript_weight)
    : cells_(kSeedCores * kBefore * kAfter) {
    for (std::uint32_t i = 0; i < index.transcripts().size(); ++i) {
        each_utr_core(index, i, [&](const SeedCore& core) {
            Cell& cell = cells_[(core.core * kBefore + core.before) * kAfter + (core.a1 ? 1U : 0U)];
            ++cell.sites;
            cell.weight += transcript_weight[i];
        });
    }
}

SeedSums SeedTotals::of(const Seed& seed) const {
    SeedSums sums;
    for (std::uint8_t before = 0; before < kBefore; ++before) {
        for (const bool a1 : {false, true}) {
            const Cell& cell = cells_[(seed.core * kBefore + before) * kAfter + (a1 ? 1U : 0U)];
            const auto kind = static_cast<std::size_t>(seed_kind(seed, {0, seed.core, before, a1}));
            sums.sites[kind] += cell.sites;
            sums.weight[kind] += cell.weight;
        }
    }
    return sums;
}

void SeedTotals::subtract(const OffTargetIndex& index,
                          std::uint32_t transcript,
                          double transcript_weight,
                          const Seed& seed,
                          SeedSums& sums) {
    each_utr_core(index, transcript, [&](const SeedCore& core) {
        if (core.core == seed.core) {
            const auto kind = static_cast<std::size_t>(seed_kind(seed, core));
            --sums.sites[kind];
            sums.weight[kind] -= transcript_weight;
        }
    });
}

}  // namespace varhush::sirna
