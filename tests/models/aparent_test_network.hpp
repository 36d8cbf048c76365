#pragma once

#include "random_tensors.hpp"
#include "varhush/models/aparent_network.hpp"

#include <cmath>
#include <string>
#include <vector>

namespace varhush::models::test {

/// A small cleavage network of random weights, and its logits by the definition in float64.
class RandomAparent : public RandomTensors {
  public:
    static constexpr std::size_t kLibraries = 3;
    static constexpr std::size_t kLibrary = 1;
    static constexpr std::size_t kDilations[] = {1, 2, 1, 3, 4, 1, 2, 1};
    static constexpr double kEps = 1e-3;

    explicit RandomAparent(int window = 61, int hexamer_offset = 20) : window_(window) {
        metadata = {{"ensemble_size", "1"},
                    {"channels", "32"},
                    {"kernel_sizes", "3"},
                    {"dilations", "1,2,1,3,4,1,2,1"},
                    {"batchnorm_eps", "0.001"},
                    {"core_hexamer_offset", std::to_string(hexamer_offset)},
                    {"library_index", std::to_string(kLibrary)},
                    {"name", "random-aparent"},
                    {"licence", "none"}};
        add("model.0.stem.weight", {32, 4, 1}, 0, 1);
        add("model.0.stem.bias", {32}, 0, 0.5F);
        for (const char* name : {"skip.0", "skip.1", "last"}) {
            add("model.0." + std::string(name) + ".weight", {32, 32, 1}, 0, 0.2F);
            add("model.0." + std::string(name) + ".bias", {32}, 0, 0.2F);
        }
        for (std::size_t unit = 0; unit < 8; ++unit) {
            const std::string name = "model.0.unit." + std::to_string(unit);
            for (const char* part : {"1", "2"}) {
                add_norm(name + ".bn" + part, 32);
                add(name + ".conv" + part + ".weight", {32, 32, 3}, 0, 0.12F);
                add(name + ".conv" + part + ".bias", {32}, 0, 0.2F);
            }
        }
        add("model.0.head.weight", {1, 32, 1}, 0, 0.4F);
        add("model.0.head.bias", {1}, 0, 0.5F);
        add("model.0.library.weight", {window + 1, static_cast<std::int64_t>(kLibraries)}, 0, 1);
        add("model.0.library.bias", {window + 1}, 0, 1);
    }

    [[nodiscard]] std::vector<double> forward(const std::vector<std::uint8_t>& codes,
                                              std::size_t library = kLibrary) const {
        Planes trunk = convolve(*this, "model.0.stem", one_hot(codes, 0.25), 32, 1);
        Planes total(32, std::vector<double>(codes.size()));
        const auto add_to_total = [&](const std::string& name) {
            const Planes skip = convolve(*this, name, trunk, 32, 1);
            for (std::size_t c = 0; c < 32; ++c) {
                for (std::size_t at = 0; at < codes.size(); ++at) {
                    total[c][at] += skip[c][at];
                }
            }
        };
        for (std::size_t unit = 0; unit < 8; ++unit) {
            if (unit % 4 == 0) {
                add_to_total("model.0.skip." + std::to_string(unit / 4));
            }
            const std::string name = "model.0.unit." + std::to_string(unit);
            Planes inner = trunk;
            for (const char* part : {"1", "2"}) {
                inner = relu(normalise(*this, name + ".bn" + part, inner, kEps));
                inner = convolve(
                    *this, name + ".conv" + part, inner, 32, 3, kDilations[unit], kDilations[unit]);
            }
            for (std::size_t c = 0; c < 32; ++c) {
                for (std::size_t at = 0; at < codes.size(); ++at) {
                    trunk[c][at] += inner[c][at];
                }
            }
        }
        add_to_total("model.0.last");
        std::vector<double> logits = convolve(*this, "model.0.head", total, 1, 1)[0];
        logits.push_back(0);
        const std::vector<float>& weight = values("model.0.library.weight");
        const std::vector<float>& bias = values("model.0.library.bias");
        for (std::size_t i = 0; i < logits.size(); ++i) {
            logits[i] += weight.at(i * kLibraries + library) + bias.at(i);
        }
        return logits;
    }

    /// Softmax of the logits.
    [[nodiscard]] static std::vector<double> softmax(std::vector<double> logits) {
        double total = 0;
        for (double& logit : logits) {
            logit = std::exp(logit);
            total += logit;
        }
        for (double& logit : logits) {
            logit /= total;
        }
        return logits;
    }

    [[nodiscard]] int window() const { return window_; }

  private:
    int window_;
};

}  // namespace varhush::models::test
