#pragma once

#include "varhush/models/position_range.hpp"

#include <ATen/core/TensorBody.h>

namespace varhush::train {

/// ln(p / (1 - p)) of a cut within a range and of one anywhere in the window, [N] each.
struct CleavageOdds {
    at::Tensor narrow;
    at::Tensor wide;
};

/// `logits` [N, window + 1], the last one of no cut in the window.
[[nodiscard]] CleavageOdds cleavage_odds(const at::Tensor& logits, models::PositionRange narrow);

/// What a student's logits [2 B, window + 1] miss of its teacher's; rows B and up are the changed
/// copies of the first B. Mean squared errors of the narrow odds, of the wide odds (half), of the
/// changes of both (twice, once), the divergence sum p ln(p / q) of the distributions, and a tenth
/// of the mean squared error of logits, where those below -12 count as -12: no cut will ever be
/// seen there.
[[nodiscard]] at::Tensor polya_loss(const at::Tensor& student,
                                    const at::Tensor& teacher,
                                    models::PositionRange narrow);

}  // namespace varhush::train
