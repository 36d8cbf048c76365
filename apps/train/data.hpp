#pragma once

#include "apps/train/options.hpp"
#include "varhush/seq/region.hpp"
#include "varhush/train/splice_annotation.hpp"
#include "varhush/train/splice_tile.hpp"

#include <string>
#include <utility>
#include <vector>

namespace varhush::apps {

/// Regions between commas. @throws Error{kUsage}.
std::vector<seq::Region> parse_regions(const std::string& text);

/// Sites and genes from --gtf, --genes, or --sites and --exons.
train::SpliceAnnotation read_annotation(const TrainCommandOptions& options);

/// The plan of tiles that --exclude and --validation give. It does not depend on --seed, so that
/// members of one ensemble and their labels share it.
train::TilePlan tile_plan(const TrainCommandOptions& options);

/// "I/N" as {I, N}. @throws Error{kUsage}.
std::pair<int, int> parse_shard(const std::string& text);

}  // namespace varhush::apps
