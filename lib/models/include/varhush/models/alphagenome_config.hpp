#pragma once

#include "varhush/models/output_type.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace varhush::models {

enum class PairGelu { kTanh, kErf };  ///< official, or what the PyTorch port does

/// Shape of an AlphaGenome-style network; the defaults are the released one (450,452,613
/// parameters). Source: Avsec et al. 2026 (Nature), the official code and its PyTorch port; see
/// docs/models/alphagenome.md.
struct AlphaGenomeConfig {
    int base_channels = 768;
    int channel_growth = 128;
    int encoder_blocks = 6;  ///< fixed: tokens are 128 bp
    int trunk_dim = 1536;
    int embedding_128bp_dim = 3072;
    int embedding_1bp_dim = 1536;
    int attention_heads = 8;
    int qk_dim = 128;
    int v_dim = 192;
    int pair_dim = 128;
    int seq2pair_heads = 32;
    int seq2pair_head_dim = 128;
    int junction_hidden = 768;
    int junction_tissues = 367;  ///< 0: no junction head
    int num_splice_sites = 512;
    double splice_site_threshold = 0.1;
    int tower_blocks = 9;
    int stem_kernel = 15;
    int kernel = 5;
    /// Channels of the genome tracks in the order of OutputType; 0: this head is absent.
    std::array<int, kGenomeTrackTypeCount> tracks{256, 384, 128, 640, 768, 1664, 1152};
    int contact_tracks = 28;        ///< 0: no contact map head
    bool splice_sites = true;       ///< false: no splice site classification head
    int splice_usage_tracks = 734;  ///< 0: no usage head
    int num_organisms = 2;
    int max_relative_distance = 8192;
    std::int64_t rope_max_position_attention = 8192;
    std::int64_t rope_max_position_junction = 1048576;
    PairGelu pair_gelu = PairGelu::kTanh;
    bool rope_bf16 = false;  ///< positions and angles of the tower rounded as the official bf16 run

    /// Keys as above ("tracks" is an object by output_key, missing ones absent; "pair_gelu" is
    /// "tanh" or "erf"; "rope_dtype" is "float32" or "bfloat16"); missing keys keep the default.
    /// @throws Error{kModel} with `file`, the key and what was found: unknown key, wrong type,
    /// values that cannot be run.
    static AlphaGenomeConfig from_json(const std::string& json, const std::string& file);
    [[nodiscard]] std::string to_json() const;
    void validate(const std::string& file) const;

    [[nodiscard]] bool has(OutputType output) const noexcept;
    /// Channels of an output: tracks, contact tracks, 5 splice classes, usage tracks, tissues.
    [[nodiscard]] int channels(OutputType output) const noexcept;
    /// Whether the genome track has a 1 bp head beside the 128 bp one (all but ChIP).
    [[nodiscard]] static bool has_1bp_head(OutputType output) noexcept;
    /// Channels at encoder level `level`: 0 is 1 bp, 6 is 64 bp.
    [[nodiscard]] int level_channels(int level) const noexcept {
        return base_channels + level * channel_growth;
    }

    bool operator==(const AlphaGenomeConfig&) const = default;
};

inline constexpr int kEncoderLevels = 7;  ///< skips at 1, 2, 4, … 64 bp
inline constexpr int kTokenBp = 128;      ///< a token of the tower
inline constexpr int kPairBp = 2048;      ///< a bin of the pair representation
inline constexpr std::int64_t kMaxWindowBp = 1048576;
inline constexpr int kSpliceClasses = 5;  ///< donor+, acceptor+, donor-, acceptor-, none

struct TensorSpec {
    std::string name;
    std::vector<std::int64_t> shape;

    bool operator==(const TensorSpec&) const = default;
};

/// Names and shapes of all tensors in the order of the released state dict (677 for the default
/// config).
[[nodiscard]] std::vector<TensorSpec> alphagenome_layout(const AlphaGenomeConfig& config);

/// Learned parameters: all elements but running variances and track means.
[[nodiscard]] std::int64_t parameter_count(const AlphaGenomeConfig& config);

}  // namespace varhush::models
