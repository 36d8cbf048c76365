#include "optimizer.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace varhush::train {
namespace {

constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.99;
constexpr double kEpsilon = 1e-8;

}  // namespace

AdamW::AdamW(const NamedTensors& parameters, double weight_decay, const Decays& decays)
    : weight_decay_(weight_decay) {
    for (const auto& [name, value] : parameters) {
        if (value.requires_grad()) {
            const at::Tensor zeros = at::zeros_like(value.detach());
            slots_.push_back({name,
                              value,
                              zeros,
                              zeros.clone(),
                              decays ? decays(name, value) : value.dim() == 3});
        }
    }
}

double AdamW::step(double learning_rate, double clip_norm, std::int64_t step) {
    const at::NoGradGuard no_grad;
    double square = 0;
    for (const auto& slot : slots_) {
        if (!slot.value.grad().defined()) {
            continue;
        }
        square += slot.value.grad().square().sum().item<double>();
    }
    const double norm = std::sqrt(square);
    const double scale = norm > clip_norm ? clip_norm / norm : 1.0;
    const double correct1 = 1.0 - std::pow(kBeta1, static_cast<double>(step));
    const double correct2 = 1.0 - std::pow(kBeta2, static_cast<double>(step));
    for (auto& slot : slots_) {
        at::Tensor& gradient = slot.value.mutable_grad();
        if (!gradient.defined()) {
            continue;
        }
        gradient.mul_(scale);
        slot.first.mul_(kBeta1).add_(gradient, 1.0 - kBeta1);
        slot.second.mul_(kBeta2).addcmul_(gradient, gradient, 1.0 - kBeta2);
        if (slot.decays) {
            slot.value.mul_(1.0 - learning_rate * weight_decay_);
        }
        const at::Tensor root = (slot.second / correct2).sqrt_().add_(kEpsilon);
        slot.value.addcdiv_(slot.first, root, -learning_rate / correct1);
        gradient.zero_();
    }
    return norm;
}

NamedTensors AdamW::state() const {
    NamedTensors out;
    for (const auto& slot : slots_) {
        out.emplace_back("adam.m." + slot.name, slot.first);
        out.emplace_back("adam.v." + slot.name, slot.second);
    }
    return out;
}

MovingAverage::MovingAverage(const NamedTensors& tensors) {
    for (const auto& [name, tensor] : tensors) {
        tensors_.emplace_back(name, tensor.detach().clone());
    }
}

void MovingAverage::update(const NamedTensors& tensors, double decay, std::int64_t step) {
    const at::NoGradGuard no_grad;
    const auto n = static_cast<double>(step);
    const double kept = std::min(decay, (1.0 + n) / (10.0 + n));
    for (std::size_t i = 0; i < tensors.size(); ++i) {
        tensors_[i].second.lerp_(tensors[i].second.detach(), 1.0 - kept);
    }
}

void MovingAverage::copy_to(const NamedTensors& tensors) const {
    const at::NoGradGuard no_grad;
    for (std::size_t i = 0; i < tensors_.size(); ++i) {
        tensors[i].second.detach().copy_(tensors_[i].second);
    }
}

double learning_rate_at(double peak, std::int64_t step, std::int64_t warmup, std::int64_t steps) {
    if (step <= warmup) {
        return peak * static_cast<double>(step) /
               static_cast<double>(std::max<std::int64_t>(warmup, 1));
    }
    const double done = static_cast<double>(step - warmup) /
                        static_cast<double>(std::max<std::int64_t>(steps - warmup, 1));
    return peak * (0.01 + 0.99 * 0.5 * (1.0 + std::cos(std::numbers::pi * std::min(done, 1.0))));
}

}  // namespace varhush::train
