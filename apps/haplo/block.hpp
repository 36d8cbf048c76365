#pragma once

#include "apps/common/phase.hpp"
#include "varhush/seq/allele.hpp"
#include "varhush/seq/reference_source.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace varhush::apps {

/// A record as blocks need it.
struct HaploSite {
    std::int64_t id = 0;  ///< number of the record in the input
    std::string contig;   ///< as the VCF has it
    std::int64_t start = 0;
    std::int64_t end = 0;  ///< of REF
    /// Of each ALT what it changes (trimmed, where the record says), or why it cannot be applied.
    std::vector<std::variant<seq::Change, seq::AlleleStatus>> alts;
};

/// @throws Error{kInput} when a genotype names an ALT that is not there.
[[nodiscard]] HaploSite make_site(const io::VariantRecord& record,
                                  std::int64_t id,
                                  const std::optional<std::string>& reference_contig,
                                  const seq::ReferenceSource& reference);

/// One haplotype of a block: its canonical changes, or why they cannot be put together.
struct BlockHaplotype {
    std::string status = "OK";  ///< a status of VH_STATUS, or OVERLAP
    std::vector<seq::Change> changes;

    [[nodiscard]] bool known() const { return status == "OK"; }
};

/// Two haplotypes (of haploid calls one) that a sample has, or may have.
struct BlockPhase {
    BlockHaplotype first;
    std::optional<BlockHaplotype> second;
};

/// The records of one sample that are looked at together.
struct Block {
    std::string contig;
    std::int64_t start = 0;
    std::int64_t end = 0;
    std::vector<std::int64_t> sites;  ///< ids
    std::string phase;                ///< homozygous, haploid, single, phased, unphased, PLOIDY …
    std::size_t units = 0;            ///< that lie to each other in either way
    /// One when the phase is known; all possible ones (2^(units-1)) when it is not; none when there
    /// are too many.
    std::vector<BlockPhase> phases;
};

/// What a sample carries at a site of its block.
struct BlockCall {
    const HaploSite* site = nullptr;
    Call call;
};

/// Puts the haplotypes of `calls` (in order, of one contig and ploidy, not none) together.
/// `max_unphased`: with more units than this beyond the first nothing is tried.
[[nodiscard]] Block make_block(const std::vector<BlockCall>& calls,
                               const std::string& reference_contig,
                               const seq::ReferenceSource& reference,
                               std::size_t max_unphased);

}  // namespace varhush::apps
