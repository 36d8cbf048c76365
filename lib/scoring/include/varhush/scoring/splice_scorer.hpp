#pragma once

#include "varhush/seq/annotation.hpp"
#include "varhush/seq/reference_source.hpp"
#include "varhush/seq/transcript.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace varhush::models {
class SpliceNetwork;
}

namespace varhush::scoring {

struct SpliceScorerOptions {
    int distance_bp = 50;  ///< D: effects are looked for at POS - D .. POS + D
    bool mask = false;     ///< drop gains at annotated and losses at unannotated exon ends
    bool levels = false;   ///< add REF and ALT probabilities to the packed entries
    bool compat = false;   ///< also fill RecordAnnotation::compat
    int compat_digits = 2;
};

/// One record as the scorer sees it. Views need only live during the call.
struct VariantInput {
    std::string contig;
    std::int64_t position = 0;  ///< 0-based POS
    std::string ref;
    std::vector<std::string> alts;
};

/// Scores batches of records with a splice network. Records of a batch that lie near each other
/// share the reference pass, so hand over consecutive records in large batches (hundreds). Results
/// do not depend on how records are cut into batches, nor on the number of threads.
class SpliceScorer {
  public:
    /// `genes` may be null: then both strands are scored without gene limits and the larger effect
    /// is kept.
    SpliceScorer(std::shared_ptr<const models::SpliceNetwork> network,
                 const seq::ReferenceSource& reference,
                 const seq::GeneModels* genes,
                 const SpliceScorerOptions& options,
                 int threads);
    ~SpliceScorer();

    [[nodiscard]] std::vector<seq::RecordAnnotation> score(std::span<const VariantInput> batch);

    /// Field names of the packed VH entries, "Allele|Consequence|Gene|…".
    [[nodiscard]] std::string packed_format() const;
    /// Description of the compatibility tag, ending in "Format: ALLELE|SYMBOL|DS_AG|…".
    [[nodiscard]] static std::string compat_description();

  private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace varhush::scoring
