#pragma once

#include "varhush/models/alphagenome_config.hpp"
#include "varhush/models/sequence_model.hpp"

#include <cstdint>
#include <string>

namespace varhush::apps {

/// One whole prediction of an AlphaGenome-style model: every head but the junctions.
struct ForwardReport {
    std::int64_t window_bp = 0;
    int threads = 0;
    double trunk_seconds = 0;    ///< encoder and tower, weights read and packed on the way
    double outputs_seconds = 0;  ///< decoder, embedders and heads
    double again_seconds = 0;  ///< the whole once more, with the weights in place; 0: not measured
    double gflop = 0;          ///< products and convolutions of one whole prediction
    double peak_gflop_per_s = 0;  ///< what the processor can do at most
    double atac_sum = 0;          ///< over all positions and channels at 1 bp, to compare engines
};

/// Runs `model` on the recipe's test sequence of that length, in chunks of positions as a
/// streaming consumer would. With `again` twice.
[[nodiscard]] ForwardReport measure_forward(models::SequenceModel& model,
                                            std::int64_t window_bp,
                                            int threads,
                                            bool again);

/// Multiply-adds counted as two, of everything but element-wise work and the junction head.
[[nodiscard]] double forward_flop(const models::AlphaGenomeConfig& config, std::int64_t window_bp);

[[nodiscard]] std::string to_text(const ForwardReport& report);
[[nodiscard]] std::string to_json(const ForwardReport& report);

}  // namespace varhush::apps
