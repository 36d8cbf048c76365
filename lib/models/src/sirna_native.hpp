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

/// Reads a member's tensors and adds their names to `used`.
/// @throws Error{kModel} for missing and misshapen ones.
std::unique_ptr<SirnaMemberNet> make_sirna_net(const nn::SafeTensors& file,
                                               const SirnaPart& part,
                                               std::size_t member,
                                               std::vector<std::string>& used);

}  // namespace varhush::models
