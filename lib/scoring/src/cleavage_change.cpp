#include "cleavage_change.hpp"

#include "varhush/core/error.hpp"
#include "varhush/models/aparent_network.hpp"

#include <cmath>
#include <numeric>

namespace varhush::scoring {

namespace {

struct Share {
    double inside = 0;
    double odds = 0;  // ln
};

Share share_of(std::span<const double> cut, models::PositionRange range) {
    const auto begin = cut.begin() + range.begin;
    return {std::accumulate(begin, begin + range.size(), 0.0),
            models::cleavage_log_odds(cut, range)};
}

double mean_position(std::span<const double> cut) {
    double total = 0;
    double moment = 0;
    for (std::size_t at = 0; at + 1 < cut.size(); ++at) {
        total += cut[at];
        moment += static_cast<double>(at) * cut[at];
    }
    return moment / total;
}

}  // namespace

CleavageChange compare_cleavage(std::span<const double> ref,
                                std::span<const double> alt,
                                models::PositionRange narrow) {
    VARHUSH_CHECK(ref.size() == alt.size() && ref.size() > 1 && narrow.begin >= 0 &&
                  narrow.begin <= narrow.end && narrow.end < static_cast<std::int64_t>(ref.size()));
    const models::PositionRange anywhere{0, static_cast<std::int64_t>(ref.size()) - 1};
    const Share ref_use = share_of(ref, narrow);
    const Share alt_use = share_of(alt, narrow);
    const Share ref_any = share_of(ref, anywhere);
    const Share alt_any = share_of(alt, anywhere);
    CleavageChange change;
    change.ref_use = ref_use.inside;
    change.alt_use = alt_use.inside;
    change.ref_any = ref_any.inside;
    change.alt_any = alt_any.inside;
    change.narrow = alt_use.odds - ref_use.odds;
    change.wide = alt_any.odds - ref_any.odds;
    change.mean_shift = mean_position(alt) - mean_position(ref);
    for (std::size_t at = 0; at + 1 < ref.size(); ++at) {
        const double difference = alt[at] - ref[at];
        if (std::fabs(difference) > std::fabs(change.largest)) {
            change.largest = difference;
            change.largest_at = static_cast<std::int64_t>(at);
        }
    }
    return change;
}

models::PositionRange cut_range(std::string_view window, std::int64_t at) {
    auto end = static_cast<std::size_t>(at);
    while (end < window.size() && window[end] == 'A') {
        ++end;
    }
    return {at - 1, static_cast<std::int64_t>(end)};
}

}  // namespace varhush::scoring
