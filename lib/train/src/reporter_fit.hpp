#pragma once

#include "reporter_elements.hpp"

#include <vector>

namespace varhush::train {

/// The mix of all columns, and what it says of the elements' variants.
struct ReporterFit {
    std::vector<double> activators;  ///< a weight for each motif, 0 for all others
    std::vector<double> motifs;
    std::vector<double> gapped;  ///< words.gapped.weight
    std::vector<double> four_mers;
    std::vector<double> network;  ///< of the student's features
    /// log2 change of activity of every variant, gain factor included; those of train elements come
    /// from a fit without their element.
    std::vector<double> held_out;
    /// The same by the final fit: what the written model says.
    std::vector<double> final;
};

/// Ridge on the substitutions of the train elements: target log2 effect over its root mean square
/// in the element, every element weighing the same, no intercept. The scale of the result is the
/// slope of measured effects on the held-out predictions of the train elements.
[[nodiscard]] ReporterFit fit_reporter_mix(const ElementData& data,
                                           const MixColumns& columns,
                                           const std::vector<bool>& is_activator,
                                           const at::Tensor& word_heads,
                                           const ReporterStudent& student,
                                           const ReporterMixRecipe& recipe);

}  // namespace varhush::train
