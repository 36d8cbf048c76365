#pragma once

#include "varhush/seq/reference_source.hpp"
#include "varhush/seq/region.hpp"
#include "varhush/train/random.hpp"
#include "varhush/train/splice_annotation.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace varhush::train {

/// Where a training sequence comes from. Positions on the plus strand, 0-based half-open.
struct TileSpec {
    std::string contig;
    std::int64_t start = 0;
    std::int64_t end = 0;
    bool minus = false;
    bool validation = false;
    bool masked =
        false;  ///< bases outside [gene_start, gene_end) are N, as `score` does with genes
    std::int64_t gene_start = 0;
    std::int64_t gene_end = 0;
};

/// How the genome is cut into tiles, and what is kept away from training.
struct TilePlan {
    std::int64_t tile_bp = 10'000;        ///< longest tile; genes are cut into equal parts
    double empty_share = 0.1;             ///< share of tiles without an annotated site that is kept
    double masked_share = 0.65;           ///< of tiles that see N outside their gene
    double antisense_share = 0.04;        ///< of tiles read on the strand without the gene
    std::int64_t margin_bp = 5'500;       ///< kept between training tiles and held-out regions
    std::vector<seq::Region> held_out;    ///< never read: the test block
    std::vector<seq::Region> validation;  ///< tiles inside are marked, others keep the margin
    std::uint64_t seed = 1;
};

/// The tiles of all genes in a random order (so that any first part is representative).
/// @throws Error{kUsage} when validation and held-out regions come closer than the margin.
std::vector<TileSpec> plan_tiles(const SpliceAnnotation& annotation,
                                 const seq::ReferenceSource& reference,
                                 const TilePlan& plan);

/// @throws Error{kUsage}, naming tile and region, when `tile` with `context_bp` on each side
/// reaches into one of `regions`: what is held out must not be seen.
void check_no_leak(const TileSpec& tile,
                   std::int64_t context_bp,
                   const std::vector<seq::Region>& regions);

/// Bases of the tile with `flank` more on each side, in the direction of transcription; N outside
/// the contig and, for a masked tile, outside the gene.
std::string oriented_bases(const seq::ReferenceSource& reference,
                           const TileSpec& tile,
                           std::int64_t flank);

/// A site by its index in the oriented tile (0 = first position of the tile, flank not counted).
struct TileSite {
    std::int64_t index = 0;
    bool donor = false;
};
std::vector<TileSite> oriented_sites(const SpliceAnnotation& annotation, const TileSpec& tile);

/// Bases kept on each side of a stored tile: the largest half context a student may have.
inline constexpr std::int64_t kTileFlank = 500;

/// A sequence with labels, in the direction of transcription. `bases` has kTileFlank more letters
/// on each side than there are labels.
struct Tile {
    TileSpec spec;
    std::string bases;
    std::vector<float> acceptor;  ///< probability of an acceptor, one a position
    std::vector<float> donor;
    std::vector<TileSite> sites;          ///< annotated; empty for mutated tiles
    std::vector<std::int64_t> mutations;  ///< indices of changes; empty: the reference
    bool annotation_only = false;         ///< labels are the annotation, not a teacher's
    bool same_coordinates = true;         ///< no insertions or deletions among the mutations

    [[nodiscard]] std::int64_t length() const { return static_cast<std::int64_t>(acceptor.size()); }
};

/// A tile whose labels are the annotation itself (1 at sites, 0 elsewhere).
Tile annotated_tile(const seq::ReferenceSource& reference,
                    const SpliceAnnotation& annotation,
                    const TileSpec& spec);

}  // namespace varhush::train
