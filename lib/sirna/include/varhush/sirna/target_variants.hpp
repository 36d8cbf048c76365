#pragma once

#include "varhush/sirna/design_report.hpp"
#include "varhush/sirna/genome_placement.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::sirna {

/// One ALT allele of a VCF record; letters A C G T in any case.
struct GenomeAllele {
    std::string contig;
    std::int64_t position = 0;  ///< POS, 0-based
    std::string ref;
    std::string alt;
    std::string id;  ///< rs number; empty or "." when there is none
    double frequency = kUnknown;
};

/// What became of an allele on a target.
enum class AllelePlace {
    kOn,
    kOutside,      ///< in an intron, or not on the transcript
    kRefMismatch,  ///< the target has other bases than REF
    kNotBases,     ///< symbolic, '*', or letters outside A C G T
    kSplit,        ///< it reaches over an exon boundary: its effect on the transcript is not known
};

struct PlacedAllele {
    AllelePlace place = AllelePlace::kOutside;
    VariantOnTarget variant;  ///< for kOn and kSplit (there: the exonic bases, as if deleted)
};

/// Brings an allele from the genome onto the spliced transcript: bases that REF and ALT share are
/// cut off, the strand is turned round where the transcript lies on the minus strand, REF is
/// compared with `rna`. The contig is not looked at.
[[nodiscard]] PlacedAllele place_allele(std::string_view rna,
                                        const GenomePlacement& placement,
                                        const GenomeAllele& allele);

/// Whether the bases of [start, end) of `rna` are no longer there when the variant is: an indel in
/// a repeat may leave them as they are, whichever of its equal places the VCF names.
[[nodiscard]] bool changes_site(std::string_view rna,
                                const VariantOnTarget& variant,
                                std::size_t start,
                                std::size_t end);

/// The variants that change [start, end), with the guide positions they touch.
[[nodiscard]] std::vector<VariantInSite> variants_in_site(std::string_view rna,
                                                          std::span<const VariantOnTarget> variants,
                                                          std::size_t start,
                                                          std::size_t end);

/// Share of chromosomes that have none of these variants: the product over places of 1 - sum of
/// the frequencies there (places taken as independent). NaN when a frequency is not known.
[[nodiscard]] double population_coverage(std::span<const VariantOnTarget> variants,
                                         std::span<const VariantInSite> in_site);

}  // namespace varhush::sirna
