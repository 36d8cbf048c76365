#pragma once

#include "varhush/scoring/sequence_profile.hpp"
#include "varhush/scoring/variant_input.hpp"
#include "varhush/seq/contig_alias.hpp"
#include "varhush/seq/reference_source.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace varhush::scoring {

/// The composition of what lies round an allele; both of its haplotypes where much is inserted.
struct SeenSequence {
    std::optional<ProfileFeatures> ref;  ///< empty: mostly unknown
    std::optional<ProfileFeatures> alt;  ///< only of long insertions
    double unknown_share = 0;            ///< of the bases of the reference window
};

/// Looks at the `window_bp` bases round alleles. The window belongs to the haplotype: every
/// spelling of a change gives the same one.
class SequenceWatch {
  public:
    /// Inserted bases from which on ALT's own window is looked at too.
    static constexpr std::size_t kLongInsertion = 20;

    /// `reference` must outlive this.
    SequenceWatch(const seq::ReferenceSource& reference, std::int64_t window_bp);

    /// Empty for an allele that is no change of this reference.
    [[nodiscard]] std::optional<SeenSequence> look(const VariantInput& record,
                                                   std::size_t allele) const;

  private:
    const seq::ReferenceSource& reference_;
    seq::ContigAliases aliases_;
    std::int64_t window_bp_;
};

/// How unlike the sequence that `profile` knows, 0..1: the larger of the rank of the composition
/// and twice the share of unknown bases.
[[nodiscard]] double unlikeness(const SequenceProfile& profile, const SeenSequence& seen);

/// Features of about `most` windows spread evenly over the contigs of `reference`, mostly unknown
/// ones left out.
[[nodiscard]] std::vector<ProfileFeatures> spread_windows(const seq::ReferenceSource& reference,
                                                          std::int64_t window_bp,
                                                          std::size_t most);

}  // namespace varhush::scoring
