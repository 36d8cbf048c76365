#pragma once

#include "varhush/models/position_range.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace varhush::scoring {

/// Rows of values by bin: what of some ranges is known, and what has to be computed.
class RowCache {
  public:
    explicit RowCache(std::int64_t columns = 0) : columns_(columns) {}

    [[nodiscard]] std::int64_t columns() const noexcept { return columns_; }
    [[nodiscard]] std::int64_t bytes() const noexcept { return rows_ * columns_ * 4; }

    /// Parts of `ranges` (ascending, disjoint) that are not known.
    [[nodiscard]] std::vector<models::PositionRange> missing(
        std::span<const models::PositionRange> ranges) const;

    /// Adds the rows of `ranges`, one behind the other; none of them may be known.
    void add(std::span<const models::PositionRange> ranges, std::span<const float> values);

    /// Rows of `ranges`, which must be known, one behind the other.
    [[nodiscard]] std::vector<float> rows(std::span<const models::PositionRange> ranges) const;

  private:
    std::int64_t columns_;
    std::int64_t rows_ = 0;
    std::map<std::int64_t, std::vector<float>> blocks_;  // by first bin, disjoint
};

}  // namespace varhush::scoring
