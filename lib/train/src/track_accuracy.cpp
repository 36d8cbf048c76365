#include "varhush/train/track_accuracy.hpp"

#include "reference_set.hpp"
#include "track_labels.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/seq/alphabet.hpp"
#include "window_plan.hpp"
#include "window_resampling.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace varhush::train {
namespace {

using models::OutputType;

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
// Splice classes below this are counted, not listed: they cannot change a rank among better ones.
constexpr float kFloor = 1e-4F;

/// A labelled track that the model has, at one resolution.
struct Channel {
    const LabelTrack* label = nullptr;
    int resolution_bp = 128;
    std::size_t query = 0;    ///< which of the queries predicts it
    std::size_t channel = 0;  ///< in the model's output
    RankedBins ranked;        ///< of peaks
    PairedBins paired;        ///< of signals
    std::int64_t positives = 0;
};

std::optional<std::size_t> channel_of(const models::TrackTable& table,
                                      const models::Track& wanted) {
    const auto rows = table.tracks(wanted.output);
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (rows[i].name == wanted.name && rows[i].strand == wanted.strand) {
            return i;
        }
    }
    return std::nullopt;
}

double over(const Channel& channel, std::span<const std::uint16_t> counts) {
    return channel.label->peaks() ? channel.ranked.auroc(counts) : channel.paired.pearson(counts);
}

std::vector<std::uint8_t> codes_of(const std::string& bases) {
    std::vector<std::uint8_t> codes(bases.size());
    for (std::size_t i = 0; i < bases.size(); ++i) {
        const auto code = std::string_view("ACGT").find(bases[i]);
        codes[i] = static_cast<std::uint8_t>(std::min<std::size_t>(code, 4));
    }
    return codes;
}

/// Predicts windows and keeps, by track, what its figure needs.
class Judge {
  public:
    Judge(const TrackConfig& config,
          const models::AlphaGenomeFile& file,
          models::SequenceModel& model,
          const TrackJudging& judging)
        : config_(config),
          model_(model),
          judging_(judging),
          tables_(read_sequence_tables(config)),
          reference_(config.fastas, tables_),
          labels_(read_track_labels(config, reference_, tables_)) {
        choose_windows();
        choose_channels(file);
    }

    TrackReport run() {
        for (std::size_t i = 0; i < windows_.size(); ++i) {
            add_window(i);
        }
        TrackReport report;
        report.windows = static_cast<std::int64_t>(windows_.size());
        report.absent = absent_;
        measure(report);
        return report;
    }

  private:
    void choose_windows() {
        auto regions =
            placed_regions(judging_.regions.empty() ? config_.test : judging_.regions, reference_);
        if (judging_.regions.empty()) {
            const auto more = table_regions(tables_, Split::kTest);
            regions.insert(regions.end(), more.begin(), more.end());
        }
        if (regions.empty()) {
            throw Error(ErrorKind::kInput,
                        "the configuration names no test regions",
                        "name some with --regions");
        }
        auto all = windows_over(regions, config_.window_bp);
        const auto most = static_cast<std::size_t>(judging_.most_windows);
        const std::size_t count = most > 0 ? std::min(most, all.size()) : all.size();
        for (std::size_t i = 0; i < count; ++i) {
            windows_.push_back(std::move(all[i * all.size() / count]));
        }
    }

    void choose_channels(const models::AlphaGenomeFile& file) {
        const auto& table = file.tracks.front();
        for (const LabelTrack& label : labels_.tracks) {
            if (label.kind == LabelKind::kEffects) {
                continue;
            }
            const auto channel = channel_of(table, label.track);
            if (!channel) {
                ++absent_;
                core::log(core::LogLevel::kInfo, "the model has no track " + label.track.name);
                continue;
            }
            for (const int resolution : label.resolutions) {
                Channel one;
                one.label = &label;
                one.resolution_bp = resolution;
                one.query = query_of(label.track.output, resolution);
                one.channel = *channel;
                channels_.push_back(std::move(one));
            }
        }
        if (labels_.has_splice && !table.tracks(OutputType::kSpliceSites).empty()) {
            splice_query_ = query_of(OutputType::kSpliceSites, 1);
        }
        if (queries_.empty()) {
            throw Error(ErrorKind::kInput,
                        "the model has none of the labelled tracks",
                        "tracks are known by output, name and strand");
        }
    }

