#pragma once

#include "varhush/train/metrics.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace varhush::train {

/// How often each window is drawn in each round of a bootstrap. Round 0 is the data as they are.
class WindowResampling {
  public:
    WindowResampling(std::size_t windows, int rounds, std::uint64_t seed);

    [[nodiscard]] std::size_t rounds() const noexcept { return rounds_; }  ///< without round 0
    [[nodiscard]] std::span<const std::uint16_t> counts(std::size_t round) const {
        return std::span(counts_).subspan(round * windows_, windows_);
    }

  private:
    std::size_t windows_;
    std::size_t rounds_;
    std::vector<std::uint16_t> counts_;
};

/// The 2.5 and 97.5 percent points of the finite values; NaN when fewer than half are finite, or
/// there is none.
[[nodiscard]] Interval percentile_interval(std::vector<double> values);

/// Scores of bins, sorted once, for figures under any resampling of their windows.
class RankedBins {
  public:
    void add(float score, std::size_t window, bool positive) {
        items_.push_back({score, static_cast<std::uint32_t>(window), positive});
        positives_ += positive ? 1 : 0;
    }
    /// A bin whose score is too low to matter: no positive, below all that are added.
    void hide(std::size_t window);
    /// To be called once, before the figures.
    void sort();

    [[nodiscard]] std::int64_t positives() const noexcept { return positives_; }
    [[nodiscard]] std::int64_t size() const noexcept;
    /// As area_under_roc() and average_precision() of the bins of the drawn windows; NaN where
    /// these have no positive, for the former also where they have nothing else.
    [[nodiscard]] double auroc(std::span<const std::uint16_t> counts) const;
    [[nodiscard]] double average_precision(std::span<const std::uint16_t> counts) const;

  private:
    struct Item {
        float score;
        std::uint32_t window;
        bool positive;
    };
    std::vector<Item> items_;  ///< best first once sorted
    std::vector<std::int64_t> hidden_;
    std::int64_t positives_ = 0;
};

/// Sums over bins for the correlation under any resampling of their windows.
class PairedBins {
  public:
    void add(double x, double y, std::size_t window);
    [[nodiscard]] std::int64_t size() const noexcept { return size_; }
    /// NaN when one of the two does not vary.
    [[nodiscard]] double pearson(std::span<const std::uint16_t> counts) const;

  private:
    struct Sums {
        double n = 0, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
    };
    std::vector<Sums> windows_;
    std::int64_t size_ = 0;
};

}  // namespace varhush::train
