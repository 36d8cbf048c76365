#include "apps/train/data.hpp"

#include "varhush/core/error.hpp"
#include "varhush/io/gene_model_reader.hpp"

#include <cstdio>
#include <sstream>

namespace varhush::apps {

std::vector<seq::Region> parse_regions(const std::string& text) {
    std::vector<seq::Region> regions;
    std::istringstream in(text);
    for (std::string item; std::getline(in, item, ',');) {
        regions.push_back(seq::parse_region(item));
    }
    return regions;
}

train::SpliceAnnotation read_annotation(const TrainCommandOptions& options) {
    if (!options.sites.empty()) {
        return train::read_splice_annotation(options.sites, options.exons);
    }
    return train::annotation_from(options.gtf.empty() ? io::read_spliceai_table(options.genes)
                                                      : io::read_gtf_or_gff3(options.gtf));
}

train::TilePlan tile_plan(const TrainCommandOptions& options) {
    train::TilePlan plan;
    plan.held_out = parse_regions(options.exclude);
    plan.validation = parse_regions(options.validation);
    return plan;
}

std::pair<int, int> parse_shard(const std::string& text) {
    int part = -1;
    int of = 0;
    int used = 0;
    if (std::sscanf(text.c_str(), "%d/%d%n", &part, &of, &used) != 2 ||
        used != static_cast<int>(text.size()) || part < 0 || part >= of) {
        throw Error(ErrorKind::kUsage, "--shard: expected I/N with I from 0 to N-1, found " + text);
    }
    return {part, of};
}

}  // namespace varhush::apps
