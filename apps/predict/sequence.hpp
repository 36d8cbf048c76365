#pragma once

#include "varhush/models/position_range.hpp"
#include "varhush/seq/allele.hpp"
#include "varhush/seq/reference_source.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace varhush::apps {

/// The bases of one window and where they stand in the reference.
struct WindowSequence {
    static constexpr std::int64_t kInserted = -1;
    std::string bases;                   ///< upper case ACGTN; N beyond the contig
    std::vector<std::int64_t> position;  ///< of each base; kInserted where the reference has none
    /// Reference positions [begin, end) that the window reaches over: those of them that it does
    /// not hold are deleted, those outside are merely not in it.
    std::int64_t begin = 0;
    std::int64_t end = 0;

    /// Index of reference position `position`, or of the next one to its right that is there.
    [[nodiscard]] std::int64_t index_of(std::int64_t position) const;
    [[nodiscard]] bool holds(std::int64_t position) const;
};

/// `window_bp` bases of a haplotype about reference position `centre`, half of them left of it.
/// `changes`: ascending, disjoint; empty gives the reference. What changes take away on one side is
/// filled up from beyond on that side.
[[nodiscard]] WindowSequence window_sequence(const seq::ReferenceSource& reference,
                                             const std::string& contig,
                                             std::span<const seq::Change> changes,
                                             std::int64_t centre,
                                             std::int64_t window_bp);

}  // namespace varhush::apps
