#pragma once

#include "varhush/concord/beta_binomial.hpp"

#include <cstdint>
#include <optional>

namespace varhush::concord {

/// Which sites are deep enough: those where an allelic effect of `effect_log2` (log2 of the ratio
/// of the alleles, either way) gives a two-sided p of at most `alpha` with probability `power`.
struct PowerOptions {
    double effect_log2 = 2;
    double power = 0.8;
    double alpha = 0.05;
};

/// The probability, by summing the exact test over all counts; of both directions the smaller one.
/// Cost O(depth).
[[nodiscard]] double detection_power(const BetaBinomial& null,
                                     const PowerOptions& options,
                                     std::int64_t depth);

/// The least depth from which on the power is reached (it saws with the depth: the next ten reach
/// it, too). Nothing where it is not reached at any depth up to 100,000, as with a large rho.
[[nodiscard]] std::optional<std::int64_t> least_depth(const BetaBinomial& null,
                                                      const PowerOptions& options);

}  // namespace varhush::concord
