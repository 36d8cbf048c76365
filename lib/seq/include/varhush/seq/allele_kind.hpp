#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace varhush::seq {

/// What an ALT does to REF, once common bases at both ends are cut off.
enum class AlleleKind {
    kSnv,
    kMnv,
    kInsertion,
    kDeletion,
    kDelins,
    kSame,   ///< ALT equals REF
    kOther,  ///< symbolic, breakend, '*' or letters outside ACGT: see classify_alt()
};
inline constexpr std::size_t kAlleleKindCount = 7;

/// "SNV", "MNV", "insertion", … as shown to people.
[[nodiscard]] std::string_view kind_text(AlleleKind kind) noexcept;

/// The kind of one ALT as written, without looking at the reference. Case does not matter.
[[nodiscard]] AlleleKind kind_of(std::string_view ref, std::string_view alt) noexcept;

/// Alleles counted by kind.
using KindCounts = std::array<std::int64_t, kAlleleKindCount>;

}  // namespace varhush::seq
