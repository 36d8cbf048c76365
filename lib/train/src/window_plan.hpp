#pragma once

#include "track_labels.hpp"
#include "varhush/seq/reference_source.hpp"
#include "varhush/train/track_config.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace varhush::train {

/// A stretch of window_bp whose bases, moved by up to shift_bp, a step sees.
struct Window {
    std::string contig;
    std::int64_t start = 0;
    bool has_peak = false;  ///< of any track
};

struct WindowPlan {
    std::vector<Window> train;
    std::vector<Window> validation;
    std::vector<Window> test;
    std::int64_t overlapping = 0;  ///< left out: they reach into a held-out region
    std::int64_t unknown = 0;      ///< left out: too many N
};

/// Windows side by side over the regions of each split. The network sees nothing outside a window,
/// so a window that stays apart from a region with every shift learns nothing of it.
///
/// Leaks are looked for before anything else: regions of two splits that share bases, unless the
/// training regions hold held-out ones and `on_overlap` is drop; a training window that, moved as
/// far as it may be, reaches into a held-out region is an error or left out, by the same rule.
/// @throws Error{kInput} for a leak, an unknown contig, or no window to train on.
WindowPlan plan_windows(const TrackConfig& config,
                        const TrackLabels& labels,
                        const seq::ReferenceSource& reference,
                        std::span<const SequenceTable> tables = {});

/// `regions` with names and ends as `reference` has them. @throws Error{kInput} for unknown contigs
/// and regions past the end.
std::vector<seq::Region> placed_regions(const std::vector<seq::Region>& regions,
                                        const seq::ReferenceSource& reference);

/// Windows side by side over placed regions, the last one of each moved back to its end.
/// @throws Error{kInput} for a region that is shorter than a window.
std::vector<Window> windows_over(const std::vector<seq::Region>& regions, std::int64_t window_bp);

}  // namespace varhush::train
