#pragma once

#include "varhush/models/model_identity.hpp"
#include "varhush/models/position_range.hpp"
#include "varhush/models/residual_unit.hpp"
#include "varhush/nn/safetensors.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace varhush::models {

/// Letters of a window: 0..3 for A C G T, then these two.
inline constexpr std::uint8_t kUnknownBase = 4;  ///< 0.25 in each channel, as the authors pad
inline constexpr std::uint8_t kNoBase = 5;       ///< zero in each channel

inline constexpr std::int64_t kHexamerBp = 6;
inline constexpr std::int64_t kNarrowBp = 50;

/// Shape of a cleavage network ("aparent2"): residual units of two dilated convolutions of width 3
/// on 32 channels, in groups of four with a skip before each group, zero-padded to keep the length.
/// Source: Linder et al. 2022 (Genome Biology 23:232), APARENT2.
struct AparentConfig {
    std::vector<int> dilations;  ///< one a unit
    int window_bp = 0;           ///< 205
    int hexamer_offset = 0;      ///< where the first base of the core hexamer stands: 70
    int libraries = 0;           ///< training libraries that the network tells apart
    int library = 0;             ///< the one to use for genomes
    double batchnorm_eps = 1e-3;

    [[nodiscard]] std::size_t groups() const noexcept { return dilations.size() / 4; }
    /// Positions of a cut 1 to 50 bases behind the hexamer. Source: Linder et al. 2022.
    [[nodiscard]] PositionRange narrow_range() const noexcept {
        return {hexamer_offset + kHexamerBp + 1, hexamer_offset + kHexamerBp + 1 + kNarrowBp};
    }
    /// What a file of this shape says of itself.
    [[nodiscard]] std::map<std::string, std::string> to_metadata() const;
    /// @throws Error{kModel} for shapes that cannot be run.
    void validate(const std::string& file) const;
};

/// Memory of one thread for AparentNetwork::logits().
struct AparentScratch {
    std::vector<float> trunk;
    std::vector<float> first;   ///< input of a first convolution, zero rows on both sides
    std::vector<float> second;  ///< the same of a second one
};

/// Activations on the way, for parity tests: [window, 32] each.
struct AparentTrace {
    std::vector<float> stem;
    std::vector<std::vector<float>> groups;
};

class MemberTensors;

/// A loaded cleavage network, read-only and shared between threads. Reads the strand of the gene.
class AparentNetwork {
  public:
    /// @throws Error{kModel} for a missing, misshapen or left-over tensor, with expected and found.
    explicit AparentNetwork(const nn::SafeTensors& file);

    [[nodiscard]] const AparentConfig& config() const noexcept { return config_; }
    [[nodiscard]] const ModelIdentity& identity() const noexcept { return identity_; }

    /// Logits of "the transcript ends at j", j = 0 .. window - 1 (its last base is then j - 1), and
    /// last of "not in this window"; their softmax is the prediction. `codes` holds window_bp
    /// letters. Every output sees the window's edges: there is no answer for longer input. Cost
    /// 37 M multiply-adds.
    /// @throws Error{kInternal} for another length or library.
    [[nodiscard]] std::vector<float> logits(std::span<const std::uint8_t> codes,
                                            int library,
                                            AparentScratch& scratch,
                                            AparentTrace* trace = nullptr) const;

  private:
    void bind(const MemberTensors& tensors);

    AparentConfig config_;
    ModelIdentity identity_;
    std::vector<float> stem_;  ///< [6, 32]: the row of each letter
    std::vector<ResidualUnit> units_;
    /// head(skip(h)) of each group, and head(last(h)) last, as one vector [32] each: nothing
    /// non-linear stands between them.
    std::vector<std::vector<float>> skip_heads_;
    float head_bias_ = 0;
    std::vector<float> library_weight_;  ///< [window + 1, libraries]
    std::vector<float> library_bias_;    ///< [window + 1]
};

/// Loads a cleavage network by name or path; see model_store.hpp.
[[nodiscard]] std::shared_ptr<const AparentNetwork> load_aparent_network(
    const std::string& name_or_path);

/// softmax of logits, in float64.
[[nodiscard]] std::vector<double> cleavage_probabilities(std::span<const float> logits);

/// ln(p / (1 - p)) of p = the sum of `cut` over `range`; 1 - p is summed from the other entries,
/// because taken from 1 it would lose all digits near 1.
[[nodiscard]] double cleavage_log_odds(std::span<const double> cut, PositionRange range);

/// P(cleavage) along a sequence longer than a window, the authors' procedure: windows every `step`
/// bases, the last one filled up behind with kNoBase, P of each put in its place and averaged over
/// the windows that cover it; "not in this window" is dropped. `codes` holds at least one letter.
[[nodiscard]] std::vector<double> cleavage_along(const AparentNetwork& network,
                                                 std::span<const std::uint8_t> codes,
                                                 std::int64_t step = 10);

}  // namespace varhush::models
