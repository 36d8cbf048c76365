#pragma once

#include "apps/score/record_scorer.hpp"
#include "varhush/core/worker_pool.hpp"

#include <memory>
#include <vector>

namespace varhush::apps {

/// Equal scorers, each with a share of the records of a batch: for models so small that the threads
/// of one evaluation would mostly wait for each other. Scores must not depend on which records are
/// scored together.
class ParallelRecordScorer final : public RecordScorer {
  public:
    /// At least one scorer; a thread each.
    explicit ParallelRecordScorer(std::vector<std::shared_ptr<RecordScorer>> scorers);

    void score(std::span<const io::VariantRecord> records,
               std::span<seq::RecordAnnotation> annotations) override;

  private:
    std::vector<std::shared_ptr<RecordScorer>> scorers_;
    core::WorkerPool pool_;
};

}  // namespace varhush::apps
