#include "row_cache.hpp"

#include "varhush/core/error.hpp"

#include <algorithm>

namespace varhush::scoring {

std::vector<models::PositionRange> RowCache::missing(
    std::span<const models::PositionRange> ranges) const {
    std::vector<models::PositionRange> result;
    for (const auto& range : ranges) {
        std::int64_t next = range.begin;
        auto block = blocks_.upper_bound(next);
        if (block != blocks_.begin()) {
            --block;
        }
        for (; block != blocks_.end() && block->first < range.end; ++block) {
            const std::int64_t end =
                block->first + static_cast<std::int64_t>(block->second.size()) / columns_;
            if (end <= next) {
                continue;
            }
            if (block->first > next) {
                result.push_back({next, block->first});
            }
            next = end;
        }
        if (next < range.end) {
            result.push_back({next, range.end});
        }
    }
    return result;
}

void RowCache::add(std::span<const models::PositionRange> ranges, std::span<const float> values) {
    std::size_t at = 0;
    for (const auto& range : ranges) {
        const auto count = static_cast<std::size_t>(range.size() * columns_);
        const auto part = values.subspan(at, count);
        blocks_.emplace(range.begin, std::vector<float>(part.begin(), part.end()));
        rows_ += range.size();
        at += count;
    }
    VARHUSH_CHECK(at == values.size());
}

std::vector<float> RowCache::rows(std::span<const models::PositionRange> ranges) const {
    std::vector<float> result;
    for (const auto& range : ranges) {
        std::int64_t next = range.begin;
        while (next < range.end) {
            const auto after = blocks_.upper_bound(next);
            VARHUSH_CHECK(after != blocks_.begin());
            const auto& [first, values] = *std::prev(after);
            const std::int64_t end =
                std::min(range.end, first + static_cast<std::int64_t>(values.size()) / columns_);
            VARHUSH_CHECK(end > next);
            result.insert(result.end(),
                          values.begin() + (next - first) * columns_,
                          values.begin() + (end - first) * columns_);
            next = end;
        }
    }
    return result;
}

}  // namespace varhush::scoring
