#pragma once

#include "varhush/models/alphagenome_file.hpp"
#include "varhush/models/sequence_model.hpp"
#include "varhush/nn/safetensors.hpp"

#include <memory>

namespace varhush::models {

/// The native CPU engine of AlphaGenome-style networks, float32, without LibTorch. Weights are read
/// and packed at first use: heads and channels that nobody asks for are never touched. A pass keeps
/// the encoder's skips (about 7 kB a base at full size), the tower's output and the pair state;
/// decoder, embedders and heads run tile by tile where they are asked for. An edited pass computes
/// what the edit can reach in the encoder (an indel shifts the rest where its length allows), then
/// the tower; its numbers equal those of a whole run bit for bit. Results do not depend on
/// `threads`.
/// `file` must hold the tensors of alphagenome_layout(config).
[[nodiscard]] std::unique_ptr<SequenceModel> make_native_alphagenome(
    const nn::SafeTensors& file, const AlphaGenomeConfig& config, int threads);

/// The same of a model with all its parts (side_by_side.hpp).
[[nodiscard]] std::unique_ptr<SequenceModel> make_native_alphagenome(const AlphaGenomeFile& file,
                                                                     int threads);

}  // namespace varhush::models
