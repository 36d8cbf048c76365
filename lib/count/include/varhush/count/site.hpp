#pragma once

#include "varhush/seq/allele.hpp"
#include "varhush/seq/reference_source.hpp"
#include "varhush/seq/status.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::count {

/// How a site is judged.
enum class SiteKind {
    kBase,   ///< every ALT changes the same single base: the base of the read decides
    kLocal,  ///< reads are aligned to the sequence of every allele
    kNone,   ///< no ALT can be counted
};

/// One VCF record as reads are held against it. Coordinates 0-based half-open.
struct Site {
    std::string contig;
    int contig_id = -1;                     ///< in the reads
    std::int64_t position = 0;              ///< of the record
    std::vector<seq::AlleleStatus> status;  ///< one an ALT
    /// One an ALT, leftmost and as short as can be: equal for every spelling. None where not kOk.
    std::vector<std::optional<seq::Change>> changes;
    SiteKind kind = SiteKind::kNone;

    std::int64_t base_position = 0;  ///< kBase
    std::string bases;               ///< kBase: of REF, then of each ALT ('.' where not counted)

    /// kLocal: [core_start, core_end) holds every place that the changes may be written at.
    std::int64_t core_start = 0;
    std::int64_t core_end = 0;
    std::int64_t slice_start = 0;         ///< where all haplotypes begin
    std::int64_t slice_end = 0;           ///< of the reference that they were made from
    std::vector<std::string> haplotypes;  ///< REF, then each ALT (empty where not counted)

    [[nodiscard]] std::int64_t start() const noexcept {
        return kind == SiteKind::kBase ? base_position : core_start;
    }
    [[nodiscard]] std::int64_t end() const noexcept {
        return kind == SiteKind::kBase ? base_position + 1 : core_end;
    }
};

struct SiteOptions {
    std::int64_t max_change_bp = 500;  ///< longer REF or ALT sequences are kTooLong
    bool realign_all = false;          ///< SNVs, too, as kLocal
};

/// Bases on either side of the core that alignments see.
inline constexpr std::int64_t kFlankBp = 40;
/// And more of the haplotypes, so that alignments may shift.
inline constexpr std::int64_t kSlackBp = 16;

/// `contig` is the name in `reference`; `contig_id` the number of the same in the reads, -1 when
/// they have none (then every ALT is kContigMissing).
[[nodiscard]] Site make_site(const seq::ReferenceSource& reference,
                             std::string_view contig,
                             int contig_id,
                             std::int64_t position,
                             std::string_view ref,
                             std::span<const std::string> alts,
                             const SiteOptions& options);

}  // namespace varhush::count
