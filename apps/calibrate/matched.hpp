#pragma once

#include "varhush/seq/reference_source.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace varhush::apps {

/// One scored allele of the background, as its record wrote it.
struct BackgroundAllele {
    std::string contig;
    std::int64_t position = 0;  ///< 0-based
    std::string ref;
    std::string alt;
};

/// About `count` made-up alleles like those of `background`, as VCF text in order: each takes a
/// background allele drawn at random and puts it at a random place between the first and the last
/// background allele of the same contig: a substitution where the same bases and the same base on
/// either side stand (so trinucleotides and CpGs keep their shares), an insertion of the same bases
/// behind the same base, a deletion of as many known bases. Alleles for which no such place turns
/// up are left out. The same seed gives the same text.
[[nodiscard]] std::string matched_vcf(const std::vector<BackgroundAllele>& background,
                                      const seq::ReferenceSource& reference,
                                      std::size_t count,
                                      std::uint64_t seed);

}  // namespace varhush::apps
