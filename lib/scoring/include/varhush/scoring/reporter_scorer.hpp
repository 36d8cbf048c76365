#pragma once

#include "varhush/models/reporter_network.hpp"
#include "varhush/scoring/variant_input.hpp"
#include "varhush/seq/annotation.hpp"
#include "varhush/seq/reference_source.hpp"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace varhush::scoring {

struct ReporterScorerOptions {
    /// Only windows that lie inside the contig count: for sequences that *are* the insert of an
    /// assay. Otherwise all placements of the change in the window count, and all must exist.
    bool inside = false;
    bool levels = false;  ///< add the activity of REF and ALT to the packed entries
};

/// Scores records with a reporter network: the mean over the network's tasks, over both strands and
/// over the placements of the change in the window, of output(ALT) - output(REF). The rule is ours
/// (no other was published): windows start in both haplotypes at the same bases, from window - 1
/// bases before the first base of the change (for insertions and deletions the base before) to
/// that base. Every spelling of a change gets the same numbers. Results do not depend on how
/// records are cut into batches, nor on the number of threads.
///
/// Statuses given: all of seq::normalise, kContigMissing, kTooLong (more bases removed or inserted
/// than a window has), kEdge (a window that counts would reach past the contig; with `inside`: no
/// window fits), kNRich (less than half of the bases that any window sees are known).
class ReporterScorer {
  public:
    /// `reference` must outlive this.
    ReporterScorer(std::shared_ptr<const models::ReporterNetwork> network,
                   const seq::ReferenceSource& reference,
                   const ReporterScorerOptions& options,
                   int threads);
    ~ReporterScorer();

    [[nodiscard]] std::vector<seq::RecordAnnotation> score(std::span<const VariantInput> batch);

    /// Field names of the packed VH entries: "Allele|Consequence|Placements|MPRA|…", a field for
    /// each task.
    [[nodiscard]] std::string packed_format() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace varhush::scoring
