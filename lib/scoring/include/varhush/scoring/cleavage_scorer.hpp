#pragma once

#include "varhush/models/aparent_network.hpp"
#include "varhush/scoring/variant_input.hpp"
#include "varhush/seq/annotation.hpp"
#include "varhush/seq/reference_source.hpp"
#include "varhush/seq/transcript.hpp"

#include <memory>
#include <span>
#include <string>
#include <vector>

namespace varhush::scoring {

struct CleavageScorerOptions {
    bool levels = false;  ///< add P(cleavage anywhere) of REF and ALT to the packed entries
};

/// Scores records with a cleavage network: the change of the log odds that the transcript is cut 1
/// to 50 bases behind a polyadenylation hexamer. Every hexamer (of twelve) of REF or ALT on the
/// gene's strand whose window holds the change is framed as in training, in both haplotypes on the
/// same hexamer where it survives and else where it was or will be; the largest change in size
/// counts. Without gene models both strands are scored. No hexamer in reach: 0, and the entry says
/// so. Every spelling of a change gets the same numbers; results do not depend on batches or
/// threads. Source: Linder et al. 2022 (Genome Biology 23:232), whose annotated sites give way to
/// hexamers.
///
/// Statuses given: all of seq::normalise, kContigMissing, kTooLong (more bases removed or inserted
/// than a window has), kNoGene (gene models were given and none reaches the change; they reach past
/// their end as far as a window reads), kNRich (less than half of the bases round the change are
/// known). Bases beyond the contig are unknown.
class CleavageScorer {
  public:
    /// `reference` and `genes` (may be null) must outlive this.
    /// @throws Error{kModel} when the network's window ends before the 50 bases do.
    CleavageScorer(std::shared_ptr<const models::AparentNetwork> network,
                   const seq::ReferenceSource& reference,
                   const seq::GeneModels* genes,
                   const CleavageScorerOptions& options,
                   int threads);
    ~CleavageScorer();

    [[nodiscard]] std::vector<seq::RecordAnnotation> score(std::span<const VariantInput> batch);

    /// Field names of the packed VH entries: "Allele|Consequence|Gene|…".
    [[nodiscard]] std::string packed_format() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace varhush::scoring
