#include "varhush/scoring/indel_alignment.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <limits>

namespace varhush::scoring {

namespace {

using models::PositionRange;

constexpr std::int64_t kEndOfAxis = std::numeric_limits<std::int64_t>::max();

std::int64_t floor_divided(std::int64_t value, std::int64_t by) {
    return value >= 0 ? value / by : -((by - 1 - value) / by);
}

void append(std::vector<PositionRange>& ranges, PositionRange range) {
    if (range.size() <= 0) {
        return;
    }
    if (!ranges.empty() && ranges.back().end == range.begin) {
        ranges.back().end = range.end;
    } else {
        ranges.push_back(range);
    }
}

}  // namespace

std::optional<IndelAlignment> IndelAlignment::make(const ScoreWindow& window,
                                                   const ScoredVariant& variant,
                                                   int resolution_bp) {
    return make(window, {&variant, 1}, resolution_bp);
}

std::optional<IndelAlignment> IndelAlignment::make(const ScoreWindow& window,
                                                   std::span<const ScoredVariant> variants,
                                                   int resolution_bp) {
    IndelAlignment alignment(window.width() / resolution_bp);
    for (const ScoredVariant& variant : variants) {
        if (!alignment.add(window, variant, resolution_bp)) {
            return std::nullopt;
        }
    }
    return alignment;
}

bool IndelAlignment::add(const ScoreWindow& window,
                         const ScoredVariant& variant,
                         int resolution_bp) {
    std::int64_t inserted = variant.inserted_bp();
    const auto shared = static_cast<std::int64_t>(std::min(variant.ref.size(), variant.alt.size()));
    std::int64_t last_shared = variant.start + shared - 1 - window.start;
    const bool inside = variant.contig == window.contig && variant.start < window.end &&
                        std::max(variant.end(), variant.start + 1) > window.start;
    if (!inside || inserted == 0) {
        return true;
    }
    if (last_shared < -1) {  // of a deletion across the left end only what lies inside counts
        inserted -= last_shared + 1;
        last_shared = -1;
        if (inserted >= 0) {
            return true;
        }
    }
    if (inserted < 0 && last_shared - inserted >= window.width()) {
        return false;
    }
    if (inserted % resolution_bp != 0) {
        return false;
    }
    steps_.push_back({floor_divided(last_shared, resolution_bp), inserted / resolution_bp});
    return true;
}

std::vector<IndelAlignment::Piece> IndelAlignment::pieces(PositionRange ref) const {
    std::int64_t longer = 0;
    for (const Step& step : steps_) {
        longer += step.shift;
    }
    // Where ALT has run out there are zeros.
    const std::int64_t limit =
        steps_.empty() ? kEndOfAxis
                       : std::max<std::int64_t>(bins_ - std::max<std::int64_t>(longer, 0), 0);
    std::vector<Piece> result;
    std::int64_t at = ref.begin;
    const auto take = [&](std::int64_t end, const auto& alt_of, bool maximum) {
        end = std::min({end, ref.end, limit});
        if (end > at) {
            result.push_back({at, end - at, alt_of(at, end), maximum});
            at = end;
        }
    };
    std::int64_t shift = 0;
    const auto moved = [&](std::int64_t begin, std::int64_t end) {
        return PositionRange{begin + shift, end + shift};
    };
    const auto nothing = [](std::int64_t, std::int64_t) { return PositionRange{}; };
    for (const Step& step : steps_) {
        if (step.shift > 0) {
            take(step.anchor, moved, false);
            take(
                step.anchor + 1,
                [&](std::int64_t begin, std::int64_t end) {
                    return PositionRange{begin + shift, end + shift + step.shift};
                },
                true);
        } else {
            take(step.anchor + 1, moved, false);
            take(step.anchor + 1 - step.shift, nothing, false);
        }
        shift += step.shift;
    }
    take(kEndOfAxis, moved, false);
    if (at < ref.end) {
        result.push_back({at, ref.end - at, {}, false});
    }
    return result;
}

std::vector<PositionRange> IndelAlignment::alt_bins(std::span<const PositionRange> ref) const {
    std::vector<PositionRange> result;
    for (const PositionRange& range : ref) {
        for (const Piece& piece : pieces(range)) {
            append(result, piece.alt);
        }
    }
    return result;
}

std::vector<float> IndelAlignment::align(std::span<const PositionRange> ref,
                                         std::span<const float> alt,
                                         int channels) const {
    const auto width = static_cast<std::size_t>(channels);
    std::vector<float> result;
    std::size_t read = 0;
    for (const PositionRange& range : ref) {
        for (const Piece& piece : pieces(range)) {
            const std::size_t used = static_cast<std::size_t>(piece.alt.size()) * width;
            VARHUSH_CHECK(read + used <= alt.size());
            const std::span<const float> rows = alt.subspan(read, used);
            read += used;
            if (!piece.maximum) {
                result.insert(result.end(), rows.begin(), rows.end());
                const auto size = static_cast<std::size_t>(piece.rows) * width;
                result.resize(result.size() + size - used, 0.0F);
                continue;
            }
            const std::size_t first = result.size();
            result.insert(result.end(), rows.begin(), rows.begin() + channels);
            for (std::size_t i = width; i < rows.size(); ++i) {
                float& largest = result[first + i % width];
                largest = std::max(largest, rows[i]);
            }
        }
    }
    VARHUSH_CHECK(read == alt.size());
    return result;
}

}  // namespace varhush::scoring
