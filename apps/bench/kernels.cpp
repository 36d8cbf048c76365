#include "apps/bench/kernels.hpp"

#include "varhush/core/worker_pool.hpp"
#include "varhush/nn/conv32.hpp"

#include <algorithm>
#include <chrono>
#include <functional>

namespace varhush::apps {

namespace {

// Rounds of about a millisecond, the best of them: on a shared machine longer or averaged ones
// measure the neighbours.
constexpr int kRounds = 25;
constexpr long kPeakLoop = 100'000;
// As many rows as a variant's cone has in the widest layers of a 10,000-base network.
constexpr std::int64_t kRows = 3000;

// Best GFLOP/s over rounds in which every thread does `flop` worth of work.
double best_speed(core::WorkerPool& pool, double flop, const std::function<void(int)>& work) {
    double best = 0;
    for (int round = 0; round < kRounds; ++round) {
        const auto start = std::chrono::steady_clock::now();
        pool.run(pool.threads(), [&](std::int64_t index, int) { work(static_cast<int>(index)); });
        const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
        best = std::max(best, flop * pool.threads() / elapsed.count() / 1e9);
    }
    return best;
}

double measure_shape(core::WorkerPool& pool,
                     const nn::Kernels32& kernels,
                     int width,
                     int dilation) {
    struct Memory {
        std::vector<float> in, out;
    };
    const std::size_t channels = nn::kRowChannels;
    const auto rows = static_cast<std::size_t>(kRows);
    const std::size_t in_rows = rows + static_cast<std::size_t>((width - 1) * dilation);
    const std::vector<float> weights(static_cast<std::size_t>(width) * channels * channels, 0.01F);
    const std::vector<float> bias(channels, 0.1F);
    std::vector<Memory> memory(static_cast<std::size_t>(pool.threads()));
    for (Memory& one : memory) {
        one.in.assign(in_rows * channels, 0.5F);
        one.out.assign(rows * channels, 0.0F);
    }
    return best_speed(pool, 2.0 * 1024 * width * static_cast<double>(kRows), [&](int thread) {
        Memory& own = memory[static_cast<std::size_t>(thread)];
        kernels.conv(
            own.in.data(), kRows, width, dilation, weights.data(), bias.data(), {}, own.out.data());
    });
}

double peak_of(core::WorkerPool& pool) {
    const nn::Kernels32& kernels = nn::kernels32();
    const double flop = kernels.multiply_add_loop(kPeakLoop);
    return best_speed(pool, flop, [&](int) { (void)kernels.multiply_add_loop(kPeakLoop); });
}

}  // namespace

double measure_peak(int threads) {
    core::WorkerPool pool(threads);
    return peak_of(pool);
}

KernelReport measure_kernels(int threads) {
    const nn::Kernels32& kernels = nn::kernels32();
    core::WorkerPool pool(threads);
    KernelReport report;
    report.instruction_set = kernels.name;
    report.threads = pool.threads();
    report.peak_gflop_per_s = peak_of(pool);
    for (const auto& [width, dilation] : {std::pair{11, 1}, {11, 4}, {21, 10}, {41, 25}}) {
        const double speed = measure_shape(pool, kernels, width, dilation);
        report.shapes.push_back({width, dilation, speed, speed / report.peak_gflop_per_s});
    }
    return report;
}

}  // namespace varhush::apps
