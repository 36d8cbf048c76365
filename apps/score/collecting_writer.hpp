#pragma once

#include "apps/score/result_writer.hpp"
#include "apps/score/score_collector.hpp"

#include <vector>

namespace varhush::apps {

/// The series of a scorer that has no tracks: its flat tags, signed.
[[nodiscard]] std::vector<scoring::ScoreSeries> flat_series(
    const std::vector<seq::Modality>& modalities);

/// Hands records to a ScoreCollector.
class CollectingWriter final : public ResultWriter {
  public:
    /// `flat`: modalities whose effects become the raw scores, in the order of flat_series(); empty
    /// where the scorer fills in raw scores itself. `collector` must outlive this.
    CollectingWriter(ScoreCollector& collector, std::vector<seq::Modality> flat);

    void put(io::VariantRecord& record, const seq::RecordAnnotation& annotation) override;
    void close() override {}

  private:
    ScoreCollector& collector_;
    std::vector<seq::Modality> flat_;
};

}  // namespace varhush::apps
