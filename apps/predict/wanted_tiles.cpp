#include "apps/predict/wanted_tiles.hpp"

#include "apps/common/reader_options.hpp"
#include "varhush/core/error.hpp"

namespace varhush::apps {

std::vector<PredictTile> wanted_tiles(const PredictOptions& options,
                                      const seq::ReferenceSource& reference,
                                      std::int64_t kept_bp) {
    const RegionOptions regions{options.regions, options.regions_file, {}, {}};
    const auto wanted = reader_options("", regions).regions;
    if (wanted.empty() && !options.regions_file.empty()) {
        throw Error(ErrorKind::kInput, options.regions_file + " holds no region");
    }
    auto tiles = plan_tiles(reference, wanted, kept_bp);
    if (tiles.empty()) {
        throw Error(ErrorKind::kInput,
                    "there is nothing to predict: no region holds a base",
                    "the end of a region in BED is the base behind it");
    }
    return tiles;
}

}  // namespace varhush::apps
