#pragma once

#include "apps/score/score_collector.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace varhush::apps {

/// Ranks the scores of other variants in a finished table.
class Comparison final : public ScoreCollector {
  public:
    /// `table` must outlive this.
    explicit Comparison(const scoring::CalibrationTable& table) : table_(table) {}

    void begin(const report::ModelProvenance& model,
               const std::string& settings,
               const std::vector<scoring::ScoreSeries>& series,
               const seq::ReferenceSource& reference) override;
    void put(const io::VariantRecord& record, const seq::RecordAnnotation& annotation) override;

    /// One line for each class that has scores: how many, their mean rank, and the shares above
    /// 0.9 and 0.99, which are 0.5, 10 % and 1 % for the background itself.
    [[nodiscard]] std::vector<std::string> lines() const;

  private:
    struct Ranks {
        std::int64_t count = 0;
        double sum = 0;
        std::int64_t above_90 = 0;
        std::int64_t above_99 = 0;
    };

    const scoring::CalibrationTable& table_;
    std::array<Ranks, scoring::kAlleleClassCount> ranks_;
};

}  // namespace varhush::apps
