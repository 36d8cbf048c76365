#pragma once

#include "varhush/models/position_range.hpp"
#include "varhush/models/sequence_model.hpp"

#include <cstdint>
#include <vector>

namespace varhush::models {

/// How what two sequences share survives the layers of the encoder: positions of the edited one
/// whose activations equal those of the reference at another index. Stretches ascend.
using Stretches = std::vector<SharedStretch>;

/// Behind a convolution that sees `halo` positions to each side, of `length` positions: every end
/// of a stretch gives way by `halo`, but where both sequences begin or end together (there the zero
/// padding is the same).
[[nodiscard]] Stretches behind_convolution(const Stretches& stretches,
                                           std::int64_t halo,
                                           std::int64_t length);

/// Behind max pooling of pairs: a stretch shifted by an odd number pairs other positions and is
/// lost; the others keep the pairs that lie wholly inside.
[[nodiscard]] Stretches behind_pooling(const Stretches& stretches);

/// What is not in any stretch of [0, length).
[[nodiscard]] std::vector<PositionRange> uncovered(const Stretches& stretches, std::int64_t length);

}  // namespace varhush::models
