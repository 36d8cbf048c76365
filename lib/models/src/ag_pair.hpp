#pragma once

#include "ag_trace.hpp"
#include "ag_weights.hpp"

#include <string>
#include <vector>

namespace varhush::models {

/// The pair representation [bins * bins, pair_dim] at 2,048 bp.
struct PairState {
    std::int64_t bins = 0;
    nn::Matrix rows;  ///< row i * bins + j; empty before the first update
};

/// Pair update `name` ("tower.blocks.0.pair_update"): adds sequence-to-pair, row attention and the
/// pair's MLP. Activations are traced as `trace_name` + ".seq2pair_y" and so on.
void update_pair(AgWeights& weights,
                 const nn::Team& team,
                 const std::string& name,
                 const nn::Matrix& tokens,
                 PairState& pair,
                 const AgTrace& trace,
                 const std::string& trace_name);

/// Attention bias `name` ("tower.blocks.0.attn_bias"), [heads, bins, bins].
[[nodiscard]] std::vector<float> attention_bias(AgWeights& weights,
                                                const nn::Team& team,
                                                const std::string& name,
                                                const PairState& pair);

/// Features of relative distance d = -bins .. bins - 1, [2 bins, 2 heads]: whether the width w_j =
/// j
/// + g_j exceeds |d|, and the same times the sign of d. Source: the official code.
[[nodiscard]] nn::Matrix relative_features(std::int64_t bins, int heads, int max_distance);

}  // namespace varhush::models
