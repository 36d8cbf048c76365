#pragma once

#include "tag_numbers.hpp"
#include "vcf_columns.hpp"

#include <optional>
#include <vector>

namespace varhush::io {

/// One record of several at the same place, the reverse of split_alleles(): REF is the longest,
/// ALTs are prolonged to it, values of Number=A, R and G are put together ('.' where no record
/// knows them), genotypes allele by allele. QUAL is the largest, ID and FILTER the union, flags are
/// set when any record has them; other values come from the first record that has the tag. nullopt
/// when that cannot be done without losing something: an ALT that is not plain bases or is there
/// twice, REFs that disagree, genotypes with more ALT alleles than chromosomes or two on one phased
/// chromosome, numbers of values that do not fit.
[[nodiscard]] std::optional<VcfColumns> join_alleles(const std::vector<VcfColumns>& records,
                                                     const TagNumbers& numbers);

/// True when every ALT is plain bases as long as REF; such records are joined among themselves, and
/// insertions and deletions among themselves, as `bcftools norm -m+` does.
[[nodiscard]] bool is_substitution(const VcfColumns& record);

}  // namespace varhush::io
