#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace varhush::count {

/// Why a read (or the fragment it is from) speaks for no allele of a site. The order is that of the
/// columns and of FORMAT/VH_DROP.
enum class Reason : std::uint8_t {
    kFlags,        ///< excluded by -F, or without a flag of -f
    kMapping,      ///< low mapping quality
    kNoBases,      ///< SEQ is '*'
    kBaseQuality,  ///< low base quality
    kGap,          ///< the base is deleted in the read
    kIntron,       ///< the read skips the site (N)
    kEnd,          ///< the read ends too near the site to tell
    kAmbiguous,    ///< fits two alleles about equally well
    kNoFit,        ///< too unlike every allele (--max-mismatches)
    kConflict,     ///< its two mates say different things
    kDepth,        ///< beyond --max-depth
};
inline constexpr std::size_t kReasonCount = 11;

/// "flags", "mapping_quality", …
[[nodiscard]] std::string_view reason_text(Reason reason) noexcept;

using ReasonCounts = std::array<std::int64_t, kReasonCount>;

/// What one read says of one site.
struct ReadCall {
    /// kAllele: `allele` 0 is REF, then the ALTs; kOther: a base that is none of them.
    enum class Kind : std::uint8_t { kAllele, kOther, kDropped };
    Kind kind = Kind::kDropped;
    std::uint16_t allele = 0;
    Reason reason = Reason::kEnd;
    /// Base quality, or how much better the allele fits than the next (Phred).
    int quality = 0;
    /// From the site to the nearer end of the read, bases.
    int end_distance = 0;
};

}  // namespace varhush::count
