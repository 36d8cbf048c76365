#pragma once

#include "varhush/models/sirna_ensemble.hpp"
#include "varhush/nn/safetensors.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace varhush::models {

/// Some guides on their way through the members: raw and standardised features, [count, features].
struct SirnaBatch {
    std::int64_t count = 0;
    std::int64_t features = 0;
    const float* raw = nullptr;
    const float* standard = nullptr;

    [[nodiscard]] const float* raw_row(std::int64_t i) const { return raw + i * features; }
    [[nodiscard]] const float* standard_row(std::int64_t i) const {
        return standard + i * features;
    }
};

/// One member's network.
class SirnaMemberNet {
  public:
    virtual ~SirnaMemberNet() = default;
    /// One prediction a guide into out[0], out[stride], …
    virtual void run(const SirnaBatch& batch, float* out, std::size_t stride) const = 0;
};

/// Reads a tensor.
/// @throws Error{kModel} where it is missing, misshapen or holds a value that is not finite.
std::vector<float> read_finite(const nn::SafeTensors& file,
                               const std::string& name,
                               const std::vector<std::int64_t>& shape);

/// Reads a member's tensors and adds their names to `used`.
/// @throws Error{kModel} as read_finite.
std::unique_ptr<SirnaMemberNet> make_sirna_net(const nn::SafeTensors& file,
                                               const SirnaPart& part,
                                               std::size_t member,
                                               std::vector<std::string>& used);

}  // namespace varhush::models
