#pragma once

#include <string>
#include <vector>

namespace varhush::apps {

/// Version of the LibTorch this was built against.
[[nodiscard]] std::string libtorch_version();

/// "cpu", and "cuda:0" … where LibTorch sees such devices.
[[nodiscard]] std::vector<std::string> torch_devices();

/// GFLOP/s of an f32 product of two 1024 x 1024 matrices: the best of a few, at most about a
/// second.
[[nodiscard]] double measure_product_gflops();

/// GFLOP/s of an f32 convolution 32 -> 32, width 11, 8 x 10,000 positions, as a channels-last
/// conv2d of height 1.
[[nodiscard]] double measure_conv_gflops();

}  // namespace varhush::apps
