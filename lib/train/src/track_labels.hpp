#pragma once

#include "interval_map.hpp"
#include "sequence_table.hpp"
#include "varhush/models/track_table.hpp"
#include "varhush/seq/reference_source.hpp"
#include "varhush/train/track_config.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace varhush::train {

/// The labels of one channel.
struct LabelTrack {
    LabelKind kind = LabelKind::kPeaks;
    models::Track track;
    std::vector<int> resolutions;
    double weight = 1;
    IntervalMap labels;             ///< peaks (their middles with summit_half_width), or the signal
    IntervalMap touched;            ///< whole peaks: what of them is no label has no loss
    std::set<std::string> contigs;  ///< where the labels are known; empty: everywhere
    bool auxiliary = false;         ///< no track of the model; behind all others of its output

    [[nodiscard]] bool peaks() const noexcept { return kind == LabelKind::kPeaks; }
    [[nodiscard]] bool counts() const noexcept {
        return kind == LabelKind::kSignal || kind == LabelKind::kCoverage ||
               kind == LabelKind::kSequences;
    }
    [[nodiscard]] bool has(int resolution) const;
    [[nodiscard]] bool known_on(const std::string& contig) const {
        return contigs.empty() || contigs.contains(contig);
    }
};

/// Position and class (0 donor +, 1 acceptor +, 2 donor -, 3 acceptor -), ascending.
using SpliceSites = std::map<std::string, std::vector<std::pair<std::int64_t, int>>>;

/// All labels of a training, channels numbered by output in the order of the configuration.
struct TrackLabels {
    std::vector<LabelTrack> tracks;
    SpliceSites splice;
    bool has_splice = false;
    double splice_weight = 1;

    /// One row a channel, nonzero_mean as it is stored; splice classes included.
    [[nodiscard]] models::TrackTable table() const;
    /// The same of what the model has: without auxiliary tracks.
    [[nodiscard]] models::TrackTable shown_table() const;
    /// Channels of an output that the model has.
    [[nodiscard]] std::int64_t shown_channels(models::OutputType output) const;
    /// Indices of the tracks of an output, by channel.
    [[nodiscard]] std::vector<std::size_t> of(models::OutputType output) const;
};

/// Reads the files of `config`. Contigs are known under the usual other names; rows of contigs that
/// `reference` lacks are passed over, a file without any other row is an error.
/// @throws Error{kInput} with file and line for what is malformed, lies past a contig's end, or
/// overlaps in a signal. Labels of `tables` are known on the contigs of their table alone, others
/// without contigs of their own on all but those.
TrackLabels read_track_labels(const TrackConfig& config,
                              const seq::ReferenceSource& reference,
                              std::span<const SequenceTable> tables = {});

/// Sets every signal track's nonzero_mean: the mean of the values above 0 at 1 bp in `regions`
/// (1 when there is none). Peaks have 1/128, so that the output at 128 bp is the rate of the loss.
void set_track_means(TrackLabels& labels, const std::vector<seq::Region>& regions);

/// Labels of bins [start + i * resolution, + resolution) into values[i * stride], and 0 into
/// weights[i * stride] where a peak is touched but not hit. Peaks: 1 where at least half of the bin
/// or of the peak is covered. Signals: the sum over the bin's bases.
void fill_labels(const LabelTrack& track,
                 const std::string& contig,
                 std::int64_t start,
                 std::int64_t bins,
                 int resolution,
                 std::size_t stride,
                 float* values,
                 float* weights);

/// 1 for each bin of `bases` with at most half N (at 1 bp: without), 0 for others.
[[nodiscard]] std::vector<float> known_bins(const std::string& bases, int resolution);

}  // namespace varhush::train
