#pragma once

#include "ag_weights.hpp"
#include "varhush/models/sequence_model.hpp"

namespace varhush::models {

/// The junction head on given sites: counts [donors, acceptors, tissues] of both strands. One
/// tissue at a time a thread, so memory is that of the sites alone.
[[nodiscard]] JunctionCounts junction_counts(AgWeights& weights,
                                             const nn::Team& team,
                                             const SpliceSiteRows& sites,
                                             const SiteEmbeddings& embeddings,
                                             int organism,
                                             std::span<const std::int32_t> tissues);

}  // namespace varhush::models
