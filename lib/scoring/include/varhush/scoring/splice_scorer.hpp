#pragma once

#include "varhush/models/splice_evaluator.hpp"
#include "varhush/scoring/variant_input.hpp"
#include "varhush/seq/annotation.hpp"
#include "varhush/seq/reference_source.hpp"
#include "varhush/seq/transcript.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace varhush::scoring {

struct SpliceScorerOptions {
    int distance_bp = 50;  ///< D: effects are looked for from D bases before the change to D behind
    bool mask = false;     ///< drop gains at annotated and losses at unannotated exon ends
    bool levels = false;   ///< add REF and ALT probabilities to the packed entries
    bool compat = false;   ///< also fill RecordAnnotation::compat (needs gene models)
    int compat_digits = 2;
};

/// Scores batches of records with a splice network. Records of a batch that lie near each other
/// share the reference pass, so hand over consecutive records in large batches (hundreds). Results
/// do not depend on how records are cut into batches, nor on the number of threads.
///
/// The score belongs to the haplotype: each allele is brought to its only spelling (seq::normalise)
/// and the window goes from D bases before the first base of that spelling (for insertions and
/// deletions the base before) to D bases behind its last, so every spelling of a change gets the
/// same numbers. Positions are reported relative to the record's own POS. Statuses given: all of
/// seq::normalise, kContigMissing, kNoGene, kTooLong (more than 10,000 bases removed or inserted),
/// kNRich (less than half of the bases the model could see are known, for every gene). Memory:
/// results of at most 32 MB at a time, whatever a batch holds, besides the evaluator's own. Source
/// of the rules: Jaganathan et al. 2019 (Cell 176:535) and its released script, extended to every
/// allele shape (docs/score.md).
class SpliceScorer {
  public:
    /// `genes` may be null: then both strands are scored without gene limits and the larger effect
    /// is kept.
    /// @throws Error{kUsage} when compat is asked for without gene models.
    SpliceScorer(std::shared_ptr<const models::SpliceNetwork> network,
                 std::unique_ptr<models::SpliceEvaluator> evaluator,
                 const seq::ReferenceSource& reference,
                 const seq::GeneModels* genes,
                 const SpliceScorerOptions& options);
    /// The same with the native CPU evaluator.
    SpliceScorer(const std::shared_ptr<const models::SpliceNetwork>& network,
                 const seq::ReferenceSource& reference,
                 const seq::GeneModels* genes,
                 const SpliceScorerOptions& options,
                 int threads);
    ~SpliceScorer();

    [[nodiscard]] std::vector<seq::RecordAnnotation> score(std::span<const VariantInput> batch);

    /// Field names of the packed VH entries, "Allele|Consequence|Gene|…".
    [[nodiscard]] std::string packed_format() const;
    /// Description of the compatibility tag, ending in "Format: …" as the reference tool writes it.
    [[nodiscard]] std::string compat_description() const;

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace varhush::scoring
