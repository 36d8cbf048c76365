#include "varhush/count/bias_limits.hpp"

#include <array>
#include <cmath>

namespace varhush::count {

namespace {

bool is_beyond(std::optional<double> value, const std::optional<double>& limit) {
    return value && limit && std::fabs(*value) > *limit;
}

}  // namespace

std::string_view bias_text(Bias bias) noexcept {
    constexpr std::array<std::string_view, kBiasCount> kTexts{
        "STRAND_BIAS", "POSITION_BIAS", "MAPPING_BIAS"};
    return kTexts[static_cast<std::size_t>(bias)];
}

Biases biases_of(const SampleCounts& counts, std::size_t alt, const BiasLimits& limits) {
    Biases found;
    found[static_cast<std::size_t>(Bias::kStrand)] =
        is_beyond(counts.bias[alt].strand_phred, limits.strand_phred);
    found[static_cast<std::size_t>(Bias::kPosition)] =
        is_beyond(counts.bias[alt].position_z, limits.position_z);
    found[static_cast<std::size_t>(Bias::kMapping)] =
        is_beyond(counts.bias[alt].mapping_z, limits.mapping_z);
    return found;
}

std::string biases_text(Biases biases) {
    std::string text;
    for (std::size_t i = 0; i < kBiasCount; ++i) {
        if (biases[i]) {
            text += text.empty() ? "" : ";";
            text += bias_text(static_cast<Bias>(i));
        }
    }
    return text;
}

}  // namespace varhush::count
