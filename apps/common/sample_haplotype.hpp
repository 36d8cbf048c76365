#pragma once

#include "varhush/io/thread_pool.hpp"
#include "varhush/seq/allele.hpp"
#include "varhush/seq/reference_source.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace varhush::apps {

/// The changes of one haplotype of one sample, by contig of the reference: ascending, disjoint.
struct Haplotype {
    std::map<std::string, std::vector<seq::Change>> changes;
    std::int64_t applied = 0;
    std::map<std::string, std::int64_t> left_out;  ///< alleles of the haplotype, by reason
    /// Sets of phase beyond the first of each contig: which of their haplotypes belongs to which of
    /// another set nobody knows.
    std::int64_t joined_sets = 0;
};

/// Reads the alleles that `sample` (empty: the only one) carries on haplotype `copy` (1 or 2).
/// Alleles that cannot be applied (symbolic, letters outside ACGT, overlapping an earlier one) are
/// counted in left_out; a missing genotype is the reference and counted too (of a phased one only
/// the missing half is). Phase is read as read_call() says: '|' with PS, or HP.
/// @throws Error{kInput} for a heterozygous genotype without phase, REF that is not in the
/// reference, unsorted records, a file without genotypes; Error{kUsage} for an unknown sample.
[[nodiscard]] Haplotype read_haplotype(const std::string& vcf,
                                       const std::string& sample,
                                       int copy,
                                       const seq::ReferenceSource& reference,
                                       const io::ThreadPool& pool);

}  // namespace varhush::apps
