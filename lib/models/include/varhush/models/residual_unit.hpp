#pragma once

#include <vector>

namespace varhush::models {

/// x + conv2(act(bn2(conv1(act(bn1(x)))))) over 32 channels, ready for the 32-channel kernels:
/// bn2 is folded into conv1. Source: Jaganathan et al. 2019 (Cell 176:535), figure 1.
struct ResidualUnit {
    std::vector<float> scale, shift;     ///< bn1 as x * scale + shift, [32]
    std::vector<float> weights1, bias1;  ///< [W, 32, 32] (tap, input, output) with bn2 folded; [32]
    std::vector<float> weights2, bias2;
};

}  // namespace varhush::models
