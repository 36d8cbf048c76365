#include "window_plan.hpp"

#include "varhush/core/error.hpp"
#include "varhush/seq/contig_alias.hpp"

#include <algorithm>

namespace varhush::train {
namespace {

bool overlap(const seq::Region& a, const seq::Region& b) {
    return a.contig == b.contig && a.start < b.end && b.start < a.end;
}

void refuse_overlap(const std::vector<seq::Region>& a,
                    const std::vector<seq::Region>& b,
                    const char* what,
                    const char* hint) {
    for (const seq::Region& one : a) {
        for (const seq::Region& other : b) {
            if (overlap(one, other)) {
                throw Error(ErrorKind::kInput,
                            "leak: the " + std::string(what) + " regions " + to_text(one) +
                                " and " + to_text(other) + " overlap",
                            hint);
            }
        }
    }
}

bool reaches_into(const Window& window, const TrackConfig& config, const seq::Region& region) {
    return window.contig == region.contig && window.start - config.shift_bp < region.end &&
           region.start < window.start + config.window_bp + config.shift_bp;
}

bool holds_peak(const Window& window, const TrackConfig& config, const TrackLabels& labels) {
    bool found = false;
    for (const LabelTrack& track : labels.tracks) {
        if (track.peaks() && !found) {
            track.labels.each(window.contig,
                              window.start,
                              window.start + config.window_bp,
                              [&](const LabelSpan&) { found = true; });
        }
    }
    return found;
}

bool too_unknown(const Window& window,
                 const TrackConfig& config,
                 const seq::ReferenceSource& reference) {
    const std::string bases =
        reference.fetch(window.contig, window.start, window.start + config.window_bp);
    const auto unknown = std::count(bases.begin(), bases.end(), 'N');
    return static_cast<double>(unknown) >
           config.most_unknown_share * static_cast<double>(config.window_bp);
}

}  // namespace

std::vector<seq::Region> placed_regions(const std::vector<seq::Region>& regions,
                                        const seq::ReferenceSource& reference) {
    const seq::ContigAliases aliases = seq::aliases_of(reference);
    std::vector<seq::Region> placed;
    for (seq::Region region : regions) {
        const auto name = aliases.find(region.contig);
        if (!name) {
            throw Error(ErrorKind::kInput,
                        "region " + to_text(region) + ": the FASTA has no contig of this name");
        }
        region.contig = *name;
        const std::int64_t length = reference.length_bp(*name).value_or(0);
        if (region.end == seq::Region::kToContigEnd) {
            region.end = length;
        }
        if (region.end > length || region.start >= region.end) {
            throw Error(ErrorKind::kInput,
                        "region " + to_text(region) + " does not lie within " + *name + " of " +
                            std::to_string(length) + " bases");
        }
        placed.push_back(std::move(region));
    }
    return placed;
}

std::vector<Window> windows_over(const std::vector<seq::Region>& regions, std::int64_t window_bp) {
    std::vector<Window> windows;
    for (const seq::Region& region : regions) {
        for (std::int64_t at = region.start; at < region.end; at += window_bp) {
            const std::int64_t start = std::min(at, region.end - window_bp);
            if (start < region.start) {
                throw Error(ErrorKind::kInput,
                            "region " + to_text(region) + " is shorter than a window of " +
                                std::to_string(window_bp));
            }
            windows.push_back({region.contig, start, false});
        }
    }
    return windows;
}

WindowPlan plan_windows(const TrackConfig& config,
                        const TrackLabels& labels,
                        const seq::ReferenceSource& reference,
                        std::span<const SequenceTable> tables) {
    const auto train = placed_regions(config.train, reference);
    const auto validation = placed_regions(config.validation, reference);
    const auto test = placed_regions(config.test, reference);
    auto held_out = validation;
    held_out.insert(held_out.end(), test.begin(), test.end());
    refuse_overlap(validation, test, "validation and test", "");
    const bool drop = config.overlap == OverlapRule::kDrop;
    constexpr const char* kHint = "\"on_overlap\": \"drop\" leaves such windows out";
    if (!drop) {
        refuse_overlap(train, held_out, "training and held-out", kHint);
    }
    WindowPlan plan;
    for (Window& window : windows_over(train, config.window_bp)) {
        const auto reached =
            std::find_if(held_out.begin(), held_out.end(), [&](const auto& region) {
                return reaches_into(window, config, region);
            });
        if (reached != held_out.end() && !drop) {
            throw Error(ErrorKind::kInput,
                        "leak: the training window at " + window.contig + ":" +
                            std::to_string(window.start + 1) + " moved by " +
                            std::to_string(config.shift_bp) + " reaches into the held-out region " +
                            to_text(*reached),
                        kHint);
        }
        if (reached != held_out.end()) {
            ++plan.overlapping;
        } else if (too_unknown(window, config, reference)) {
            ++plan.unknown;
        } else {
            window.has_peak = holds_peak(window, config, labels);
            plan.train.push_back(std::move(window));
        }
    }
    plan.validation = windows_over(validation, config.window_bp);
    plan.test = windows_over(test, config.window_bp);
    // Each split of a table has a contig of its own, and its windows are mostly N on purpose.
    const auto add = [&](Split split, std::vector<Window>& windows) {
        for (Window& window : windows_over(table_regions(tables, split), config.window_bp)) {
            window.has_peak = true;  // a background share is of genome without peaks
            windows.push_back(std::move(window));
        }
    };
    add(Split::kTrain, plan.train);
    add(Split::kValidation, plan.validation);
    add(Split::kTest, plan.test);
    if (plan.train.empty()) {
        throw Error(ErrorKind::kInput, "no window is left to train on");
    }
    return plan;
}

}  // namespace varhush::train
