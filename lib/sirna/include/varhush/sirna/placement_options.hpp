#pragma once

#include <cstddef>

namespace varhush::sirna {

/// What each term of the placement objective counts; 1 is the balance that docs/sirna.md explains.
struct PlacementWeights {
    double endonuclease = 1;
    double exonuclease = 1;
    double activity = 1;
    double runs = 1;
    double seed = 1;
    double modified = 1;
    double fluoro = 1;
    double thioate = 1;
};

/// How modifications are placed by `place_chemistry`. What else it needs stands in the pattern that
/// holds this: `sugars` are the letters that may be used (of r, m, f, d), `at` positions that are
/// given, `thioates5` and `thioates3` the most phosphorothioates at each end.
struct PlacementOptions {
    std::size_t most_fluoro_guide = 6;
    std::size_t most_fluoro_passenger = 4;
    std::size_t most_fluoro = 10;  ///< of both strands together
    char seed_sugar = '\0';        ///< 'g' or 'n': one may be set at guide position 6 or 7
    PlacementWeights weights;

    /// @throws Error{kUsage} naming the option that makes no sense.
    void validate() const;
};

}  // namespace varhush::sirna
