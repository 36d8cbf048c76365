#include "track_loss.hpp"

#include <ATen/ATen.h>

namespace varhush::train {
namespace {

constexpr double kSoftClip = 10;
constexpr double kSquash = 0.75;
constexpr double kLeast = 1e-7;

/// Sum of values over sum of weights; 0 without weight.
at::Tensor weighted_mean(const at::Tensor& values, const at::Tensor& weights) {
    const at::Tensor total = weights.sum();
    return (values * weights).sum() / total.clamp_min(kLeast);
}

}  // namespace

at::Tensor target_transform(const at::Tensor& values,
                            const at::Tensor& means,
                            int resolution_bp,
                            bool squashed) {
    at::Tensor t = values / (means * resolution_bp);
    if (squashed) {
        t = t.pow(kSquash);
    }
    return at::where(t > kSoftClip, 2 * (kSoftClip * t.clamp_min(kSoftClip)).sqrt() - kSoftClip, t);
}

at::Tensor count_loss(const at::Tensor& predicted,
                      const at::Tensor& targets,
                      const at::Tensor& weights,
                      double positional_weight) {
    const at::Tensor present = (weights > 0).to(predicted.scalar_type());
    const at::Tensor p = (predicted * present).clamp_min(kLeast);
    const at::Tensor t = targets * present;
    const at::Tensor bins = present.sum(1);
    const at::Tensor p_sum = (p * present).sum(1);
    const at::Tensor t_sum = t.sum(1);
    const at::Tensor safe = p_sum.clamp_min(kLeast);
    const at::Tensor poisson = (p_sum - t_sum * safe.log()) - (t_sum - at::xlogy(t_sum, t_sum));
    const at::Tensor shape = -(t * (p / safe.unsqueeze(1)).log()).sum(1);
    const at::Tensor each = (poisson + positional_weight * shape) / bins.clamp_min(1);
    const at::Tensor weight = weights.sum(1) / bins.clamp_min(1);
    return weighted_mean(each, weight);
}

at::Tensor peak_loss(const at::Tensor& rates, const at::Tensor& labels, const at::Tensor& weights) {
    const at::Tensor m = rates.clamp_min(kLeast);
    const at::Tensor present = (-(-m).expm1()).log();
    return weighted_mean((1 - labels) * m - labels * present, weights);
}

at::Tensor splice_loss(const at::Tensor& logits,
                       const at::Tensor& classes,
                       const at::Tensor& weights) {
    const at::Tensor each = -logits.log_softmax(-1).gather(-1, classes.unsqueeze(-1)).squeeze(-1);
    return weighted_mean(each, weights);
}

at::Tensor effect_loss(const at::Tensor& predicted, const at::Tensor& measured, double scale) {
    return (predicted - measured).square().mean() / (scale * scale);
}

}  // namespace varhush::train
