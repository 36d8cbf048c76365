#pragma once

#include "varhush/models/alphagenome_config.hpp"
#include "varhush/nn/packed_matrix.hpp"
#include "varhush/nn/safetensors.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace varhush::models {

/// y = x * scale + shift per channel, padded with zeros to whole panels: a batch norm at inference.
struct Affine {
    std::vector<float> scale;
    std::vector<float> shift;
};

/// The weights of an AlphaGenome-style file in the form the kernels want, each made at first use
/// and kept: what is never asked for is never read. Not for use from two threads.
class AgWeights {
  public:
    AgWeights(const nn::SafeTensors& file, const AlphaGenomeConfig& config);

    [[nodiscard]] const AlphaGenomeConfig& config() const noexcept { return config_; }

    /// RMSBatchNorm `name` (".weight", ".bias", ".running_var"): the stored variance, never a mean.
    const Affine& batch_norm(const std::string& name);
    /// The same with the organism's embedding added behind the norm.
    const Affine& batch_norm(const std::string& name, const std::string& embedding, int organism);
    /// Weight and bias of a LayerNorm, or any vectors: the tensor itself, padded.
    const std::vector<float>& vector(const std::string& name);
    /// Row `organism` of a [2, n] tensor.
    const std::vector<float>& organism_vector(const std::string& name, int organism);

    /// StandardizedConv1d `name`, standardisation folded in, with its bias.
    const nn::PackedMatrix& standardized_conv(const std::string& name, const nn::Team& team);
    /// Linear layer or 1x1 convolution `name` (".weight" [out, in], ".bias" if there is one).
    const nn::PackedMatrix& linear(const std::string& name, const nn::Team& team);
    /// Head `name` of one organism: rows `channels` (all when empty) of [2, out, in] + [2, out].
    const nn::PackedMatrix& head(const std::string& name,
                                 int organism,
                                 std::span<const std::int32_t> channels,
                                 const nn::Team& team);
    /// The contact head, stored [2, in, out].
    const nn::PackedMatrix& contact_head(int organism, const nn::Team& team);

    /// Elements [first, first + count) of a tensor, not kept.
    [[nodiscard]] std::vector<float> slice(const std::string& name,
                                           std::int64_t first,
                                           std::int64_t count) const;
    [[nodiscard]] const std::vector<std::int64_t>& shape(const std::string& name) const;

  private:
    [[nodiscard]] const nn::SafeTensors::Entry& entry(const std::string& name) const;
    nn::PackedMatrix pack_rows(const std::string& name,
                               std::int64_t offset,
                               std::int64_t depth,
                               std::int64_t columns,
                               std::span<const std::int32_t> channels,
                               const nn::Team& team) const;

    nn::SafeTensors file_;
    AlphaGenomeConfig config_;
    std::map<std::string, Affine> norms_;
    std::map<std::string, std::vector<float>> vectors_;
    std::map<std::string, nn::PackedMatrix> matrices_;
};

}  // namespace varhush::models
