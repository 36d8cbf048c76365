#pragma once

#include "track_labels.hpp"
#include "window_plan.hpp"

#include <ATen/core/TensorBody.h>

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

namespace varhush::train {

/// Where labels of an output at a resolution go; T is all of its channels.
struct HeadLabels {
    at::Tensor values;   ///< [N, bins, T], experimental space
    at::Tensor weights;  ///< [N, bins, T]: 0 where there is no loss
};

using HeadKey = std::pair<models::OutputType, int>;  ///< and the resolution in bp

struct TrackBatch {
    at::Tensor bases;  ///< [N, 4, S]; N is a zero column
    std::map<HeadKey, HeadLabels> heads;
    at::Tensor splice;          ///< [N, S] int64, the class of each base; undefined without
    at::Tensor splice_weights;  ///< [N, S]
};

/// A window as a step sees it.
struct View {
    const Window* window = nullptr;
    std::int64_t shift = 0;
    bool reversed = false;  ///< reverse complement
};

/// Bases and labels of some views. Bins of more than half N, N bases at 1 bp, bins in the crop and
/// what no file labels have weight 0. Safe from several threads.
class BatchMaker {
  public:
    BatchMaker(const TrackConfig& config,
               const TrackLabels& labels,
               const seq::ReferenceSource& reference);

    [[nodiscard]] TrackBatch make(const std::vector<View>& views) const;
    /// Every output and resolution that has labels.
    [[nodiscard]] const std::vector<HeadKey>& heads() const noexcept { return heads_; }

  private:
    [[nodiscard]] HeadLabels head(HeadKey key,
                                  const std::vector<View>& views,
                                  const std::vector<std::string>& bases) const;
    void splice(const std::vector<View>& views,
                const std::vector<std::string>& bases,
                TrackBatch& batch) const;

    const TrackConfig& config_;
    const TrackLabels& labels_;
    const seq::ReferenceSource& reference_;
    std::vector<HeadKey> heads_;
    std::map<models::OutputType, std::vector<std::int32_t>> swapped_;  ///< channels, other strand
};

/// The views of step `step` (from 1): every epoch goes once through all training windows with a
/// peak and through a share of the others, in an order of its own. Depends on the seed and the step
/// alone.
class ViewOrder {
  public:
    ViewOrder(const std::vector<Window>& windows, const TrackConfig& config);

    [[nodiscard]] std::vector<View> at(std::int64_t step);
    [[nodiscard]] std::int64_t epoch_size() const noexcept { return epoch_size_; }

  private:
    void shuffle(std::int64_t epoch);

    const std::vector<Window>& windows_;
    const TrackConfig& config_;
    std::vector<std::size_t> peaks_, others_, order_;
    std::int64_t epoch_size_ = 0;
    std::int64_t epoch_ = -1;
};

/// A seed for one purpose and number. Source: splitmix64 (Steele et al. 2014, OOPSLA).
[[nodiscard]] std::uint64_t seed_for(std::uint64_t seed,
                                     std::uint64_t purpose,
                                     std::int64_t number);

}  // namespace varhush::train
