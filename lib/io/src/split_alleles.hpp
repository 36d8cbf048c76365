#pragma once

#include "tag_numbers.hpp"
#include "vcf_columns.hpp"

#include <vector>

namespace varhush::io {

/// One record per ALT allele, as `bcftools norm -m-` makes them: values of Number=A, R and G follow
/// their allele, other values are copied, and in genotypes the other ALTs become 0. Records with at
/// most one ALT come back as they are. Alleles are not trimmed (see seq::left_align).
/// @throws Error{kInput} naming record and tag for a tag with another number of values than its
/// definition says: dealt out, they could land at the wrong allele.
[[nodiscard]] std::vector<VcfColumns> split_alleles(const VcfColumns& record,
                                                    const TagNumbers& numbers);

}  // namespace varhush::io