    std::size_t query_of(OutputType output, int resolution) {
        const auto same = std::find_if(queries_.begin(), queries_.end(), [&](const auto& query) {
            return query.output == output && query.resolution_bp == resolution;
        });
        if (same == queries_.end()) {
            queries_.push_back({output, resolution, {{0, config_.window_bp / resolution}}, {}});
            return queries_.size() - 1;
        }
        return static_cast<std::size_t>(same - queries_.begin());
    }

    void add_window(std::size_t index) {
        const Window& window = windows_[index];
        const std::string bases =
            reference_.fetch(window.contig, window.start, window.start + config_.window_bp);
        const auto values = model_.run(codes_of(bases), 0)->tracks(queries_);
        for (Channel& channel : channels_) {
            if (channel.label->known_on(window.contig)) {
                add_bins(channel, values[channel.query], bases, index);
            }
        }
        if (splice_query_) {
            add_splice(values[*splice_query_], bases, index);
        }
    }

    void add_bins(Channel& channel,
                  const std::vector<float>& values,
                  const std::string& bases,
                  std::size_t index) {
        const std::int64_t bins = config_.window_bp / channel.resolution_bp;
        const std::size_t columns = values.size() / static_cast<std::size_t>(bins);
        std::vector<float> labels(static_cast<std::size_t>(bins), 0);
        std::vector<float> weights(static_cast<std::size_t>(bins), 1);
        fill_labels(*channel.label,
                    windows_[index].contig,
                    windows_[index].start,
                    bins,
                    channel.resolution_bp,
                    1,
                    labels.data(),
                    weights.data());
        const auto known = known_bins(bases, channel.resolution_bp);
        const std::int64_t crop = config_.crop_bp / channel.resolution_bp;
        for (std::int64_t i = crop; i < bins - crop; ++i) {
            const auto bin = static_cast<std::size_t>(i);
            if (weights[bin] <= 0 || known[bin] <= 0) {
                continue;
            }
            const float value = values[bin * columns + channel.channel];
            channel.positives += labels[bin] > 0 ? 1 : 0;
            if (channel.label->peaks()) {
                channel.ranked.add(value, index, labels[bin] > 0);
            } else {
                channel.paired.add(std::log1p(static_cast<double>(value)),
                                   std::log1p(static_cast<double>(labels[bin])),
                                   index);
            }
        }
    }

    void add_splice(const std::vector<float>& values, const std::string& bases, std::size_t index) {
        const Window& window = windows_[index];
        std::vector<int> classes(bases.size(), -1);
        if (const auto found = labels_.splice.find(window.contig); found != labels_.splice.end()) {
            auto at = std::lower_bound(
                found->second.begin(), found->second.end(), std::pair{window.start, 0});
            for (; at != found->second.end() && at->first < window.start + config_.window_bp;
                 ++at) {
                classes[static_cast<std::size_t>(at->first - window.start)] = at->second;
            }
        }
        const auto crop = static_cast<std::size_t>(config_.crop_bp);
        for (std::size_t i = crop; i < bases.size() - crop; ++i) {
            for (std::size_t kind = 0; bases[i] != 'N' && kind < splice_.size(); ++kind) {
                const float value = values[i * models::kSpliceClasses + kind];
                const bool positive = classes[i] == static_cast<int>(kind);
                if (positive || value >= kFloor) {
                    splice_.at(kind).add(value, index, positive);
                } else {
                    splice_.at(kind).hide(index);
                }
            }
        }
    }

