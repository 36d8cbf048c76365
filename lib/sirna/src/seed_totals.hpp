#pragma once

#include "seed_cores.hpp"
#include "varhush/sirna/off_target_risk.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace varhush::sirna {

/// Counts and summed transcript weights of seed sites by kind (index: SiteKind).
struct SeedSums {
    std::array<std::uint64_t, 5> sites{};
    std::array<double, 5> weight{};
};

/// How often every core stands in the 3' UTRs, with what round it: one pass over the index, then
/// the seed sites of any strand are a look-up.
class SeedTotals {
  public:
    SeedTotals(const OffTargetIndex& index, const std::vector<double>& transcript_weight);

    [[nodiscard]] SeedSums of(const Seed& seed) const;

    /// Takes the sites on one transcript out of `sums`.
    static void subtract(const OffTargetIndex& index,
                         std::uint32_t transcript,
                         double transcript_weight,
                         const Seed& seed,
                         SeedSums& sums);

  private:
    static constexpr std::size_t kBefore = 5;  ///< A C G T, unknown
    struct Cell {
        std::uint64_t sites = 0;
        double weight = 0;
    };
    std::vector<Cell> cells_;  ///< [core][before][a1]
};

}  // namespace varhush::sirna
