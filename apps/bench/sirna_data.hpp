#pragma once

#include "varhush/core/worker_pool.hpp"
#include "varhush/models/sirna_ensemble.hpp"
#include "varhush/models/sirna_mix.hpp"
#include "varhush/sirna/efficacy_record.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace varhush::apps {

/// Measured guides and what every member of a model says of them in every state.
class SirnaBenchData {
  public:
    SirnaBenchData(std::vector<sirna::EfficacyRecord> records,
                   const models::SirnaEnsemble& ensemble,
                   const std::string& source,
                   core::WorkerPool& pool);

    [[nodiscard]] const std::vector<sirna::EfficacyRecord>& records() const { return records_; }
    [[nodiscard]] const models::SirnaEnsembleConfig& config() const { return config_; }

    /// Seeds of the model's networks, ascending; kernels have none and count for all.
    [[nodiscard]] const std::vector<std::int64_t>& seeds() const { return seeds_; }
    /// Those of them that were also trained on the folds.
    [[nodiscard]] const std::vector<std::int64_t>& fold_seeds() const { return fold_seeds_; }

    /// The state that what is known of a record allows, not above `best`.
    [[nodiscard]] std::size_t state_of(std::size_t record, std::size_t best = 0) const;

    /// What part `part` says of a record: the mean of its members of that fold (-1: trained on
    /// all), of one seed or (0) all of them.
    [[nodiscard]] double said(std::size_t record,
                              std::size_t state,
                              std::size_t part,
                              std::int64_t fold,
                              std::int64_t seed = 0) const;

    /// Records of the benchmark's training set, each said by members that had not seen its gene.
    [[nodiscard]] models::SirnaHeldOut held_out(const std::vector<std::size_t>& rows,
                                                std::size_t state,
                                                std::int64_t seed = 0) const;

  private:
    std::vector<sirna::EfficacyRecord> records_;
    models::SirnaEnsembleConfig config_;
    std::vector<std::int64_t> seeds_;
    std::vector<std::int64_t> fold_seeds_;
    std::vector<std::size_t> known_;             ///< best state of each record
    std::vector<std::vector<float>> predicted_;  ///< state: [records, members]
};

}  // namespace varhush::apps
