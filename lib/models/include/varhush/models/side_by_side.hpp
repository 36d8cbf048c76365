#pragma once

#include "varhush/models/alphagenome_file.hpp"
#include "varhush/models/sequence_model.hpp"

#include <functional>
#include <memory>

namespace varhush::models {

/// Makes the engine of one network.
using MakeNetwork = std::function<std::unique_ptr<SequenceModel>(const nn::SafeTensors& weights,
                                                                 const AlphaGenomeConfig& config)>;

/// An engine for `file`: of its one network, or of its parts, whose channels stand side by side. A
/// part runs on a sequence when one of its channels is asked for, so time and memory grow with the
/// parts that are wanted. Junctions, contact maps and traces are those of the first part.
[[nodiscard]] std::unique_ptr<SequenceModel> make_side_by_side(const AlphaGenomeFile& file,
                                                               const MakeNetwork& make);

}  // namespace varhush::models
