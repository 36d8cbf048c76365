#pragma once

#include "ag_torch_layers.hpp"

/// The heads, sections 7.1 to 7.4 of docs/models/alphagenome.md; all in the wide type.
namespace varhush::models::ag {

/// Rows of `x` [..., C] through the organism's weights [T, C]; `channels` (int64) selects outputs,
/// undefined: all. Weights of the others are not touched.
[[nodiscard]] at::Tensor organism_linear(const at::Tensor& x,
                                         const Scope& linear,
                                         int organism,
                                         const at::Tensor& channels);

/// Genome tracks in the space the network is trained in.
[[nodiscard]] at::Tensor genome_tracks(const at::Tensor& embedding,
                                       const Scope& head,
                                       int resolution_bp,
                                       int organism,
                                       const at::Tensor& channels);
/// Model space to experimental space; `means` [T].
[[nodiscard]] at::Tensor unscale(const at::Tensor& tracks,
                                 const at::Tensor& means,
                                 int resolution_bp,
                                 bool squashed);
/// The organism's track means [T].
[[nodiscard]] at::Tensor track_means(const Scope& head, int organism, const at::Tensor& channels);

/// `pair` [..., C] embedded.
[[nodiscard]] at::Tensor contact_maps(const at::Tensor& pair,
                                      const Scope& head,
                                      int organism,
                                      const at::Tensor& channels);

/// Splice sites of one kind: the head's hidden rows [n, hidden] and their positions [n] (int64).
struct JunctionSide {
    at::Tensor hidden;
    at::Tensor positions;
};

/// Predicted counts [donors, acceptors, tissues] of one strand, in chunks of tissues.
[[nodiscard]] at::Tensor junction_counts(const JunctionSide& donors,
                                         const JunctionSide& acceptors,
                                         const Scope& head,
                                         bool plus_strand,
                                         int organism,
                                         const at::Tensor& tissues,
                                         std::int64_t rope_max_position);

}  // namespace varhush::models::ag
