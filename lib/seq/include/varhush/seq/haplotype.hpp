#pragma once

#include "varhush/seq/allele.hpp"
#include "varhush/seq/reference_source.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::seq {

/// What a record changes, where it says so: common bases are cut off in front, then behind, letters
/// become upper case. Not moved left: another change of the haplotype may lie within the repeat it
/// could move in. `ref` and `alt` are both empty when they are the same.
[[nodiscard]] Change trimmed_in_place(std::int64_t start,
                                      std::string_view ref,
                                      std::string_view alt);

/// The changes of one haplotype in their only spelling: ascending and disjoint; what replaces
/// several bases by as many is taken apart into its single bases; insertions and deletions lie as
/// far left as the change before them lets them; changes that touch, an insertion or deletion among
/// them, are one. A change that is there twice counts once. Haplotypes of the same changes, split,
/// joined, moved or in another order, get the same list. Nothing when two changes overlap.
/// `changes` are trimmed and stand in the reference. Cost O(n log n + shifts).
/// @throws what `reference` throws.
[[nodiscard]] std::optional<std::vector<Change>> canonical_changes(const ReferenceSource& reference,
                                                                   std::string_view contig,
                                                                   std::vector<Change> changes);

/// All of `changes` (ascending, disjoint, not none) as one: the reference from the first to the
/// last of them, and the same with all of them applied. Not trimmed.
[[nodiscard]] Change merged_change(const ReferenceSource& reference,
                                   std::string_view contig,
                                   std::span<const Change> changes);

/// Where reference base `position` stands in the haplotype, both counted from the contig's start: a
/// base that is replaced at the base in its place; one that is deleted where its deletion lies.
[[nodiscard]] std::int64_t haplotype_position(std::span<const Change> changes,
                                              std::int64_t position);

/// Bases inserted less bases removed.
[[nodiscard]] inline std::int64_t length_change(const Change& change) noexcept {
    return static_cast<std::int64_t>(change.alt.size()) -
           static_cast<std::int64_t>(change.ref.size());
}

}  // namespace varhush::seq
