#pragma once

#include "varhush/models/splice_network.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace varhush::models {

/// Rows [begin, begin + size) of 32 channels in storage that only grows and is never cleared:
/// clearing would touch every byte once more.
class RowBuffer {
  public:
    void reset(std::int64_t begin, std::int64_t end);

    [[nodiscard]] std::int64_t begin() const noexcept { return begin_; }
    [[nodiscard]] std::int64_t end() const noexcept { return end_; }
    [[nodiscard]] float* row(std::int64_t position);
    [[nodiscard]] const float* row(std::int64_t position) const;

  private:
    std::unique_ptr<float[]> rows_;
    std::int64_t capacity_ = 0;
    std::int64_t begin_ = 0;
    std::int64_t end_ = 0;
};

/// The first convolution is 1x1 on one-hot rows: a table lookup. Fills `out` over its own range.
void stem_rows(const SpliceMember& member,
               std::span<const std::uint8_t> codes,
               std::int64_t first,
               float* out);

/// logits[o] += sum over c of head[o, c] * row[c].
void add_skip_head(const std::vector<float>& head, const float* row, std::span<float> logits);

/// Logits of one position to the channels of a result (see SpliceResult), added to `sum`.
void add_probabilities(const SpliceConfig& config,
                       int member,
                       std::span<const float> logits,
                       float* sum);

}  // namespace varhush::models
