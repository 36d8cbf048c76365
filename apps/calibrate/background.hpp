#pragma once

#include "apps/calibrate/matched.hpp"
#include "apps/calibrate/options.hpp"
#include "apps/score/score_collector.hpp"
#include "varhush/scoring/sequence_watch.hpp"

#include <optional>
#include <string>
#include <vector>

namespace varhush::apps {

/// Collects the scores of a background and what the sequence round it is made of. Memory: 4 bytes
/// for each allele, scorer and track, 128 for each allele's surroundings.
class Background final : public ScoreCollector {
  public:
    explicit Background(const CalibrateOptions& options) : options_(options) {}

    void begin(const report::ModelProvenance& model,
               const std::string& settings,
               const std::vector<scoring::ScoreSeries>& series,
               const seq::ReferenceSource& reference) override;
    void put(const io::VariantRecord& record, const seq::RecordAnnotation& annotation) override;

    /// What was scored; empty unless random variants are wanted.
    [[nodiscard]] const std::vector<BackgroundAllele>& alleles() const noexcept { return alleles_; }

    /// The table of what was collected; only once.
    /// @throws Error{kInput} when nothing was scored or too few windows are known for a profile.
    [[nodiscard]] scoring::CalibrationTable finish();

  private:
    [[nodiscard]] std::optional<scoring::SequenceProfile> profile() const;

    const CalibrateOptions& options_;
    scoring::CalibrationInfo info_;
    std::optional<scoring::CalibrationBuilder> builder_;
    std::optional<scoring::SequenceWatch> watch_;
    std::vector<scoring::ProfileFeatures> windows_;
    std::vector<BackgroundAllele> alleles_;
};

}  // namespace varhush::apps
