#pragma once

#include "varhush/core/error.hpp"
#include "varhush/nn/safetensors.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace varhush::models::test {

/// Tensors of random but well-scaled weights, made one by one: the same for the same seed.
class RandomTensors {
  public:
    std::map<std::string, std::string> metadata;
    std::vector<nn::NamedTensor> tensors;

    [[nodiscard]] nn::NamedTensor& find(const std::string& name) {
        for (auto& tensor : tensors) {
            if (tensor.name == name) {
                return tensor;
            }
        }
        throw std::out_of_range(name);
    }
    [[nodiscard]] const std::vector<float>& values(const std::string& name) const {
        for (const auto& tensor : tensors) {
            if (tensor.name == name) {
                return tensor.values;
            }
        }
        throw std::out_of_range(name);
    }

    void save(const std::string& path) const { nn::write_safetensors(path, tensors, metadata); }

    template <class Network>
    [[nodiscard]] std::shared_ptr<const Network> load() const {
        const auto path = scratch_path();
        save(path);
        auto network = std::make_shared<const Network>(nn::SafeTensors::open(path));
        std::filesystem::remove(path);
        return network;
    }

    /// Message of the error that loading ends with; empty when it does not.
    template <class Network>
    [[nodiscard]] std::string failure() const {
        std::string message;
        try {
            static_cast<void>(load<Network>());
        } catch (const Error& error) {
            EXPECT_EQ(error.kind(), ErrorKind::kModel);
            message = error.what();
        }
        std::filesystem::remove(scratch_path());
        return message;
    }

  protected:
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
    void add_norm(const std::string& name, std::int64_t channels) {
        add(name + ".weight", {channels}, 1, 0.3F);
        add(name + ".bias", {channels}, 0, 0.3F);
        add(name + ".running_mean", {channels}, 0, 0.3F);
        add(name + ".running_var", {channels}, 0.5F, 0.45F);
    }

  private:
    [[nodiscard]] static std::string scratch_path() {
        return (std::filesystem::path(testing::TempDir()) /
                ("random." + std::to_string(::getpid()) + ".safetensors"))
            .string();
    }

    std::mt19937 random_{7};
};

/// [channels][length].
using Planes = std::vector<std::vector<double>>;

/// One-hot columns of codes 0..3; `unknown` in every channel for code 4, zero for anything else.
inline Planes one_hot(const std::vector<std::uint8_t>& codes, double unknown) {
    Planes planes(4, std::vector<double>(codes.size()));
    for (std::size_t at = 0; at < codes.size(); ++at) {
        for (std::size_t base = 0; base < 4; ++base) {
            planes[base][at] = codes[at] == base ? 1.0 : codes[at] == 4 ? unknown : 0.0;
        }
    }
    return planes;
}

inline std::vector<std::uint8_t> reversed_complement(const std::vector<std::uint8_t>& codes) {
    std::vector<std::uint8_t> turned(codes.rbegin(), codes.rend());
    for (auto& code : turned) {
        code = static_cast<std::uint8_t>(code < 4 ? 3 - code : code);
    }
    return turned;
}

/// A convolution by its definition: kernels [out, in, taps], `pad` zeros on both sides.
inline Planes convolve(const RandomTensors& weights,
                       const std::string& name,
                       const Planes& in,
                       std::size_t outputs,
                       std::size_t taps,
                       std::size_t dilation = 1,
                       std::size_t pad = 0) {
    const std::vector<float>& kernel = weights.values(name + ".weight");
    const std::vector<float>& bias = weights.values(name + ".bias");
    const std::size_t length = in[0].size() + 2 * pad - (taps - 1) * dilation;
    Planes out(outputs, std::vector<double>(length));
    for (std::size_t o = 0; o < outputs; ++o) {
        for (std::size_t at = 0; at < length; ++at) {
            out[o][at] = bias.at(o);
            for (std::size_t i = 0; i < in.size(); ++i) {
                for (std::size_t t = 0; t < taps; ++t) {
                    const std::size_t from = at + t * dilation;
                    if (from >= pad && from - pad < in[i].size()) {
                        out[o][at] += static_cast<double>(kernel[(o * in.size() + i) * taps + t]) *
                                      in[i][from - pad];
                    }
                }
            }
        }
    }
    return out;
}

inline Planes relu(Planes values) {
    for (auto& plane : values) {
        for (double& value : plane) {
            value = value > 0 ? value : 0;
        }
    }
    return values;
}

inline Planes normalise(const RandomTensors& weights,
                        const std::string& name,
                        Planes values,
                        double eps) {
    const std::vector<float>& gamma = weights.values(name + ".weight");
    const std::vector<float>& beta = weights.values(name + ".bias");
    const std::vector<float>& mean = weights.values(name + ".running_mean");
    const std::vector<float>& variance = weights.values(name + ".running_var");
    for (std::size_t c = 0; c < values.size(); ++c) {
        for (double& value : values[c]) {
            value = (value - mean[c]) / std::sqrt(variance[c] + eps) * gamma[c] + beta[c];
        }
    }
    return values;
}

}  // namespace varhush::models::test
