#pragma once

#include "optimizer.hpp"
#include "varhush/models/alphagenome_config.hpp"
#include "varhush/models/alphagenome_torch.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace varhush::train {

/// A low-rank change of some layers: W + scale * B A. A starts normal with variance 1 / inputs, B
/// at zero, so that the network starts as it was, to the bit. Source: Hu et al. 2022 (ICLR),
/// section 4.
class LowRank {
  public:
    /// Ranks of layers that are smaller than `rank` are their own. Factors depend on `seed`.
    LowRank(const std::vector<models::TensorSpec>& layers,
            int rank,
            double scale,
            std::uint64_t seed,
            const std::string& device);

    /// Makes `network` compute with the changed layers; gradients reach A and B.
    void apply(models::AlphaGenomeTorch& network) const;
    /// Makes it compute with its own layers again.
    void restore(models::AlphaGenomeTorch& network) const;

    /// A [rank, in * taps] and B [out, rank] of every layer, by the names of adapter files.
    [[nodiscard]] const NamedTensors& tensors() const noexcept { return tensors_; }

  private:
    std::vector<std::string> layers_;
    NamedTensors tensors_;  ///< A, B, A, B, …
    double scale_;
};

}  // namespace varhush::train
