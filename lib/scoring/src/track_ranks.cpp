#include "track_ranks.hpp"

#include "allele_summary.hpp"
#include "varhush/core/error.hpp"
#include "varhush/scoring/tidy_table.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace varhush::scoring {

namespace {

// Calls `visit(spec, row, column)` for every value that is reported.
template <class Visit>
void for_each_value(const VariantScores& scores,
                    const models::TrackTable& tracks,
                    const Visit& visit) {
    for (std::size_t s = 0; s < scores.size(); ++s) {
        const ScoreTable& table = scores[s];
        if (table.status != seq::AlleleStatus::kOk) {
            continue;
        }
        for (std::size_t row = 0; row < table.rows.size(); ++row) {
            for (std::size_t column = 0; column < table.channels.size(); ++column) {
                if (std::isfinite(table.at(row, column)) &&
                    is_reported(table, row, column, tracks)) {
                    visit(s, row, column);
                }
            }
        }
    }
}

}  // namespace

TrackRanks::TrackRanks(std::vector<ScorerSpec> specs,
                       const TrackSelection& selection,
                       const CalibrationTable* table)
    : specs_(std::move(specs)), by_channel_(specs_.size()), table_(table) {
    for (std::size_t s = 0; s < specs_.size(); ++s) {
        const std::string scorer = short_scorer_name(specs_[s]) + "[";
        for (const std::int32_t channel : selection.of(specs_[s].output)) {
            by_channel_[s].resize(static_cast<std::size_t>(channel) + 1);
            by_channel_[s].back() = series_.size();
            series_.push_back({scorer + std::to_string(channel) + "]", specs_[s].is_signed()});
            in_table_.push_back(table == nullptr ? std::nullopt : table->find(series_.back().name));
        }
    }
}

std::size_t TrackRanks::index_of(std::size_t spec, std::int32_t channel) const {
    return by_channel_[spec][static_cast<std::size_t>(channel)];
}

std::size_t TrackRanks::unranked() const {
    return static_cast<std::size_t>(std::count(in_table_.begin(), in_table_.end(), std::nullopt));
}

std::vector<seq::RawScore> TrackRanks::raw_scores(const VariantScores& scores,
                                                  const models::TrackTable& tracks) const {
    std::vector<seq::RawScore> raw;
    for_each_value(scores, tracks, [&](std::size_t s, std::size_t row, std::size_t column) {
        raw.push_back({static_cast<std::uint32_t>(index_of(s, scores[s].channels[column])),
                       static_cast<float>(scores[s].at(row, column))});
    });
    return raw;
}

std::optional<TrackRanks::Best> TrackRanks::best(const VariantScores& scores,
                                                 const models::TrackTable& tracks,
                                                 AlleleClass allele_class) const {
    std::optional<Best> best;
    if (table_ == nullptr) {
        return best;
    }
    for_each_value(scores, tracks, [&](std::size_t s, std::size_t row, std::size_t column) {
        const auto place = in_table_[index_of(s, scores[s].channels[column])];
        if (!place || !specs_[s].modality()) {
            return;
        }
        const auto rank = table_->size_rank(*place, allele_class, scores[s].at(row, column));
        if (rank && (!best || *rank > best->rank)) {
            best = Best{s, row, column, *rank};
        }
    });
    return best;
}

std::optional<double> TrackRanks::quantile_score(std::size_t spec,
                                                 std::int32_t channel,
                                                 AlleleClass allele_class,
                                                 double value) const {
    const auto place = in_table_[index_of(spec, channel)];
    return place ? table_->quantile_score(*place, allele_class, value) : std::nullopt;
}

}  // namespace varhush::scoring
