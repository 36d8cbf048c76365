#pragma once

#include <ATen/core/TensorBody.h>

namespace varhush::train {

/// Experimental values to the space that the network's genome tracks live in: t / (mean *
/// resolution), to the power 0.75 with `squashed` (RNA), and 2 sqrt(10 t) - 10 above 10. Inverse of
/// ag::unscale. `values` [N, B, T], `means` [T]. Source: AlphaGenome (Avsec et al. 2026),
/// docs/models/alphagenome.md 7.1.
[[nodiscard]] at::Tensor target_transform(const at::Tensor& values,
                                          const at::Tensor& means,
                                          int resolution_bp,
                                          bool squashed);

/// Loss of counts, of a window and track: with P and K the sums of prediction p and target t over
/// the bins with weight, and B their number,
///   ( [P - K ln P] - [K - K ln K] + positional_weight * -sum t ln(p / P) ) / B.
/// The first part is the Poisson deviance / 2 of the total, the second the multinomial of the
/// shape. The mean over windows and tracks, each with its weight; 0 when nothing has weight. All
/// [N, B, T], p >= 0, t >= 0. Source: the losses of Borzoi (Linder et al. 2025, Nat Genet) and
/// AlphaGenome.
[[nodiscard]] at::Tensor count_loss(const at::Tensor& predicted,
                                    const at::Tensor& targets,
                                    const at::Tensor& weights,
                                    double positional_weight);

/// Binary cross-entropy of peaks: a rate m >= 0 says that a bin has one with probability 1 -
/// exp(-m), so a loss of -y ln(1 - exp(-m)) + (1 - y) m. The weighted mean, 0 without weight.
[[nodiscard]] at::Tensor peak_loss(const at::Tensor& rates,
                                   const at::Tensor& labels,
                                   const at::Tensor& weights);

/// Cross-entropy of the five splice classes, weighted mean. `logits` [N, S, 5], `classes` and
/// `weights` [N, S].
[[nodiscard]] at::Tensor splice_loss(const at::Tensor& logits,
                                     const at::Tensor& classes,
                                     const at::Tensor& weights);

/// Squared error of variant effects within one element: mean((predicted - measured)^2) / scale^2,
/// `scale` the element's root mean square effect, so that all elements count alike. Both [V].
[[nodiscard]] at::Tensor effect_loss(const at::Tensor& predicted,
                                     const at::Tensor& measured,
                                     double scale);

}  // namespace varhush::train
