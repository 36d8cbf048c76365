#include "apps/doctor_probe/rates.hpp"

#include <ATen/ATen.h>
#include <c10/core/InferenceMode.h>
#include <torch/cuda.h>
#include <torch/version.h>

#include <algorithm>
#include <chrono>
#include <functional>

namespace varhush::apps {

namespace {

// Best rate of up to ten runs after one to warm up; slow machines stop after a second.
double best_gflops(double flop, const std::function<void()>& body) {
    using Clock = std::chrono::steady_clock;
    constexpr int kMostRuns = 10;
    const auto deadline = Clock::now() + std::chrono::seconds(1);
    body();
    double best_seconds = 1e9;
    for (int run = 0; run < kMostRuns; ++run) {
        const auto begin = Clock::now();
        body();
        const std::chrono::duration<double> took = Clock::now() - begin;
        best_seconds = std::min(best_seconds, took.count());
        if (Clock::now() > deadline) {
            break;
        }
    }
    return flop / best_seconds / 1e9;
}

}  // namespace

std::string libtorch_version() {
    return TORCH_VERSION;
}

std::vector<std::string> torch_devices() {
    std::vector<std::string> devices{"cpu"};
    const auto count = torch::cuda::is_available() ? torch::cuda::device_count() : 0;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
        devices.push_back("cuda:" + std::to_string(i));
    }
    return devices;
}

double measure_product_gflops() {
    const c10::InferenceMode no_gradients;
    constexpr std::int64_t kSize = 1024;
    const at::Tensor a = at::rand({kSize, kSize});
    const at::Tensor b = at::rand({kSize, kSize});
    return best_gflops(2.0 * kSize * kSize * kSize, [&] { at::mm(a, b); });
}

double measure_conv_gflops() {
    const c10::InferenceMode no_gradients;
    constexpr std::int64_t kBatch = 8;
    constexpr std::int64_t kChannels = 32;
    constexpr std::int64_t kPositions = 10000;
    constexpr std::int64_t kWidth = 11;
    const auto last = at::MemoryFormat::ChannelsLast;
    const at::Tensor in =
        at::rand({kBatch, kChannels, 1, kPositions + kWidth - 1}).contiguous(last);
    const at::Tensor weights = at::rand({kChannels, kChannels, 1, kWidth}).contiguous(last);
    const double flop = 2.0 * kBatch * kPositions * kWidth * kChannels * kChannels;
    return best_gflops(flop, [&] { at::conv2d(in, weights); });
}

}  // namespace varhush::apps
