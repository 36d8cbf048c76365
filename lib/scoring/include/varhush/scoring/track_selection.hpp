#pragma once

#include "varhush/models/track_table.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace varhush::scoring {

/// A condition on tracks, from text such as
///     output=RNA_SEQ && (biosample_name~"liver|lung" || gtex_tissue=Liver) && !strand=-
/// Fields are those of models::Track (output, channel, name, strand, assay_title, ontology_curie,
/// biosample_name, biosample_type, biosample_life_stage, transcription_factor, histone_mark,
/// gtex_tissue, data_source, endedness, genetically_modified) and `tissue` (biosample_name or
/// gtex_tissue or ontology_curie). `=` and `!=` compare whole values, `~` and `!~` look for an
/// extended regular expression, all without regard to case. Values with blanks or operators are
/// quoted, '"' inside quotes as \". A word alone is a search in every text field. `!` binds tighter
/// than `&&`, that tighter than `||`.
class TrackFilter {
  public:
    /// Every track.
    TrackFilter();
    /// @throws Error{kUsage} with the column (1-based) and what was expected there.
    explicit TrackFilter(std::string_view text);
    ~TrackFilter();
    TrackFilter(const TrackFilter&) = delete;
    TrackFilter& operator=(const TrackFilter&) = delete;
    TrackFilter(TrackFilter&&) noexcept;
    TrackFilter& operator=(TrackFilter&&) noexcept;

    [[nodiscard]] bool matches(const models::Track& track) const;

    struct Node;

  private:
    std::unique_ptr<const Node> root_;
};

/// The channels of each output that are looked at, ascending; never a padding one.
struct TrackSelection {
    std::array<std::vector<std::int32_t>, models::kOutputTypeCount> channels;

    [[nodiscard]] const std::vector<std::int32_t>& of(models::OutputType output) const noexcept {
        return channels[static_cast<std::size_t>(output)];
    }
    [[nodiscard]] bool empty() const noexcept;
};

/// Tracks of `table` that pass `filter` and, where `curies` is not empty, have one of these
/// ontology terms ("UBERON:0002107"); SPLICE_SITES have no tissue and pass that second test always.
[[nodiscard]] TrackSelection select_tracks(const models::TrackTable& table,
                                           const TrackFilter& filter,
                                           const std::vector<std::string>& curies);

}  // namespace varhush::scoring
