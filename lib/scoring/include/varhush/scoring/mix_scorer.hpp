#pragma once

#include "varhush/models/reporter_mix.hpp"
#include "varhush/scoring/variant_input.hpp"
#include "varhush/seq/annotation.hpp"
#include "varhush/seq/reference_source.hpp"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace varhush::scoring {

/// Scores records with a reporter mix. Every spelling of a change gets the same numbers, on either
/// strand. Results do not depend on how records are cut into batches, nor on the number of threads.
///
/// Statuses given: all of seq::normalise, kContigMissing, kTooLong (more than kMostMixBases bases
/// removed, inserted or of a repeat that the change could be moved in), kNRich (less than half of
/// the bases around the change are known; those past the contig's ends are not).
class MixScorer {
  public:
    /// `reference` must outlive this.
    MixScorer(std::shared_ptr<const models::ReporterMix> mix,
              const seq::ReferenceSource& reference,
              int threads);
    ~MixScorer();

    [[nodiscard]] std::vector<seq::RecordAnnotation> score(std::span<const VariantInput> batch);

    /// Field names of the packed VH entries.
    [[nodiscard]] static std::string packed_format();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace varhush::scoring
