#pragma once

#include "apps/bench/effect_pairs.hpp"
#include "varhush/io/effect_table.hpp"

#include <string>
#include <vector>

namespace varhush::apps {

/// An element measured once more: the other assay's effects beside those of the primary one.
struct Replicate {
    std::string element;
    std::string split;
    std::string assay;  ///< with its cells where they are others than the primary assay's
    EffectPairs substitutions;
    EffectPairs deletions;
};

/// One for each assay of an element that is not its primary one, in the order of the table: the
/// variants that passed the filter in both. None where the table names no assays.
/// @throws Error{kInput} naming `table` when a variant stands twice in one assay.
[[nodiscard]] std::vector<Replicate> replicates_in(const std::vector<io::EffectRow>& rows,
                                                   const std::string& table);

}  // namespace varhush::apps
