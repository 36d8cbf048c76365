#include "apps/predict/plan.hpp"

#include "varhush/core/error.hpp"
#include "varhush/seq/contig_alias.hpp"

#include <algorithm>
#include <map>

namespace varhush::apps {

namespace {

using models::PositionRange;

std::vector<PositionRange> merged(std::vector<PositionRange> ranges) {
    std::sort(ranges.begin(), ranges.end(), [](const auto& a, const auto& b) {
        return a.begin < b.begin;
    });
    std::vector<PositionRange> out;
    for (const PositionRange& range : ranges) {
        if (!out.empty() && range.begin <= out.back().end) {
            out.back().end = std::max(out.back().end, range.end);
        } else if (range.size() > 0) {
            out.push_back(range);
        }
    }
    return out;
}

/// Wanted ranges by contig name in the reference.
std::map<std::string, std::vector<PositionRange>> by_contig(
    const seq::ReferenceSource& reference, const std::vector<seq::Region>& regions) {
    std::map<std::string, std::vector<PositionRange>> wanted;
    if (regions.empty()) {
        for (const auto& contig : reference.contigs()) {
            wanted[contig.name].push_back({0, contig.length_bp});
        }
        return wanted;
    }
    const seq::ContigAliases aliases = seq::aliases_of(reference);
    for (const seq::Region& region : regions) {
        const auto name = aliases.find(region.contig);
        if (!name) {
            throw Error(ErrorKind::kUsage,
                        "region " + seq::to_text(region) + ": the FASTA has no such contig");
        }
        const std::int64_t length = reference.length_bp(*name).value();
        if (region.start >= length) {
            throw Error(ErrorKind::kUsage,
                        "region " + seq::to_text(region) + " lies behind the end of " + *name +
                            ", which has " + std::to_string(length) + " bases");
        }
        wanted[*name].push_back(
            {std::max<std::int64_t>(region.start, 0), std::min(region.end, length)});
    }
    return wanted;
}

void add_tiles(const std::string& contig,
               const std::vector<PositionRange>& wanted,
               std::int64_t kept_bp,
               std::vector<PredictTile>& tiles) {
    for (PositionRange left : wanted) {
        while (left.size() > 0) {
            const std::int64_t start = left.begin / kept_bp * kept_bp;
            const PositionRange kept{start, start + kept_bp};
            if (tiles.empty() || tiles.back().contig != contig ||
                tiles.back().kept.begin != kept.begin) {
                tiles.push_back({contig, kept, {}});
            }
            const std::int64_t end = std::min(left.end, kept.end);
            tiles.back().wanted.push_back({left.begin, end});
            left.begin = end;
        }
    }
}

}  // namespace

std::vector<PredictTile> plan_tiles(const seq::ReferenceSource& reference,
                                    const std::vector<seq::Region>& regions,
                                    std::int64_t kept_bp) {
    VARHUSH_CHECK(kept_bp > 0);
    const auto wanted = by_contig(reference, regions);
    std::vector<PredictTile> tiles;
    for (const auto& contig : reference.contigs()) {
        if (const auto found = wanted.find(contig.name); found != wanted.end()) {
            add_tiles(contig.name, merged(found->second), kept_bp, tiles);
        }
    }
    return tiles;
}

std::vector<PositionRange> to_bins(const std::vector<PositionRange>& ranges, std::int64_t bin_bp) {
    std::vector<PositionRange> bins;
    bins.reserve(ranges.size());
    for (const PositionRange& range : ranges) {
        bins.push_back({range.begin / bin_bp, (range.end + bin_bp - 1) / bin_bp});
    }
    return merged(std::move(bins));
}

}  // namespace varhush::apps
