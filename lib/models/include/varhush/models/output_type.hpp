#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace varhush::models {

/// Kinds of output of an AlphaGenome-style model. The first seven are genome tracks.
enum class OutputType {
    kAtac,
    kDnase,
    kProcap,
    kCage,
    kRnaSeq,
    kChipTf,
    kChipHistone,
    kContactMaps,
    kSpliceSites,
    kSpliceSiteUsage,
    kSpliceJunctions,
};
inline constexpr int kOutputTypeCount = 11;
inline constexpr int kGenomeTrackTypeCount = 7;

/// All of them, in the order above.
[[nodiscard]] const std::array<OutputType, kOutputTypeCount>& all_output_types() noexcept;

/// Name of the official interface: "ATAC", "RNA_SEQ", "SPLICE_SITE_USAGE", …
[[nodiscard]] std::string_view output_name(OutputType output) noexcept;

/// Name in tensor names and config keys: "atac", "rna_seq", "splice_site_usage", …
[[nodiscard]] std::string_view output_key(OutputType output) noexcept;

/// Either spelling, any case; empty for an unknown one.
[[nodiscard]] std::optional<OutputType> find_output_type(std::string_view name);

/// Resolution users and scorers see, bp: 128 for ChIP, 2,048 for contact maps, else 1.
[[nodiscard]] int scored_resolution_bp(OutputType output) noexcept;

[[nodiscard]] constexpr bool is_genome_track(OutputType output) noexcept {
    return static_cast<int>(output) < kGenomeTrackTypeCount;
}

}  // namespace varhush::models
