#pragma once

#include "apps/common/sample_haplotype.hpp"
#include "apps/predict/journal.hpp"
#include "apps/predict/plan.hpp"
#include "varhush/models/alphagenome_config.hpp"
#include "varhush/models/sequence_model.hpp"

#include <cstdint>
#include <vector>

namespace varhush::apps {

/// Some channels of one output at one resolution.
struct PredictedOutput {
    models::OutputType output = models::OutputType::kAtac;
    int resolution_bp = 1;
    std::vector<std::int32_t> channels;
};

/// Where the values of one output and channel lie in a tile's file.
struct TileLayout {
    std::vector<std::vector<models::PositionRange>> bins;  ///< by output, reference bins
    std::vector<std::uint64_t> first;                      ///< by output
    std::vector<std::uint64_t> bin_count;                  ///< by output
    std::uint64_t values = 0;
};
[[nodiscard]] TileLayout layout_of(const PredictTile& tile,
                                   const std::vector<PredictedOutput>& outputs);

struct PredictJob {
    const seq::ReferenceSource* reference = nullptr;
    const Haplotype* haplotype = nullptr;  ///< null: the reference itself
    std::vector<PredictTile> tiles;
    std::vector<PredictedOutput> outputs;
    std::int64_t window_bp = 0;
    int organism = 0;
};

/// The window and the values of the largest tile must fit into `free_bytes` (0: unknown, nothing is
/// checked). @throws Error{kUsage} saying which of them does not.
void check_memory(const PredictJob& job,
                  const models::AlphaGenomeConfig& config,
                  int threads,
                  std::int64_t free_bytes);

/// Insertions push the ends of a window inwards: every wanted bin must still lie in its window.
/// @throws Error{kInput} naming the place.
void check_reach(const PredictJob& job);

/// Computes the tiles that the journal does not have, with a line of progress a minute. A place
/// that the haplotype lacks has the value NaN. Returns how many tiles were there already.
/// @throws Error{kModel} for a predicted value that is not finite, naming output and place.
std::size_t predict_tiles(const PredictJob& job,
                          models::SequenceModel& model,
                          const PredictJournal& journal);

}  // namespace varhush::apps
