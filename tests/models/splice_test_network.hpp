#pragma once

#include "varhush/models/splice_evaluator.hpp"
#include "varhush/models/splice_network.hpp"
#include "varhush/nn/safetensors.hpp"

#include <cmath>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace varhush::models::test {

/// Random but well-scaled weights of a splice network: big enough that every tap matters.
struct RandomNetwork {
    std::map<std::string, std::string> metadata;
    std::vector<nn::NamedTensor> tensors;

    RandomNetwork(const std::string& kernels,
                  const std::string& dilations,
                  int members,
                  const std::string& head) {
        metadata = {{"kernel_sizes", kernels},
                    {"dilations", dilations},
                    {"channels", "32"},
                    {"ensemble_size", std::to_string(members)},
                    {"activation", "leaky_relu"},
                    {"negative_slope", "0.1"},
                    {"batchnorm_eps", "1e-05"},
                    {"head", head},
                    {"name", "random"},
                    {"licence", "none"}};
        const SpliceConfig config = SpliceConfig::from_metadata(metadata, "random");
        for (int member = 0; member < members; ++member) {
            add_member("model." + std::to_string(member) + ".", config);
        }
    }

    [[nodiscard]] nn::NamedTensor& find(const std::string& name) {
        for (auto& tensor : tensors) {
            if (tensor.name == name) {
                return tensor;
            }
        }
        throw std::out_of_range(name);
    }

  private:
    void add(const std::string& name, std::vector<std::int64_t> shape, float centre, float spread) {
        std::size_t count = 1;
        for (const auto size : shape) {
            count *= static_cast<std::size_t>(size);
        }
        std::uniform_real_distribution<float> draw(centre - spread, centre + spread);
        std::vector<float> values(count);
        for (float& value : values) {
            value = draw(random_);
        }
        tensors.push_back({name, std::move(shape), std::move(values)});
    }

    void add_member(const std::string& prefix, const SpliceConfig& config) {
        add(prefix + "stem.weight", {32, 4, 1}, 0, 1);
        add(prefix + "stem.bias", {32}, 0, 0.5F);
        for (int skip = 0; skip <= config.skips(); ++skip) {
            add(prefix + "skip." + std::to_string(skip) + ".weight", {32, 32, 1}, 0, 0.3F);
            add(prefix + "skip." + std::to_string(skip) + ".bias", {32}, 0, 0.3F);
        }
        for (int unit = 0; unit < config.units(); ++unit) {
            const std::string name = prefix + "unit." + std::to_string(unit);
            const std::int64_t width = config.kernel_sizes[static_cast<std::size_t>(unit)];
            for (const char* part : {"1", "2"}) {
                const std::string norm = name + ".bn" + part;
                add(norm + ".weight", {32}, 1, 0.2F);
                add(norm + ".bias", {32}, 0, 0.2F);
                add(norm + ".running_mean", {32}, 0, 0.2F);
                add(norm + ".running_var", {32}, 1, 0.5F);
                const float spread = 1.5F / std::sqrt(32.0F * static_cast<float>(width));
                add(name + ".conv" + part + ".weight", {32, 32, width}, 0, spread);
                add(name + ".conv" + part + ".bias", {32}, 0, 0.2F);
            }
        }
        if (config.head == SpliceHead::kSoftmax3) {
            add(prefix + "head.weight", {3, 32, 1}, 0, 0.5F);
            add(prefix + "head.bias", {3}, 0, 0.5F);
            return;
        }
        for (int part = 0; part < 8; ++part) {
            const std::int64_t rows = part % 2 == 0 ? 2 : 1;
            add(prefix + "head." + std::to_string(part) + ".weight", {rows, 32, 1}, 0, 0.5F);
            add(prefix + "head." + std::to_string(part) + ".bias", {rows}, 0, 0.5F);
        }
    }

    std::mt19937 random_{7};
};

inline std::vector<std::uint8_t> random_codes(std::size_t length, unsigned seed) {
    std::mt19937 random(seed);
    std::uniform_int_distribution<int> base(0, 4);
    std::vector<std::uint8_t> codes(length);
    for (auto& code : codes) {
        code = static_cast<std::uint8_t>(base(random));
    }
    return codes;
}

}  // namespace varhush::models::test
