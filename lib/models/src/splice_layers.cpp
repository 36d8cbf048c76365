#include "splice_layers.hpp"

#include "varhush/core/error.hpp"
#include "varhush/models/splice_evaluator.hpp"
#include "varhush/nn/conv32.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace varhush::models {

namespace {

constexpr int kTissues = 4;
constexpr std::size_t kC = nn::kRowChannels;

}  // namespace

void RowBuffer::reset(std::int64_t begin, std::int64_t end) {
    VARHUSH_CHECK(begin <= end);
    if (end - begin > capacity_) {
        capacity_ = end - begin;
        rows_ = std::make_unique_for_overwrite<float[]>(static_cast<std::size_t>(capacity_) * kC);
    }
    begin_ = begin;
    end_ = end;
}

float* RowBuffer::row(std::int64_t position) {
    return rows_.get() + (position - begin_) * nn::kRowChannels;
}

const float* RowBuffer::row(std::int64_t position) const {
    return rows_.get() + (position - begin_) * nn::kRowChannels;
}

void stem_rows(const SpliceMember& member,
               std::span<const std::uint8_t> codes,
               std::int64_t first,
               float* out) {
    for (std::size_t at = 0; at < codes.size(); ++at) {
        std::memcpy(out + (first + static_cast<std::int64_t>(at)) * nn::kRowChannels,
                    member.stem.data() + codes[at] * kC,
                    kC * sizeof(float));
    }
}

void add_skip_head(const std::vector<float>& head, const float* row, std::span<float> logits) {
    for (std::size_t o = 0; o < logits.size(); ++o) {
        float sum = 0;
        for (std::size_t c = 0; c < kC; ++c) {
            sum += head[o * kC + c] * row[c];
        }
        logits[o] += sum;
    }
}

int result_channels(const SpliceConfig& config) noexcept {
    return config.head == SpliceHead::kSoftmax3 ? 3 : kTissues;
}

void add_probabilities(const SpliceConfig& config,
                       int member,
                       std::span<const float> logits,
                       float* sum) {
    if (config.head == SpliceHead::kPangolin12) {
        // Member t was trained for tissue t; its P(splice) is the second of that tissue's softmax
        // pair.
        const auto tissue = static_cast<std::size_t>(member % kTissues);
        sum[tissue] += 1.0F / (1.0F + std::exp(logits[tissue * 3] - logits[tissue * 3 + 1]));
        return;
    }
    const float top = *std::max_element(logits.begin(), logits.end());
    float total = 0;
    float terms[3];
    for (std::size_t c = 0; c < 3; ++c) {
        terms[c] = std::exp(logits[c] - top);
        total += terms[c];
    }
    for (std::size_t c = 0; c < 3; ++c) {
        sum[c] += terms[c] / total;
    }
}

}  // namespace varhush::models
