#include "varhush/seq/one_hot.hpp"

#include "varhush/core/error.hpp"
#include "varhush/seq/alphabet.hpp"

#include <algorithm>
#include <cstddef>

namespace varhush::seq {

void one_hot(std::string_view bases, std::span<float> out) {
    VARHUSH_CHECK(out.size() == 4 * bases.size());
    static constexpr std::string_view kChannels = "ACGT";
    std::fill(out.begin(), out.end(), 0.0F);
    for (std::size_t i = 0; i < bases.size(); ++i) {
        const std::size_t channel = kChannels.find(to_acgtn(bases[i]));
        if (channel != std::string_view::npos) {
            out[4 * i + channel] = 1.0F;
        }
    }
}

}  // namespace varhush::seq
