#pragma once

#include "varhush/core/worker_pool.hpp"
#include "varhush/models/sirna_ensemble.hpp"
#include "varhush/sirna/efficacy_model.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace varhush::apps {

/// Which of sirna::features() a model's columns are.
class EfficacyColumns {
  public:
    /// @throws Error{kModel} naming `source` when this build has not all of them, or computes them
    /// in another way.
    EfficacyColumns(const models::SirnaEnsembleConfig& config, const std::string& source);

    /// The model's columns of every query, [queries, columns]; without a pool in this thread.
    [[nodiscard]] std::vector<float> rows(std::span<const sirna::GuideQuery> queries,
                                          core::WorkerPool* pool) const;

  private:
    std::vector<std::size_t> columns_;
};

/// All of sirna::features() for every query, [queries, features].
[[nodiscard]] std::vector<float> efficacy_features(std::span<const sirna::GuideQuery> queries,
                                                   core::WorkerPool& pool);

}  // namespace varhush::apps
