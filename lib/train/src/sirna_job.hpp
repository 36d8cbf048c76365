#pragma once

#include "varhush/nn/safetensors.hpp"
#include "varhush/train/sirna_trainer.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace varhush::train {

/// One member to be trained.
struct SirnaJob {
    std::size_t part = 0;  ///< in the recipe
    std::int64_t seed = 0;
    std::int64_t split = -1;  ///< -1: all training rows
};

using SirnaTensors = std::vector<nn::NamedTensor>;

/// What a job leaves behind.
struct SirnaResult {
    SirnaTensors tensors;            ///< of sirna_member_layout(), without prefix
    std::vector<float> predictions;  ///< [states, rows], on the scale of the target
    std::vector<float> epochs;       ///< [epochs, watched]
};

/// What all jobs share.
struct SirnaWork {
    const SirnaTrainingData* data = nullptr;
    const SirnaTrainOptions* options = nullptr;
    std::vector<float> mean, scale;            ///< [features]
    std::vector<std::vector<float>> standard;  ///< a state: [rows, features], clipped, NaN as 0
    std::vector<std::size_t> training;         ///< rows in_training; support points of kernels

    /// Rows that `job` learns from.
    [[nodiscard]] std::vector<std::size_t> rows_of(const SirnaJob& job) const;
    /// The chosen columns of the chosen rows, raw or standardised, as in a state.
    [[nodiscard]] std::vector<float> columns(const std::vector<std::size_t>& rows,
                                             const std::vector<std::int64_t>& columns,
                                             bool raw,
                                             std::size_t state = 0) const;
};

[[nodiscard]] SirnaWork make_sirna_work(const SirnaTrainingData& data,
                                        const SirnaTrainOptions& options);

/// Mean and standard deviation of the targets of `rows`. All jobs take those of all training rows,
/// so that predictions of different folds stand on one scale: with the mean of its own rows, a
/// member would expect the less the better the guides are that it has not seen.
[[nodiscard]] std::pair<double, double> target_scale(const SirnaTrainingData& data,
                                                     const std::vector<std::size_t>& rows);

/// Encoder of a transformer part trained on unmeasured guides: masked letters, and the dense
/// features as targets. Returns the encoder's tensors.
SirnaTensors pretrain_sirna(const SirnaWork& work, const SirnaPartRecipe& recipe);

/// A spline, cnn or transformer member. `start` replaces tensors of the same name at the beginning.
/// An empty result when `stop` turned true.
SirnaResult fit_sirna_network(const SirnaWork& work,
                              const SirnaJob& job,
                              const SirnaTensors& start,
                              const std::function<bool()>& stop);

/// A kernel member: a Gaussian process whose parameters maximise the marginal likelihood
/// (Rasmussen & Williams 2006, section 5.4), with random offsets of genes and studies that are
/// left out of its predictions.
SirnaResult fit_sirna_kernel(const SirnaWork& work, const SirnaJob& job);

}  // namespace varhush::train
