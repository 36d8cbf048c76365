#pragma once

#include "varhush/models/sequence_model.hpp"
#include "varhush/nn/safetensors.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace varhush::models {

/// How a model compares with numbers that the reference implementation wrote down.
struct ParityReport {
    std::int64_t activations = 0;  ///< compared; each sequence of a batch counts
    std::int64_t values = 0;
    int misses = 0;          ///< activations outside the tolerance, or never computed
    double worst_ratio = 0;  ///< largest difference / what is allowed; above 1 is a miss
    std::string worst;       ///< the activation where it is
    std::string first_miss;  ///< the first activation, in order of computation, that differs
    std::string miss_text;   ///< what was expected and found there

    [[nodiscard]] bool passed() const noexcept { return misses == 0 && activations > 0; }
};

/// The pair path's GELU that a forward fixture was made with.
/// @throws Error{kInput} when its metadata does not say.
[[nodiscard]] PairGelu fixture_pair_gelu(const nn::SafeTensors& fixture);

/// Whether a forward fixture wants the recipe weights of the released size.
[[nodiscard]] bool fixture_wants_recipe(const nn::SafeTensors& fixture);

/// Runs every sequence of a forward fixture (keys and layouts in tests/data/alphagenome/README.md)
/// through trace() and compares what the fixture holds, activation by activation, keeping none.
/// Allowed: |difference| <= 1e-3 * (standard deviation of the tensor) + 1e-4 * |value| from tower
/// block 4 on, a tenth of it before. A tap may give `attn_bias` as [heads, P, P] instead of
/// [heads, L, L]. Splice sites are the model's own and must be the same where the fixture's
/// probabilities leave no doubt about them; else, and where the fixture gives sites, the given ones
/// are used.
/// @throws Error{kInput} for a file that is no such fixture.
[[nodiscard]] ParityReport compare_forward(SequenceModel& model, const nn::SafeTensors& fixture);

/// A tensor of any type, as double, C order.
struct ParityTensor {
    std::vector<std::int64_t> shape;
    std::vector<double> values;
};
using ParityTensors = std::map<std::string, ParityTensor>;

/// One module with its own small weights: name, weights, inputs -> outputs by name. Empty: this
/// engine has no such module.
using ModuleRunner = std::function<std::optional<ParityTensors>(
    const std::string& module, const ParityTensors& weights, const ParityTensors& inputs)>;

/// Runs every case of a modules fixture (keys MODULE/w|in|out/NAME). Allowed: a tenth of the
/// forward tolerance; rotations at given positions also what the rounding of the reference's
/// inverse frequencies comes to. A case that the engine does not have is a miss.
[[nodiscard]] ParityReport compare_modules(const ModuleRunner& runner,
                                           const nn::SafeTensors& fixture);

}  // namespace varhush::models
