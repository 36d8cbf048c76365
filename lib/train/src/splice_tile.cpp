#include "varhush/train/splice_tile.hpp"

#include "varhush/core/error.hpp"
#include "varhush/seq/alphabet.hpp"

#include <algorithm>

namespace varhush::train {
namespace {

bool touches(const seq::Region& region,
             const std::string& contig,
             std::int64_t start,
             std::int64_t end) {
    return region.contig == contig && region.start < end && start < region.end;
}

bool touches_any(const std::vector<seq::Region>& regions,
                 const TileSpec& tile,
                 std::int64_t margin) {
    return std::any_of(regions.begin(), regions.end(), [&](const seq::Region& region) {
        return touches(region, tile.contig, tile.start - margin, tile.end + margin);
    });
}

bool inside_any(const std::vector<seq::Region>& regions, const TileSpec& tile) {
    return std::any_of(regions.begin(), regions.end(), [&](const seq::Region& region) {
        return region.contig == tile.contig && region.start <= tile.start && tile.end <= region.end;
    });
}

void check_plan(const TilePlan& plan) {
    VARHUSH_CHECK(plan.tile_bp > 0 && plan.margin_bp >= 0);
    for (const auto& a : plan.validation) {
        for (const auto& b : plan.held_out) {
            const std::int64_t start = std::max<std::int64_t>(a.start - plan.margin_bp, 0);
            const std::int64_t end =
                a.end == seq::Region::kToContigEnd ? a.end : a.end + plan.margin_bp;
            if (touches(b, a.contig, start, end)) {
                throw Error(ErrorKind::kUsage,
                            "the validation region " + seq::to_text(a) + " comes within " +
                                std::to_string(plan.margin_bp) + " bases of the held-out region " +
                                seq::to_text(b));
            }
        }
    }
}

/// Cuts one gene into equal tiles; the share of strand, mask and empty tiles is drawn here.
void cut_gene(const SpliceAnnotation& annotation,
              const std::string& contig,
              const GeneSpan& gene,
              const TilePlan& plan,
              Random& random,
              std::vector<TileSpec>& out) {
    const std::int64_t length = gene.end - gene.start;
    const std::int64_t parts = (length + plan.tile_bp - 1) / plan.tile_bp;
    for (std::int64_t i = 0; i < parts; ++i) {
        TileSpec tile{contig,
                      gene.start + length * i / parts,
                      gene.start + length * (i + 1) / parts,
                      gene.minus};
        tile.gene_start = gene.start;
        tile.gene_end = gene.end;
        const bool antisense = random.chance(plan.antisense_share);
        tile.masked = random.chance(plan.masked_share) && !antisense;
        const bool keep_empty = random.chance(plan.empty_share);
        if (antisense) {
            tile.minus = !tile.minus;
        }
        const bool empty = annotation.sites_in(contig, tile.start, tile.end, gene.minus).empty();
        if ((empty && !keep_empty) || touches_any(plan.held_out, tile, plan.margin_bp)) {
            continue;
        }
        tile.validation = inside_any(plan.validation, tile);
        if (tile.validation || !touches_any(plan.validation, tile, plan.margin_bp)) {
            out.push_back(tile);
        }
    }
}

}  // namespace

std::vector<TileSpec> plan_tiles(const SpliceAnnotation& annotation,
                                 const seq::ReferenceSource& reference,
                                 const TilePlan& plan) {
    check_plan(plan);
    Random random(plan.seed);
    std::vector<TileSpec> tiles;
    for (const auto& [contig, genes] : annotation.genes) {
        if (!reference.length_bp(contig)) {
            continue;
        }
        for (const auto& gene : genes) {
            cut_gene(annotation, contig, gene, plan, random, tiles);
        }
    }
    for (std::size_t i = tiles.size(); i > 1; --i) {  // Fisher-Yates
        std::swap(tiles[i - 1],
                  tiles[static_cast<std::size_t>(random.below(static_cast<std::int64_t>(i)))]);
    }
    return tiles;
}

void check_no_leak(const TileSpec& tile,
                   std::int64_t context_bp,
                   const std::vector<seq::Region>& regions) {
    for (const auto& region : regions) {
        if (touches(region, tile.contig, tile.start - context_bp, tile.end + context_bp)) {
            throw Error(ErrorKind::kUsage,
                        "training tile " + seq::to_text({tile.contig, tile.start, tile.end}) +
                            " with " + std::to_string(context_bp) +
                            " bases of context reaches into the held-out region " +
                            seq::to_text(region),
                        "make the labels again with the same --exclude");
        }
    }
}

std::string oriented_bases(const seq::ReferenceSource& reference,
                           const TileSpec& tile,
                           std::int64_t flank) {
    const std::int64_t start = tile.start - flank;
    std::string bases = reference.fetch(tile.contig, start, tile.end + flank);
    if (tile.masked) {
        const auto size = static_cast<std::int64_t>(bases.size());
        const auto left = std::clamp<std::int64_t>(tile.gene_start - start, 0, size);
        const auto right = std::clamp<std::int64_t>(tile.gene_end - start, 0, size);
        std::fill(bases.begin(), bases.begin() + left, 'N');
        std::fill(bases.begin() + right, bases.end(), 'N');
    }
    return tile.minus ? seq::reverse_complement(bases) : bases;
}

std::vector<TileSite> oriented_sites(const SpliceAnnotation& annotation, const TileSpec& tile) {
    std::vector<TileSite> out;
    for (const auto& site : annotation.sites_in(tile.contig, tile.start, tile.end, tile.minus)) {
        if (tile.masked && (site.position < tile.gene_start || site.position >= tile.gene_end)) {
            continue;
        }
        const std::int64_t index =
            tile.minus ? tile.end - 1 - site.position : site.position - tile.start;
        out.push_back({index, site.donor});
    }
    return out;
}

Tile annotated_tile(const seq::ReferenceSource& reference,
                    const SpliceAnnotation& annotation,
                    const TileSpec& spec) {
    Tile tile;
    tile.spec = spec;
    tile.annotation_only = true;
    tile.bases = oriented_bases(reference, spec, kTileFlank);
    const auto length = static_cast<std::size_t>(spec.end - spec.start);
    tile.acceptor.assign(length, 0.0F);
    tile.donor.assign(length, 0.0F);
    tile.sites = oriented_sites(annotation, spec);
    for (const auto& site : tile.sites) {
        (site.donor ? tile.donor : tile.acceptor)[static_cast<std::size_t>(site.index)] = 1.0F;
    }
    return tile;
}

}  // namespace varhush::train
