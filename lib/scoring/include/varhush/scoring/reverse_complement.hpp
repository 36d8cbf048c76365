#pragma once

#include "varhush/models/sequence_model.hpp"
#include "varhush/models/track_table.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace varhush::scoring {

/// Predictions of a reverse-complemented sequence turned back to the forward strand. Source: the
/// official code of AlphaGenome (Avsec et al. 2026); docs/scorers.md.

/// Tracks [rows, tracks]: positions reversed, the n-th '+' and the n-th '-' track exchanged. DNASE
/// moves one position to the right besides, and starts with 0: its cut sites lie between bases.
/// `values` holds all tracks of an output.
/// @throws Error{kInput} when '+' and '-' tracks differ in number.
[[nodiscard]] std::vector<float> reversed_tracks(std::span<const float> values,
                                                 std::span<const models::Track> tracks,
                                                 bool dnase_shift);

/// Contact maps [bins, bins, channels]: both axes reversed.
[[nodiscard]] std::vector<float> reversed_contacts(std::span<const float> values,
                                                   std::int64_t bins,
                                                   std::int64_t channels);

/// Splice sites: position p becomes length - 1 - p, and the strands change places. Ascending.
[[nodiscard]] models::SpliceSiteRows reversed_sites(const models::SpliceSiteRows& sites,
                                                    std::int64_t length);

/// Counts [donors, acceptors, tissues] at `sites` (of the reverse complement), as counts at
/// reversed_sites(): strands change places, both site axes are reversed with the positions.
[[nodiscard]] models::JunctionCounts reversed_junctions(const models::JunctionCounts& counts,
                                                        const models::SpliceSiteRows& sites,
                                                        std::int64_t tissues);

}  // namespace varhush::scoring
