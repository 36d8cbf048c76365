#include "varhush/scoring/indel_alignment.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>
#include <array>
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
    IndelAlignment alignment(window.width() / resolution_bp);
    std::int64_t inserted = variant.inserted_bp();
    const auto shared = static_cast<std::int64_t>(std::min(variant.ref.size(), variant.alt.size()));
    std::int64_t last_shared = variant.start + shared - 1 - window.start;
    const bool inside = variant.contig == window.contig && variant.start < window.end &&
                        std::max(variant.end(), variant.start + 1) > window.start;
    if (!inside || inserted == 0) {
        return alignment;
    }
    if (last_shared < -1) {  // of a deletion across the left end only what lies inside counts
        inserted -= last_shared + 1;
        last_shared = -1;
        if (inserted >= 0) {
            return alignment;
        }
    }
    if (inserted < 0 && last_shared - inserted >= window.width()) {
        return std::nullopt;
    }
    if (inserted % resolution_bp != 0) {
        return std::nullopt;
    }
    alignment.anchor_ = floor_divided(last_shared, resolution_bp);
    alignment.shift_ = inserted / resolution_bp;
    return alignment;
}

std::vector<IndelAlignment::Piece> IndelAlignment::pieces(PositionRange ref) const {
    const std::int64_t inserted = std::max<std::int64_t>(shift_, 0);
    const std::int64_t deleted = std::max<std::int64_t>(-shift_, 0);
    const std::int64_t kept = shift_ == 0 ? kEndOfAxis : anchor_ + (inserted > 0 ? 0 : 1);
    const std::int64_t limit = std::max<std::int64_t>(bins_ - inserted, 0);
    // Where each kind of piece ends: as it is, the anchor of an insertion or the deleted bins, what
    // moved, zeros where ALT has run out.
    const std::int64_t special = shift_ == 0 ? kEndOfAxis : anchor_ + 1 + deleted;
    const std::array<std::int64_t, 4> ends{
        std::min(kept, limit), std::min(special, limit), limit, kEndOfAxis};
    std::vector<Piece> result;
    std::int64_t at = ref.begin;
    for (std::size_t kind = 0; kind < ends.size() && at < ref.end; ++kind) {
        const std::int64_t end = std::min(ends[kind], ref.end);
        if (end <= at) {
            continue;
        }
        Piece piece{at, end - at, {}, false};
        if (kind == 0) {
            piece.alt = {at, end};
        } else if (kind == 1 && inserted > 0) {
            piece.alt = {anchor_, anchor_ + inserted + 1};
            piece.maximum = true;
        } else if (kind == 2) {
            piece.alt = {at + shift_, end + shift_};
        }
        result.push_back(piece);
        at = end;
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
