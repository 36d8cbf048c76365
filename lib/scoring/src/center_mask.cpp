// Centre masks: a window of bins about the variant, reduced to a number a track. docs/scorers.md.

#include "scorers.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <cmath>

namespace varhush::scoring {

namespace {

using models::PositionRange;

/// Bins of the mask; empty when the variant lies outside the window.
PositionRange mask_of(const ScorerJob& job, int resolution) {
    const ScoreWindow& window = job.window;
    const std::int64_t bins = window.width() / resolution;
    const std::int64_t offset = job.variant.start - window.start;
    if (job.variant.contig != window.contig || offset < 0 || offset >= window.width()) {
        return {};
    }
    if (!job.spec.width_bp) {
        return {0, bins};
    }
    const std::int64_t size = (*job.spec.width_bp + resolution - 1) / resolution;
    const std::int64_t first = offset / resolution - size / 2;
    return {std::max<std::int64_t>(first, 0), std::min(first + size, bins)};
}

class CenterMaskScorer final : public VariantScorer {
  public:
    explicit CenterMaskScorer(const ScorerJob& job)
        : table_(job.table()),
          aggregation_(job.spec.aggregation),
          width_(table_.channels.size()),
          ref_(width_),
          alt_(width_) {
        const int resolution = models::scored_resolution_bp(job.spec.output);
        const PositionRange mask = mask_of(job, resolution);
        size_ = mask.size();
        const bool can_align =
            IndelAlignment::make(job.window, job.changes, resolution).has_value();
        const bool align = job.context.align == AlignMode::kAll && can_align;
        table_.aligned = job.same_length() || align;
        table_.status = size_ > 0 ? seq::AlleleStatus::kOk : seq::AlleleStatus::kEdge;
        if (size_ > 0 && width_ > 0) {
            needs_.push_back({job.spec.output,
                              resolution,
                              {mask},
                              align && !job.same_length(),
                              table_.channels});
            next_ = mask.begin;
        }
    }

    [[nodiscard]] seq::AlleleStatus status() const noexcept override { return table_.status; }
    [[nodiscard]] std::span<const TrackNeed> needs() const noexcept override { return needs_; }

    void consume(std::size_t, const TrackBlock& ref, const TrackBlock& alt) override {
        const std::size_t size = static_cast<std::size_t>(ref.rows) * width_;
        VARHUSH_CHECK(ref.first_bin == next_ && alt.first_bin == next_ && ref.rows == alt.rows);
        VARHUSH_CHECK(ref.values.size() == size && alt.values.size() == size);
        next_ += ref.rows;
        for (std::size_t row = 0; row < size; row += width_) {
            add(ref.values.data() + row, alt.values.data() + row);
        }
    }

    [[nodiscard]] ScoreTable finish() override {
        VARHUSH_CHECK(needs_.empty() || next_ == needs_.front().bins.front().end);
        table_.rows.emplace_back();
        for (std::size_t i = 0; i < width_; ++i) {
            table_.values.push_back(result(ref_[i], alt_[i]));
        }
        add_levels();
        return std::move(table_);
    }

  private:
    // What was compared: sums, or means where the aggregation takes means.
    void add_levels() {
        if (size_ == 0 || aggregation_ == Aggregation::kL2Diff ||
            aggregation_ == Aggregation::kL2DiffLog1p) {
            return;
        }
        const bool means =
            aggregation_ == Aggregation::kDiffMean || aggregation_ == Aggregation::kActiveMean;
        const double divisor = means ? static_cast<double>(size_) : 1.0;
        for (std::size_t i = 0; i < width_; ++i) {
            table_.ref_levels.push_back(ref_[i] / divisor);
            table_.alt_levels.push_back(alt_[i] / divisor);
        }
    }

    void add(const float* ref, const float* alt) {
        for (std::size_t i = 0; i < width_; ++i) {
            const auto r = static_cast<double>(ref[i]);
            const auto a = static_cast<double>(alt[i]);
            switch (aggregation_) {
                case Aggregation::kDiffSumLog2:
                    ref_[i] += std::log2(r + 1);
                    alt_[i] += std::log2(a + 1);
                    break;
                case Aggregation::kL2Diff:
                    alt_[i] += (a - r) * (a - r);
                    break;
                case Aggregation::kL2DiffLog1p: {
                    const double change = std::log1p(a) - std::log1p(r);
                    alt_[i] += change * change;
                    break;
                }
                default:
                    ref_[i] += r;
                    alt_[i] += a;
            }
        }
    }

    [[nodiscard]] double result(double ref, double alt) const {
        const auto n = static_cast<double>(size_);
        switch (aggregation_) {
            case Aggregation::kDiffMean:
                return alt / n - ref / n;
            case Aggregation::kDiffLog2Sum:
                return std::log2(1 + alt) - std::log2(1 + ref);
            case Aggregation::kL2Diff:
            case Aggregation::kL2DiffLog1p:
                return std::sqrt(alt);
            case Aggregation::kActiveMean:
                return std::max(alt / n, ref / n);
            case Aggregation::kActiveSum:
                return std::max(alt, ref);
            default:
                return alt - ref;
        }
    }

    ScoreTable table_;
    Aggregation aggregation_;
    std::size_t width_;
    std::int64_t size_ = 0;  ///< bins of the mask
    std::int64_t next_ = 0;
    std::vector<TrackNeed> needs_;
    std::vector<double> ref_;  ///< what the aggregation sums, a channel
    std::vector<double> alt_;
};

}  // namespace

std::unique_ptr<VariantScorer> make_center_mask(const ScorerJob& job) {
    return std::make_unique<CenterMaskScorer>(job);
}

}  // namespace varhush::scoring
