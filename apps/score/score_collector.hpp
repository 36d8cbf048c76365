#pragma once

#include "varhush/io/variant_record.hpp"
#include "varhush/report/model_line.hpp"
#include "varhush/scoring/calibration_table.hpp"
#include "varhush/seq/annotation.hpp"
#include "varhush/seq/reference_source.hpp"

#include <string>
#include <vector>

namespace varhush::apps {

/// Takes the scores of a run instead of an output file: how `calibrate` learns what the scorers of
/// `score` say of a background.
class ScoreCollector {
  public:
    virtual ~ScoreCollector() = default;

    /// Before the records: what scores them, with which settings, and the series of RawScore.
    virtual void begin(const report::ModelProvenance& model,
                       const std::string& settings,
                       const std::vector<scoring::ScoreSeries>& series,
                       const seq::ReferenceSource& reference) = 0;

    /// One record, in order. AlleleAnnotation::raw is filled in.
    virtual void put(const io::VariantRecord& record, const seq::RecordAnnotation& annotation) = 0;
};

}  // namespace varhush::apps
