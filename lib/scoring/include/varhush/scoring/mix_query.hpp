#pragma once

#include "varhush/models/reporter_mix.hpp"
#include "varhush/seq/allele.hpp"
#include "varhush/seq/reference_source.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace varhush::scoring {

/// Most bases that a change may remove, insert, or could be moved by.
inline constexpr std::int64_t kMostMixBases = 1000;

/// Both alleles of a change (as seq::normalise gives it) with their surroundings; bases outside of
/// the contig are unknown ones. An insertion or deletion within a repeat takes in all places where
/// it could stand: the strand that a file was written for plays no part. Empty for a change of more
/// than kMostMixBases.
[[nodiscard]] std::optional<models::MixQuery> mix_query(const seq::ReferenceSource& reference,
                                                        const std::string& contig,
                                                        const seq::Change& change);

}  // namespace varhush::scoring
