#pragma once

#include "placement_rules.hpp"
#include "varhush/sirna/chemistry.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace varhush::sirna {

/// What may be put on one strand.
struct SearchSpace {
    std::vector<std::vector<Sugar>> allowed;  ///< at every nucleotide
    std::vector<bool> given;                  ///< no choice there
    std::size_t most_fluoro = 0;
    std::size_t most_thioates5 = 0;
    std::size_t most_thioates3 = 0;
    std::optional<Sugar> seed_sugar;  ///< one of it at nucleotide 6 or 7
};

/// The best way to modify a strand with so many 2'-fluoros.
struct PlacedStrand {
    std::int64_t cost = 0;
    std::size_t fluoro = 0;
    std::string sugars;  ///< a letter a nucleotide
    std::size_t thioates5 = 0;
    std::size_t thioates3 = 0;
};

/// The cheapest strand of `space` for every number of 2'-fluoros that has one, fewest first. Exact:
/// dynamic programming from the 5' end over (run of 2'-O-methyl, 2'-fluoros so far, seed sugar
/// set), once for each number of thioates at both ends.
[[nodiscard]] std::vector<PlacedStrand> place_strand(const PlacementRules& rules,
                                                     const SearchSpace& space);

}  // namespace varhush::sirna
