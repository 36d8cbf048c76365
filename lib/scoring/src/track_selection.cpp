#include "varhush/scoring/track_selection.hpp"

#include "track_condition.hpp"

#include <algorithm>

namespace varhush::scoring {

bool TrackSelection::empty() const noexcept {
    return std::all_of(
        channels.begin(), channels.end(), [](const auto& list) { return list.empty(); });
}

TrackSelection select_tracks(const models::TrackTable& table,
                             const TrackFilter& filter,
                             const std::vector<std::string>& curies) {
    TrackSelection selection;
    for (const models::Track& track : table.all()) {
        const bool tissue_fits =
            curies.empty() || track.output == models::OutputType::kSpliceSites ||
            std::any_of(curies.begin(), curies.end(), [&](const std::string& curie) {
                return lower_case(curie) == lower_case(track.ontology_curie);
            });
        if (!track.padding() && tissue_fits && filter.matches(track)) {
            selection.channels[static_cast<std::size_t>(track.output)].push_back(track.channel);
        }
    }
    return selection;
}

}  // namespace varhush::scoring
