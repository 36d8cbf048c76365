#pragma once

#include "varhush/models/alphagenome_config.hpp"
#include "varhush/nn/safetensors.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace varhush::models {

/// Weights from a formula: a network of the released size needs no weight file to be tested or
/// timed. Every value follows from its tensor's name and its place in it, and activations stay near
/// unit size; predictions mean nothing. The formula is that of tests/data/alphagenome/README.md,
/// with which the reference implementation was run.

/// Puts values [first, first + out.size()) of `tensor` (C order) into `out`.
void fill_recipe(const TensorSpec& tensor, std::int64_t first, std::span<float> out);

/// Base codes of the recipe's test sequence `name` ("full_2048"): 0..3, and 4 one time in 64.
[[nodiscard]] std::vector<std::uint8_t> recipe_sequence(std::string_view name, std::int64_t length);

/// What a file of recipe weights says about itself.
[[nodiscard]] std::map<std::string, std::string> recipe_metadata(const AlphaGenomeConfig& config);

/// All tensors of `config` as a safetensors file in memory: 1.8 GB at the released size, made in
/// about two seconds by two threads. file() and its copies must not outlive the object.
class RecipeWeights {
  public:
    RecipeWeights(const AlphaGenomeConfig& config, int threads);

    [[nodiscard]] const nn::SafeTensors& file() const noexcept { return file_; }

  private:
    std::unique_ptr<std::byte[]> bytes_;
    nn::SafeTensors file_;
};

}  // namespace varhush::models
