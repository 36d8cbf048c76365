#pragma once

#include "varhush/seq/reference_source.hpp"
#include "varhush/seq/region.hpp"
#include "varhush/seq/transcript.hpp"
#include "varhush/train/metrics.hpp"
#include "varhush/train/splice_annotation.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace varhush::models {
class SpliceNetwork;
}  // namespace varhush::models

namespace varhush::train {

/// A number with its 95 % bootstrap interval.
struct Measured {
    double value = 0;
    Interval interval;
};

/// How well a network finds the annotated sites of a region.
struct SiteAccuracy {
    Measured acceptor_auprc, donor_auprc, acceptor_top_k, donor_top_k;
    std::int64_t acceptors = 0, donors = 0, positions = 0, genes = 0;
};

/// Predicts every position of the gene bodies inside `region`, on the gene's strand, with N outside
/// the gene (unions of overlapping genes of one strand count as one), as `varhush score` does.
/// Resampled by gene union, `rounds` times. @throws Error{kInput} when the region holds no site.
SiteAccuracy evaluate_sites(const std::shared_ptr<const models::SpliceNetwork>& network,
                            const seq::ReferenceSource& reference,
                            const SpliceAnnotation& annotation,
                            const seq::Region& region,
                            int threads,
                            int rounds = 200);

/// A single-nucleotide substitution.
struct Substitution {
    std::string contig;
    std::int64_t position = 0;
    std::string ref, alt;
};

/// The four delta scores (acceptor gain, loss, donor gain, loss; 50 bases to either side) of each
/// substitution and gene, in order; pairs that cannot be scored have an empty entry.
struct DeltaScores {
    std::vector<std::string> keys;  ///< "chr:pos:ref>alt:gene"
    std::vector<std::vector<double>> deltas;
};
DeltaScores delta_scores(const std::shared_ptr<const models::SpliceNetwork>& network,
                         const seq::ReferenceSource& reference,
                         const seq::GeneModels& genes,
                         const std::vector<Substitution>& substitutions,
                         int threads);

/// Agreement of two sets of deltas over the keys both have: all four scores as they are, and the
/// largest of the four. Resampled by substitution and gene.
struct DeltaAgreement {
    Measured all_pearson, all_spearman, largest_pearson, largest_spearman;
    std::int64_t pairs = 0;
};
/// @throws Error{kInput} for fewer than three common keys.
DeltaAgreement compare_deltas(const DeltaScores& expected,
                              const DeltaScores& found,
                              int rounds = 1000);

/// The records of a VCF or BCF that replace one base by one of A, C, G, T; others are passed over.
/// @throws Error{kInput} as io::VariantReader.
std::vector<Substitution> read_substitutions(const std::string& path);

/// Deltas that another program wrote: entries "ALLELE|GENE|AG|AL|DG|DL|…" in the INFO tag `tag` of
/// the substitutions of a VCF (text, plain or packed). Entries with dots are empty.
/// @throws Error{kInput} with file and line for entries of another form, and when no record has
/// the tag.
DeltaScores read_recorded_deltas(const std::string& path, const std::string& tag);

}  // namespace varhush::train
