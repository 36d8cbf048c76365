#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace varhush::seq {

/// Why an ALT allele has no score, or kOk. The texts are the values of VH_STATUS.
enum class AlleleStatus {
    kOk,
    kRefMismatch,    ///< REF differs from the FASTA, or POS lies past the contig end
    kEdge,           ///< too near a contig end for the model
    kTooLong,        ///< more bases changed than the model or --distance allows
    kSymbolic,       ///< <DEL>, <NON_REF>, breakends
    kStar,           ///< '*': the allele is missing because of an overlapping deletion
    kNonAcgt,        ///< letters outside ACGT in REF or ALT
    kNoGene,         ///< gene models were given and none overlaps
    kContigMissing,  ///< the FASTA has no such contig
    kNRich,          ///< too few known bases round the variant
    kLowConf,        ///< the model cannot be trusted here
    kSkipped,        ///< not scored on request (--model none), or ALT equals REF
};
inline constexpr std::size_t kAlleleStatusCount = 12;

/// "OK", "REF_MISMATCH", … as written to VH_STATUS.
[[nodiscard]] std::string_view status_text(AlleleStatus status) noexcept;

/// Alleles counted by status, for the summary line and --stats.
using StatusCounts = std::array<std::int64_t, kAlleleStatusCount>;

}  // namespace varhush::seq
