#include "varhush/models/track_table.hpp"

#include "track_tsv.hpp"
#include "varhush/core/error.hpp"

#include <algorithm>
#include <cctype>
#include <tuple>

namespace varhush::models {

namespace {

constexpr std::string_view kPadding = "padding";

std::size_t index_of(OutputType output) {
    return static_cast<std::size_t>(output);
}

constexpr int kSpliceClassCount = 5;

/// The classes of the splice site head mean the same in every model.
void name_splice_class(Track& track) {
    constexpr std::string_view kStrands = "++--.";
    const bool none = track.channel == kSpliceClassCount - 1;
    track.name = none ? kPadding : track.channel % 2 == 0 ? "donor" : "acceptor";
    track.strand = kStrands[static_cast<std::size_t>(track.channel)];
}

void check_channels(std::span<const Track> tracks, const std::string& name) {
    int expected = 0;
    for (std::size_t i = 0; i < tracks.size(); ++i) {
        expected = i > 0 && tracks[i].output == tracks[i - 1].output ? expected + 1 : 0;
        if (tracks[i].channel == expected) {
            continue;
        }
        std::string message = name;
        message.append(": the channels of ").append(output_name(tracks[i].output));
        message.append(" must run 0, 1, 2, …; found ").append(std::to_string(tracks[i].channel));
        message.append(" where ").append(std::to_string(expected)).append(" is due");
        throw Error(ErrorKind::kInput, message, "each channel has one row, padding included");
    }
}

}  // namespace

bool Track::padding() const {
    return std::equal(
        name.begin(), name.end(), kPadding.begin(), kPadding.end(), [](char a, char b) {
            return std::tolower(static_cast<unsigned char>(a)) == b;
        });
}

TrackTable::TrackTable(std::vector<Track> tracks, const std::string& name)
    : tracks_(std::move(tracks)) {
    std::stable_sort(tracks_.begin(), tracks_.end(), [](const Track& a, const Track& b) {
        return std::tuple(a.output, a.channel) < std::tuple(b.output, b.channel);
    });
    check_channels(tracks_, name);
    first_.resize(kOutputTypeCount + 1);
    for (const Track& track : tracks_) {
        ++first_[index_of(track.output) + 1];
    }
    for (std::size_t i = 1; i < first_.size(); ++i) {
        first_[i] += first_[i - 1];
    }
}

TrackTable TrackTable::from_tsv(const std::string& text,
                                const std::string& organism,
                                const std::string& file) {
    return TrackTable(read_track_tsv(text, organism, file), file);
}

std::string TrackTable::to_tsv(const std::string& organism) const {
    return track_lines(tracks_, organism);
}

TrackTable TrackTable::unnamed(std::span<const std::pair<OutputType, int>> channels) {
    std::vector<Track> tracks;
    for (const auto& [output, count] : channels) {
        for (int channel = 0; channel < count; ++channel) {
            Track track;
            track.output = output;
            track.channel = channel;
            track.name = "track " + std::to_string(channel);
            if (output == OutputType::kSpliceSites && count == kSpliceClassCount) {
                name_splice_class(track);
            }
            tracks.push_back(std::move(track));
        }
    }
    return TrackTable(std::move(tracks), "unnamed tracks");
}

std::span<const Track> TrackTable::tracks(OutputType output) const noexcept {
    if (first_.empty()) {
        return {};
    }
    const std::size_t first = first_[index_of(output)];
    return std::span(tracks_).subspan(first, first_[index_of(output) + 1] - first);
}

std::vector<std::int32_t> strand_permutation(std::span<const Track> tracks) {
    std::vector<std::int32_t> permutation(tracks.size());
    std::vector<std::size_t> plus;
    std::vector<std::size_t> minus;
    for (std::size_t i = 0; i < tracks.size(); ++i) {
        permutation[i] = static_cast<std::int32_t>(i);
        if (tracks[i].strand != '.') {
            (tracks[i].strand == '+' ? plus : minus).push_back(i);
        }
    }
    if (plus.size() != minus.size()) {
        throw Error(ErrorKind::kInput,
                    std::string(output_name(tracks.front().output)) + " has " +
                        std::to_string(plus.size()) + " tracks of the '+' strand and " +
                        std::to_string(minus.size()) + " of the '-' strand",
                    "a reverse complement swaps them in pairs");
    }
    for (std::size_t i = 0; i < plus.size(); ++i) {
        permutation[plus[i]] = static_cast<std::int32_t>(minus[i]);
        permutation[minus[i]] = static_cast<std::int32_t>(plus[i]);
    }
    return permutation;
}

}  // namespace varhush::models