    void measure(TrackReport& report) {
        const WindowResampling resampling(windows_.size(), judging_.rounds, judging_.seed);
        for (Channel& channel : channels_) {
            channel.ranked.sort();
            const LabelTrack& label = *channel.label;
            const bool told = channel.positives > 0;
            add_figure(report,
                       {label.track.output,
                        channel.resolution_bp,
                        label.track.name,
                        label.track.strand,
                        label.peaks() ? "auroc" : "pearson",
                        {},
                        channel.positives,
                        label.peaks() ? channel.ranked.size() : channel.paired.size()},
                       resampling,
                       [&](auto counts) { return told ? over(channel, counts) : kNone; });
        }
        for (std::size_t kind = 0; splice_query_ && kind < splice_.size(); ++kind) {
            splice_.at(kind).sort();
            add_figure(report,
                       {OutputType::kSpliceSites,
                        1,
                        kind % 2 == 0 ? "donor" : "acceptor",
                        kind < 2 ? '+' : '-',
                        "auprc",
                        {},
                        splice_.at(kind).positives(),
                        splice_.at(kind).size()},
                       resampling,
                       [&](auto counts) { return splice_.at(kind).average_precision(counts); });
        }
        add_means(report, resampling.rounds());
    }

    template <class Figure>
    void add_figure(TrackReport& report,
                    TrackAccuracy one,
                    const WindowResampling& resampling,
                    const Figure& figure) {
        std::vector<double> drawn;
        one.figure.value = figure(resampling.counts(0));
        const bool told = std::isfinite(one.figure.value);
        for (std::size_t round = 1; round <= resampling.rounds(); ++round) {
            drawn.push_back(told ? figure(resampling.counts(round)) : kNone);
        }
        one.figure.interval = percentile_interval(drawn);
        report.tracks.push_back(std::move(one));
        drawn_.push_back(std::move(drawn));
    }

    /// Means over the tracks where the figure can be told, round by round.
    void add_means(TrackReport& report, std::size_t rounds) const {
        std::map<std::tuple<OutputType, int, std::string>, std::vector<std::size_t>> groups;
        for (std::size_t i = 0; i < report.tracks.size(); ++i) {
            const TrackAccuracy& one = report.tracks[i];
            if (std::isfinite(one.figure.value)) {
                groups[{one.output, one.resolution_bp, one.measure}].push_back(i);
            }
        }
        for (const auto& [key, members] : groups) {
            TrackAccuracy mean;
            std::tie(mean.output, mean.resolution_bp, mean.measure) = key;
            mean.name = "mean";
            mean.positives = static_cast<std::int64_t>(members.size());
            mean.bins = report.tracks[members.front()].bins;
            double sum = 0;
            for (const std::size_t i : members) {
                sum += report.tracks[i].figure.value;
            }
            mean.figure.value = sum / static_cast<double>(members.size());
            std::vector<double> drawn;
            for (std::size_t round = 0; round < rounds; ++round) {
                drawn.push_back(mean_of_round(members, round));
            }
            mean.figure.interval = percentile_interval(std::move(drawn));
            report.means.push_back(std::move(mean));
        }
    }

    [[nodiscard]] double mean_of_round(const std::vector<std::size_t>& members,
                                       std::size_t round) const {
        double sum = 0;
        double count = 0;
        for (const std::size_t i : members) {
            if (std::isfinite(drawn_[i][round])) {
                sum += drawn_[i][round];
                count += 1;
            }
        }
        return count > 0 ? sum / count : kNone;
    }

    const TrackConfig& config_;
    models::SequenceModel& model_;
    const TrackJudging& judging_;
    std::vector<SequenceTable> tables_;
    ReferenceSet reference_;
    TrackLabels labels_;
    std::vector<Window> windows_;
    std::vector<models::TrackQuery> queries_;
    std::vector<Channel> channels_;
    std::optional<std::size_t> splice_query_;
    std::array<RankedBins, 4> splice_;
    std::vector<std::vector<double>> drawn_;  ///< by track, then round
    std::int64_t absent_ = 0;
};

}  // namespace

TrackReport judge_tracks(const TrackConfig& config,
                         const models::AlphaGenomeFile& file,
                         models::SequenceModel& model,
                         const TrackJudging& judging) {
    return Judge(config, file, model, judging).run();
}

}  // namespace varhush::train
