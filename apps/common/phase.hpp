#pragma once

#include "varhush/io/variant_record.hpp"

#include <compare>
#include <cstdint>
#include <string_view>

namespace varhush::apps {

/// What sites are phased with each other: those of one unit. Two units lie to each other in either
/// way.
struct PhaseUnit {
    enum class Kind {
        kNone,        ///< the same on every haplotype: needs no phase
        kContig,      ///< '|' without PS: the whole contig is one set (VCF 4.3 section 1.6.2)
        kPhaseSet,    ///< '|' with PS
        kReadBacked,  ///< HP, as ReadBackedPhasing writes it
        kSite,        ///< heterozygous without phase: by itself
    };
    Kind kind = Kind::kNone;
    std::int64_t set = 0;

    auto operator<=>(const PhaseUnit&) const = default;
};

/// What a sample carries at a record.
struct Call {
    enum class Kind {
        kNothing,  ///< no GT, or REF on every haplotype
        kMissing,  ///< an allele is missing: nothing is taken from the record
        kPloidy,   ///< more than two haplotypes
        kCarried,  ///< an ALT on some haplotype
    };
    Kind kind = Kind::kNothing;
    int first = 0;   ///< allele of haplotype 1 (or of the only one)
    int second = 0;  ///< of haplotype 2; SampleCalls::kAbsent of haploid calls
    PhaseUnit unit;
};

/// The unit of a genotype with '|': its PS, or the contig.
[[nodiscard]] PhaseUnit set_of(const io::SampleCalls& calls, std::size_t sample);

/// Reads the call of sample number `sample`; `site` names an unphased site. Phase comes from '|'
/// with PS, or from HP ("POS-1,POS-2", haplotypes of GT's alleles in their order), never from the
/// order of unphased alleles.
[[nodiscard]] Call read_call(const io::SampleCalls& calls, std::size_t sample, std::int64_t site);

}  // namespace varhush::apps
