#pragma once

#include "track_labels.hpp"
#include "varhush/models/alphagenome_config.hpp"
#include "varhush/models/alphagenome_file.hpp"
#include "varhush/nn/safetensors.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace varhush::train {

/// Weights to start from, every tensor of alphagenome_layout(config): linear maps normal with
/// variance 1 / inputs, convolutions standardised anyway, norms and scales one, biases zero, a bias
/// of each head such that it predicts the mean of its labels in `regions`. Track means as the
/// labels have them. The same for the same seed.
[[nodiscard]] std::vector<nn::NamedTensor> initial_weights(const models::AlphaGenomeConfig& config,
                                                           const TrackLabels& labels,
                                                           const std::vector<seq::Region>& regions,
                                                           std::uint64_t seed);

/// Replaces weights by those of `start`: all in front of the heads, and heads whose tracks are the
/// same by name and order for `organism` (of a model of one: whichever it is). Returns the number
/// of outputs whose heads were taken over.
int take_over(const models::AlphaGenomeFile& start,
              const std::string& organism,
              const models::TrackTable& tracks,
              std::vector<nn::NamedTensor>& weights);

/// Whether tracks have the same names and strands in the same order.
[[nodiscard]] bool same_names(std::span<const models::Track> a, std::span<const models::Track> b);

/// Whether a tensor belongs to a head.
[[nodiscard]] bool is_head(const std::string& name);

/// The output whose head the tensor belongs to, if it does to any.
[[nodiscard]] std::optional<models::OutputType> output_of_head(const std::string& name);

/// `model` with the heads that the labels need.
[[nodiscard]] models::AlphaGenomeConfig with_heads(models::AlphaGenomeConfig model,
                                                   const TrackLabels& labels);

}  // namespace varhush::train
