#pragma once

#include <string>
#include <vector>

namespace varhush::apps {

/// One convolution shape of the splice networks, measured.
struct KernelSpeed {
    int width = 0;
    int dilation = 0;
    double gflop_per_s = 0;
    double share_of_peak = 0;
};

struct KernelReport {
    std::string instruction_set;
    int threads = 1;
    double peak_gflop_per_s = 0;  ///< multiply-adds on registers alone, all threads together
    std::vector<KernelSpeed> shapes;
};

/// Measures the 32-channel convolutions on `threads` threads at once, each on memory of its own.
/// Well under a second; the best of several rounds.
[[nodiscard]] KernelReport measure_kernels(int threads);

/// Multiply-add peak of that many threads, GFLOP/s.
[[nodiscard]] double measure_peak(int threads);

}  // namespace varhush::apps
