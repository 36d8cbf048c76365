#pragma once

#include "site_pattern.hpp"
#include "varhush/sirna/off_target_index.hpp"
#include "varhush/sirna/off_target_search.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace varhush::sirna {

/// Turns places in the text into hits on transcripts.
class HitResolver {
  public:
    explicit HitResolver(const OffTargetIndex& index) : index_(index) {}

    /// All hits of one guide in the order of HitSink, each place once. `keys` are
    /// (number in `patterns` << 48 | text base).
    [[nodiscard]] std::vector<OffTargetHit> resolve(std::span<const SitePattern> patterns,
                                                    std::span<const std::uint64_t> keys) const;

    /// Whether two hits lie in the same alleles of the patient; readings of ambiguity letters are
    /// none.
    [[nodiscard]] bool same_alleles(const OffTargetHit& a, const OffTargetHit& b) const;

  private:
    struct Found {
        OffTargetHit hit;
        std::int64_t offset = 0;  ///< of the site from its first edit, in the text
    };

    void add(const SitePattern& pattern, std::uint64_t base, std::vector<Found>& found) const;
    [[nodiscard]] static bool same_window(const Found& a, const Found& b);
    [[nodiscard]] static bool before(const Found& a, const Found& b);

    const OffTargetIndex& index_;
};

/// Whether bases [start, end) of the text touch an edit: for a deletion, both its neighbours.
[[nodiscard]] bool touches(const Edit& edit, std::uint64_t start, std::uint64_t end) noexcept;

/// Where bases [start, end) of the text, inside `place`, lie on the transcript. Inserted bases lie
/// where they are inserted.
[[nodiscard]] Stretch on_transcript(const Placement& place,
                                    std::span<const Edit> edits,
                                    std::uint64_t start,
                                    std::uint64_t end) noexcept;

}  // namespace varhush::sirna
