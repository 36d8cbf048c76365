#include "varhush/scoring/haplotype_effects.hpp"

namespace varhush::scoring {

void HaplotypeEffects::mask(const HaplotypeFrame& /*frame*/, std::span<double> /*values*/) const {}

double HaplotypeEffects::told(double value) const {
    return value;
}

}  // namespace varhush::scoring
