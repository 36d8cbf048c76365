#pragma once

#include "base_network.hpp"
#include "track_judge.hpp"
#include "track_material.hpp"

#include <memory>
#include <optional>
#include <string>

namespace varhush::train {

/// The old tracks of a base model while its trunk changes: their loss, and what they lose. With
/// `AdapterPlan::old` they keep to their labels on their own windows; without, to what the base
/// says on the new ones. Source of the latter: Li & Hoiem 2018 (TPAMI), learning without
/// forgetting.
class Rehearsal {
  public:
    /// All must outlive this. @throws Error{kInput} for what is wrong with the old data (a leak
    /// above all), or when there is nothing held out to report on; Error{kModel} when the old
    /// tracks are not those of the base.
    Rehearsal(const models::AlphaGenomeFile& base,
              const TrackConfig& config,
              const Material& material,
              const TrackRun& run);

    /// Mean squared difference of log(1 + value) from the base on `bases`, or the old data's loss
    /// of step `step`; not weighted.
    [[nodiscard]] at::Tensor loss(const at::Tensor& bases,
                                  std::int64_t step,
                                  const std::shared_ptr<const LowRank>& change);

    /// Writes figures of the old tracks with the trunk as it was and with `change`, and says their
    /// means in the log.
    void report(const std::shared_ptr<const LowRank>& change, const std::string& path);

    /// What must not change when a run is resumed.
    [[nodiscard]] std::string digest() const;

  private:
    /// The labels' own data.
    struct Old {
        TrackConfig config;
        Material material;
        BatchMaker maker;
        ViewOrder order;

        explicit Old(const TrackConfig& given);
    };
    [[nodiscard]] at::Tensor distance(const HeadOutputs& before, const HeadOutputs& after) const;
    [[nodiscard]] std::vector<TrackFigure> agreement(const std::shared_ptr<const LowRank>& change);

    const TrackConfig& config_;
    const Material& material_;
    std::unique_ptr<Old> old_;
    std::unique_ptr<BatchMaker> new_maker_;
    std::unique_ptr<BaseNetwork> base_;
};

}  // namespace varhush::train
