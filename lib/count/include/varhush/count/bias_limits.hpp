#pragma once

#include "varhush/count/site_counts.hpp"

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace varhush::count {

/// How far the fragments of an ALT may be from what chance leaves. Nothing: as far as they like.
struct BiasLimits {
    std::optional<double> strand_phred;
    std::optional<double> position_z;  ///< of either sign, as the next
    std::optional<double> mapping_z;

    [[nodiscard]] bool any() const noexcept { return strand_phred || position_z || mapping_z; }
};

/// In the order in which they are written.
enum class Bias : std::uint8_t { kStrand, kPosition, kMapping };
inline constexpr std::size_t kBiasCount = 3;
using Biases = std::bitset<kBiasCount>;

/// "STRAND_BIAS", "POSITION_BIAS", "MAPPING_BIAS".
[[nodiscard]] std::string_view bias_text(Bias bias) noexcept;

/// Which limits ALT number `alt` (0: the first) of a sample is beyond. A measure that the fragments
/// do not give is beyond none.
[[nodiscard]] Biases biases_of(const SampleCounts& counts,
                               std::size_t alt,
                               const BiasLimits& limits);

/// The texts of all, joined by ';' as FORMAT/FT has them; "" for none.
[[nodiscard]] std::string biases_text(Biases biases);

}  // namespace varhush::count
