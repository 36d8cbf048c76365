#pragma once

#include "ag_pair.hpp"

namespace varhush::models {

/// Transformer tower on [tokens, trunk_dim], in place, with its pair updates. The attention bias is
/// looked up by bin, never spread over tokens, and logits exist for 48 queries of one head at a
/// time.
void run_tower(AgWeights& weights,
               const nn::Team& team,
               nn::Matrix& tokens,
               PairState& pair,
               const AgTrace& trace);

}  // namespace varhush::models
