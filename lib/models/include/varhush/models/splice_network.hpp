#pragma once

#include "varhush/models/model_identity.hpp"
#include "varhush/models/residual_unit.hpp"
#include "varhush/nn/safetensors.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace varhush::models {

/// What a splice head predicts per position.
enum class SpliceHead {
    kSoftmax3,    ///< neither, acceptor, donor (SpliceAI, OpenSpliceAI)
    kPangolin12,  ///< per tissue (heart, liver, brain, testis): not-splice, P(splice), usage
};

/// Shape of a dilated residual splice network ("splice-resnet"): groups of four residual units, a
/// skip after each group. Source: Jaganathan et al. 2019 (Cell 176:535); Chao et al. 2025 (eLife);
/// Zeng & Li 2022 (Genome Biology 23:103).
struct SpliceConfig {
    std::vector<int> kernel_sizes;  ///< one a unit
    std::vector<int> dilations;     ///< one a unit
    int channels = 32;
    int ensemble_size = 1;
    float negative_slope = 0;  ///< 0 is ReLU
    double batchnorm_eps = 1e-5;
    SpliceHead head = SpliceHead::kSoftmax3;

    /// From the strings of a safetensors __metadata__. @throws Error{kModel} naming the bad key.
    static SpliceConfig from_metadata(const std::map<std::string, std::string>& metadata,
                                      const std::string& file);
    /// @throws Error{kModel} for shapes that cannot be run.
    void validate(const std::string& file) const;

    [[nodiscard]] int units() const noexcept { return static_cast<int>(kernel_sizes.size()); }
    /// Bases lost on each side by one convolution of `unit`.
    [[nodiscard]] int half_width(int unit) const noexcept;
    /// Bases of context on each side of a predicted position.
    [[nodiscard]] int half_context() const noexcept;
    [[nodiscard]] int output_channels() const noexcept {
        return head == SpliceHead::kSoftmax3 ? 3 : 12;
    }
    /// Which skip (1-based) follows `unit`; 0 when none does. A last, shorter group has a skip too.
    [[nodiscard]] int skip_after(int unit) const noexcept;
    [[nodiscard]] int skips() const noexcept;
};

/// One member's weights ready for the 32-channel kernels: batch norms folded, the linear skips and
/// heads folded into one [32 -> outputs] map per group.
struct SpliceMember {
    using Unit = ResidualUnit;
    std::vector<float> stem;  ///< [5, 32]: the row of A, C, G, T and N (bias alone)
    std::vector<Unit> units;
    std::vector<std::vector<float>> skip_heads;  ///< [skips + 1][outputs, 32]
    std::vector<float> head_bias;                ///< [outputs]
};

/// A loaded splice ensemble, read-only and shared between threads.
class SpliceNetwork {
  public:
    /// Binds every tensor by name.
    /// @throws Error{kModel} for a missing, misshapen or left-over tensor, with expected and found.
    explicit SpliceNetwork(const nn::SafeTensors& file);

    /// A network of one of the members alone.
    /// @throws Error{kInternal} for a member that is not there, or a head whose channels are read
    /// from different members.
    [[nodiscard]] SpliceNetwork alone(std::size_t member) const;

    [[nodiscard]] const SpliceConfig& config() const noexcept { return config_; }
    [[nodiscard]] const std::vector<SpliceMember>& members() const noexcept { return members_; }
    [[nodiscard]] const ModelIdentity& identity() const noexcept { return identity_; }

  private:
    SpliceNetwork(SpliceConfig config, SpliceMember member, ModelIdentity identity);

    SpliceConfig config_;
    std::vector<SpliceMember> members_;
    ModelIdentity identity_;
};

/// Loads a splice network by name, by path, or (empty) the embedded default; see model_store.hpp.
[[nodiscard]] std::shared_ptr<const SpliceNetwork> load_splice_network(
    const std::string& name_or_path);

}  // namespace varhush::models
