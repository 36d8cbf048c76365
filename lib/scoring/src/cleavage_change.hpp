#pragma once

#include "varhush/models/position_range.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace varhush::scoring {

/// What two predictions of a cleavage network say of a change. Source of narrow and wide: Linder et
/// al. 2022 (Genome Biology 23:232) and the scoring example of its repository; the other two are
/// ours, because their per-position log odds need observed cuts.
struct CleavageChange {
    double ref_use = 0;  ///< P(cleavage) in the narrow stretch
    double alt_use = 0;
    double ref_any = 0;  ///< P(cleavage) anywhere in the window
    double alt_any = 0;
    double narrow = 0;            ///< change of ln odds of *_use
    double wide = 0;              ///< the same of *_any
    double mean_shift = 0;        ///< change of the mean position given cleavage, bases
    std::int64_t largest_at = 0;  ///< where P(cleavage) changes most
    double largest = 0;           ///< by how much
};

/// `ref` and `alt` are the probabilities of a window's positions and, last, of no cleavage;
/// `narrow` is the stretch of positions behind the hexamer.
[[nodiscard]] CleavageChange compare_cleavage(std::span<const double> ref,
                                              std::span<const double> alt,
                                              models::PositionRange narrow);

/// Last bases of the transcripts that are booked at position `at` of a window: from its last base,
/// at - 1, over the A run that starts at `at`, because reads cannot tell a templated A from the
/// tail. Positions [begin, end) of `window`; begin may be -1.
[[nodiscard]] models::PositionRange cut_range(std::string_view window, std::int64_t at);

}  // namespace varhush::scoring
