#pragma once

#include "varhush/seq/reference_source.hpp"
#include "varhush/seq/status.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace varhush::seq {

/// One change of the reference haplotype in its only spelling: `ref` at [start, start + ref.size())
/// becomes `alt`. Common bases are trimmed from both ends (so an insertion has an empty `ref`, a
/// deletion an empty `alt`), pure insertions and deletions are shifted left as far as the reference
/// allows, letters are upper case. Equal changes compare equal however the record spelled them.
struct Change {
    std::int64_t start = 0;
    std::string ref;
    std::string alt;

    [[nodiscard]] std::int64_t end() const noexcept {
        return start + static_cast<std::int64_t>(ref.size());
    }
    bool operator==(const Change&) const = default;
};

/// What can be said of an ALT text without looking at the reference: kOk for plain bases, else
/// kStar, kSymbolic (<…>, breakends with [ or ], '.' inside), kNonAcgt.
[[nodiscard]] AlleleStatus classify_alt(std::string_view alt) noexcept;

/// True when REF stands in the reference at `position` (0-based): without regard to case, IUPAC
/// letters of the record taken as N; false when it reaches past an end of the contig.
/// @throws Error{kInternal} for an unknown contig, and what `reference` throws.
[[nodiscard]] bool ref_agrees(const ReferenceSource& reference,
                              std::string_view contig,
                              std::int64_t position,
                              std::string_view ref);

/// Brings one ALT of a record (POS `position`, 0-based) to its only spelling: common bases are cut
/// off behind, then in front; what is then a pure insertion or deletion is moved left. `contig` is
/// the name in `reference`. `ref` or `alt` may be empty (a Change is its own normal form). A status
/// says why there is no change: kStar, kSymbolic, kContigMissing, kRefMismatch (REF, compared
/// without regard to case and with the record's IUPAC letters taken as N, disagrees or reaches past
/// the contig end), kNonAcgt (letters outside ACGT among the bases that change, or characters that
/// are no letters at all), kSkipped (ALT equals REF). Left shifting reads the reference in growing
/// pieces: cost O(shift + allele length). Source: Tan, Abecasis, Kang 2015 (Bioinformatics
/// 31:2202).
/// @throws what `reference` throws.
[[nodiscard]] std::variant<Change, AlleleStatus> normalise(const ReferenceSource& reference,
                                                           std::string_view contig,
                                                           std::int64_t position,
                                                           std::string_view ref,
                                                           std::string_view alt);

}  // namespace varhush::seq
