#pragma once

#include "varhush/scoring/window.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace varhush::scoring {

/// Every single-base change of `bases`, which stand at `start` of `contig`: at each position the
/// other letters in the order A C G T, all four where the reference is N.
[[nodiscard]] std::vector<ScoredVariant> ism_variants(std::string_view contig,
                                                      std::int64_t start,
                                                      std::string_view bases);

/// Contributions [positions, 4] in the order A C G T from `scores`, one for each of
/// ism_variants(): each position's scores minus their mean; the reference base gets minus that
/// mean. With `times_sequence` only the reference base keeps its value, the others are 0. Positions
/// without a reference base have no contribution and are NaN.
/// @throws Error{kInternal} when there is not a score for every variant.
[[nodiscard]] std::vector<double> ism_matrix(std::string_view bases,
                                             std::span<const double> scores,
                                             bool times_sequence);

}  // namespace varhush::scoring
