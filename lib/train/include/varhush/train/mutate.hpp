#pragma once

#include "varhush/train/random.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace varhush::train {

/// A replacement of `removed` bases at `index` of a sequence by `inserted`.
struct Change {
    std::int64_t index = 0;
    std::int64_t removed = 0;
    std::string inserted;
};

struct MutationPlan {
    double background_bp = 200;   ///< mean distance of changes drawn anywhere
    double site_share = 0.7;      ///< of splice sites that get a change near them
    double indel_share = 0.12;    ///< insertions and deletions of 1 to 8 bases
    double shuffle_share = 0.04;  ///< stretches of 3 to 10 bases drawn anew, same length
    bool substitutions_only = false;
};

/// Draws changes that do not touch each other (at least two bases apart) inside [first, last) of
/// `bases`, sorted by index. `hot` are indices of splice sites: changes near them are drawn at a
/// distance of mostly under 10, sometimes up to 60 bases. Three in ten background substitutions
/// make an AG or GT. Positions with N are left alone.
std::vector<Change> draw_changes(const std::string& bases,
                                 std::int64_t first,
                                 std::int64_t last,
                                 const std::vector<std::int64_t>& hot,
                                 const MutationPlan& plan,
                                 Random& random);

/// `bases` with all of `changes` (sorted, not overlapping) made, and where each one starts in the
/// result.
struct Changed {
    std::string bases;
    std::vector<std::int64_t> indices;
};
Changed apply_changes(const std::string& bases, const std::vector<Change>& changes);

}  // namespace varhush::train
