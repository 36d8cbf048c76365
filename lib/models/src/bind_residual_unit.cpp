#include "bind_residual_unit.hpp"

#include "varhush/nn/conv32.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

namespace varhush::models {

namespace {

constexpr std::size_t kC = nn::kRowChannels;

// [out, in, W] as stored -> [W, in, out] as the kernels read it.
std::vector<float> pack_taps(const std::vector<float>& stored, int width) {
    const auto w_count = static_cast<std::size_t>(width);
    std::vector<float> packed(stored.size());
    for (std::size_t o = 0; o < kC; ++o) {
        for (std::size_t i = 0; i < kC; ++i) {
            for (std::size_t w = 0; w < w_count; ++w) {
                packed[(w * kC + i) * kC + o] = stored[(o * kC + i) * w_count + w];
            }
        }
    }
    return packed;
}

// conv1 feeds only bn2: scale its output rows and shift its bias.
void fold(const Affine& affine, std::vector<float>& weights, std::vector<float>& bias) {
    for (std::size_t at = 0; at < weights.size(); ++at) {
        weights[at] *= affine.scale[at % kC];
    }
    for (std::size_t c = 0; c < kC; ++c) {
        bias[c] = bias[c] * affine.scale[c] + affine.shift[c];
    }
}

}  // namespace

ResidualUnit bind_residual_unit(const MemberTensors& tensors, int unit, int width, double eps) {
    const std::string name = "unit." + std::to_string(unit);
    const std::vector<std::int64_t> kernel{nn::kRowChannels, nn::kRowChannels, width};
    const std::vector<std::int64_t> row{nn::kRowChannels};
    auto bn1 = tensors.batch_norm(name + ".bn1", nn::kRowChannels, eps);
    const auto bn2 = tensors.batch_norm(name + ".bn2", nn::kRowChannels, eps);
    ResidualUnit out;
    out.scale = std::move(bn1.scale);
    out.shift = std::move(bn1.shift);
    out.weights1 = pack_taps(tensors.get(name + ".conv1.weight", kernel), width);
    out.bias1 = tensors.get(name + ".conv1.bias", row);
    fold(bn2, out.weights1, out.bias1);
    out.weights2 = pack_taps(tensors.get(name + ".conv2.weight", kernel), width);
    out.bias2 = tensors.get(name + ".conv2.bias", row);
    return out;
}

}  // namespace varhush::models
