#pragma once

#include "varhush/seq/allele.hpp"
#include "varhush/seq/transcript.hpp"

#include <array>
#include <cstdint>
#include <set>
#include <span>
#include <vector>

namespace varhush::scoring {

/// Channel order of three-class networks.
inline constexpr std::size_t kAcceptor = 1;
inline constexpr std::size_t kDonor = 2;

/// One of the effects looked for: the largest change of one sign in one channel (or over tissues).
struct Delta {
    double score = 0;         ///< size of the change in probability; may be a tiny negative number
    std::int64_t offset = 0;  ///< position in the window, 0-based
    double ref = 0, alt = 0;  ///< probabilities there
    std::size_t channel = 0;
};

/// Gain and loss of acceptor and donor, in the field's order AG, AL, DG, DL.
using SpliceDeltas = std::array<Delta, 4>;

/// Alternative probabilities on reference coordinates [begin, begin + rows of ref): positions left
/// of the change as they are; of the changed span the first min(removed, inserted) positions
/// pairwise; surplus reference positions 0 (deleted); surplus alternative positions taken, by their
/// maximum a channel, into the last pair, or for a pure insertion into the base before it. Works
/// for every allele; for SNVs, insertions and deletions in their shortest spelling it is SpliceAI's
/// rule. `alt` holds haplotype positions from `begin` on.
[[nodiscard]] std::vector<float> realign(std::span<const float> alt,
                                         std::size_t channels,
                                         std::int64_t begin,
                                         std::int64_t ref_rows,
                                         std::int64_t start,
                                         std::int64_t removed,
                                         std::int64_t inserted);

/// The same of a haplotype with several changes (ascending, disjoint, not touching where lengths
/// change): each is laid over the reference by itself, so bases between two changes stand where
/// they stood. `alt` holds haplotype positions from `alt_begin` on; what it lacks is 0.
[[nodiscard]] std::vector<float> realign(std::span<const float> alt,
                                         std::size_t channels,
                                         std::int64_t begin,
                                         std::int64_t ref_rows,
                                         std::int64_t alt_begin,
                                         std::span<const seq::Change> changes);

/// Exon ends (first and last base of each exon) of one transcript.
[[nodiscard]] std::set<std::int64_t> exon_boundaries(const seq::Transcript& transcript);

/// Masks for one window: which positions are annotated exon ends; empty when masking is off.
struct BoundaryMask {
    std::vector<bool> annotated;

    [[nodiscard]] bool drops_gain(std::size_t offset) const {
        return !annotated.empty() && annotated[offset];
    }
    [[nodiscard]] bool drops_loss(std::size_t offset) const {
        return !annotated.empty() && !annotated[offset];
    }
};

/// AG, AL, DG, DL of a three-class network: first maximum in genome direction.
[[nodiscard]] SpliceDeltas three_class_deltas(std::span<const float> ref,
                                              std::span<const float> alt,
                                              const BoundaryMask& mask);

/// Gain (largest over tissues) and loss (the same, of ref - alt) of a Pangolin network.
[[nodiscard]] std::array<Delta, 2> tissue_deltas(std::span<const float> ref,
                                                 std::span<const float> alt,
                                                 std::size_t tissues,
                                                 const BoundaryMask& mask);

}  // namespace varhush::scoring
