#pragma once

#include "reporter_sequence.hpp"
#include "varhush/core/worker_pool.hpp"
#include "varhush/models/reporter_network.hpp"

#include <ATen/core/TensorBody.h>

#include <functional>
#include <string>
#include <vector>

namespace varhush::train {

/// A small network of the teacher's class, without batch norms, and its imitations of the teacher's
/// placement-free tracks.
struct ReporterStudent {
    std::vector<at::Tensor> weights;  ///< [channels, inputs, taps] of each convolution
    std::vector<at::Tensor> biases;
    at::Tensor head;           ///< [tasks, channels]: from features to the teacher's tracks
    at::Tensor feature_means;  ///< [channels], a word of the training windows, double
    double agreement = 0;      ///< mean Pearson of the tracks on windows that were kept back
};

/// Trains it from a random start on the teacher's tracks over chromosome windows. Where `stop` ends
/// it, `weights` is empty.
[[nodiscard]] ReporterStudent train_student(const LabelledSequence& sequence,
                                            const std::vector<std::int64_t>& windows,
                                            const models::ReporterNetwork& teacher,
                                            const ReporterTrainingConfig& config,
                                            core::WorkerPool& pool,
                                            const std::function<bool()>& stop);

/// Features of all words of each sequence summed, mean of both strands: [sequences, channels],
/// double. Sequences of one length that stand together run together.
[[nodiscard]] at::Tensor student_sums(const ReporterStudent& student,
                                      const std::vector<std::span<const std::uint8_t>>& sequences);

/// The student as a file's tensors "model.0.…": batch norms that change nothing, one output with
/// the weights `head` [channels] and no more than one word.
void append_student(const ReporterStudent& student,
                    const std::vector<double>& head,
                    double bias,
                    std::vector<nn::NamedTensor>& tensors);

}  // namespace varhush::train
