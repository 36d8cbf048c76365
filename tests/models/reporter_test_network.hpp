#pragma once

#include "random_tensors.hpp"
#include "varhush/models/reporter_network.hpp"

#include <string>
#include <vector>

namespace varhush::models::test {

/// A small reporter network of random weights, and its output by the definition: float64, one
/// window at a time, batch norms where they stand.
class RandomReporter : public RandomTensors {
  public:
    static constexpr int kTaps[] = {5, 4, 3};
    static constexpr int kWord = 10;
    static constexpr std::size_t kChannels = 7;
    static constexpr std::size_t kTasks = 3;
    static constexpr double kEps = 1e-3;

    explicit RandomReporter(int window = 31) : window_(window) {
        metadata = {{"ensemble_size", "1"},
                    {"batchnorm_eps", "0.001"},
                    {"kernel_sizes", "5,4,3"},
                    {"unit_order", "conv,relu,batchnorm"},
                    {"output_channels", "liver,brain,heart"},
                    {"name", "random-reporter"},
                    {"licence", "none"}};
        for (int layer = 0; layer < 3; ++layer) {
            const std::string index = std::to_string(layer);
            const std::int64_t inputs = layer == 0 ? 4 : static_cast<std::int64_t>(kChannels);
            add("model.0.conv." + index + ".weight",
                {static_cast<std::int64_t>(kChannels), inputs, kTaps[layer]},
                0.02F,
                0.3F);
            add("model.0.conv." + index + ".bias", {static_cast<std::int64_t>(kChannels)}, 0, 0.3F);
            add_norm("model.0.bn." + index, static_cast<std::int64_t>(kChannels));
        }
        add("model.0.head.weight",
            {static_cast<std::int64_t>(kTasks),
             static_cast<std::int64_t>(kChannels),
             window - kWord + 1},
            0,
            0.1F);
        add("model.0.head.bias", {static_cast<std::int64_t>(kTasks)}, 0, 0.5F);
    }

    [[nodiscard]] int window() const { return window_; }

    /// Output of one window on the strand that is given.
    [[nodiscard]] std::vector<double> forward(const std::vector<std::uint8_t>& window) const {
        Planes values = one_hot(window, 0.0);
        for (int layer = 0; layer < 3; ++layer) {
            const std::string index = std::to_string(layer);
            values = normalise(*this,
                               "model.0.bn." + index,
                               relu(convolve(*this,
                                             "model.0.conv." + index,
                                             values,
                                             kChannels,
                                             static_cast<std::size_t>(kTaps[layer]))),
                               kEps);
        }
        const std::vector<float>& head = this->values("model.0.head.weight");
        const std::vector<float>& bias = this->values("model.0.head.bias");
        const std::size_t words = values[0].size();
        std::vector<double> out(bias.begin(), bias.end());
        for (std::size_t t = 0; t < kTasks; ++t) {
            for (std::size_t c = 0; c < kChannels; ++c) {
                for (std::size_t p = 0; p < words; ++p) {
                    out[t] += head.at((t * kChannels + c) * words + p) * values[c][p];
                }
            }
        }
        return out;
    }

    /// Mean of both strands and of the windows of `codes` that start in [first, last].
    [[nodiscard]] std::vector<double> mean(const std::vector<std::uint8_t>& codes,
                                           std::int64_t first,
                                           std::int64_t last) const {
        std::vector<double> sums(kTasks);
        for (std::int64_t start = first; start <= last; ++start) {
            const std::vector<std::uint8_t> window(codes.begin() + start,
                                                   codes.begin() + start + window_);
            for (const auto& strand : {window, reversed_complement(window)}) {
                const auto values = forward(strand);
                for (std::size_t t = 0; t < kTasks; ++t) {
                    sums[t] += values[t] / (2.0 * static_cast<double>(last - first + 1));
                }
            }
        }
        return sums;
    }

  private:
    int window_;
};

}  // namespace varhush::models::test
