#include "apps/predict/run.hpp"

#include "apps/predict/sequence.hpp"
#include "apps/predict/tile_progress.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/memory_forecast.hpp"
#include "varhush/nn/sha256.hpp"
#include "varhush/seq/alphabet.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>
#include <string>

namespace varhush::apps {

namespace {

using models::PositionRange;

constexpr float kNothing = std::numeric_limits<float>::quiet_NaN();

std::span<const seq::Change> changes_on(const PredictJob& job, const std::string& contig) {
    if (job.haplotype == nullptr) {
        return {};
    }
    const auto found = job.haplotype->changes.find(contig);
    return found == job.haplotype->changes.end() ? std::span<const seq::Change>()
                                                 : std::span<const seq::Change>(found->second);
}

WindowSequence window_of(const PredictJob& job, const PredictTile& tile) {
    return window_sequence(*job.reference,
                           tile.contig,
                           changes_on(job, tile.contig),
                           tile.kept.begin + tile.kept.size() / 2,
                           job.window_bp);
}

/// For each wanted reference bin, the bin of the window whose value it gets; -1: none. A bin of one
/// base is that base; a wider one goes by the base in its middle, or the next that is there.
std::vector<std::int64_t> sources_of(const WindowSequence& window,
                                     const std::vector<PositionRange>& bins,
                                     std::int64_t bin_bp) {
    std::vector<std::int64_t> sources;
    for (const PositionRange& range : bins) {
        for (std::int64_t bin = range.begin; bin < range.end; ++bin) {
            const std::int64_t index = window.index_of(bin * bin_bp + bin_bp / 2);
            const bool inside =
                index < static_cast<std::int64_t>(window.position.size()) &&
                window.position[static_cast<std::size_t>(index)] < (bin + 1) * bin_bp;
            sources.push_back(inside ? index / bin_bp : -1);
        }
    }
    return sources;
}

/// Ascending, disjoint ranges that hold all of `sources`.
std::vector<PositionRange> ranges_over(const std::vector<std::int64_t>& sources) {
    std::vector<PositionRange> ranges;
    for (const std::int64_t source : sources) {
        if (source < 0) {
            continue;
        }
        if (!ranges.empty() && source < ranges.back().end) {
            continue;
        }
        if (!ranges.empty() && source == ranges.back().end) {
            ++ranges.back().end;
        } else {
            ranges.push_back({source, source + 1});
        }
    }
    return ranges;
}

/// One output of one tile, to be put in order.
struct Placing {
    const PredictTile& tile;
    const PredictedOutput& output;
    const std::vector<PositionRange>& bins;    ///< of the reference
    const std::vector<PositionRange>& ranges;  ///< of the window, found
    const std::vector<std::int64_t>& sources;  ///< by reference bin
};

[[noreturn]] void refuse_value(const Placing& placing,
                               std::size_t bin,
                               std::size_t channel,
                               float value) {
    std::int64_t position = 0;
    auto left = static_cast<std::int64_t>(bin);
    for (const PositionRange& range : placing.bins) {
        if (left < range.size()) {
            position = (range.begin + left) * placing.output.resolution_bp;
            break;
        }
        left -= range.size();
    }
    throw Error(ErrorKind::kModel,
                "the model predicts " + std::to_string(value) + " for " +
                    std::string(models::output_name(placing.output.output)) + " channel " +
                    std::to_string(placing.output.channels[channel]) + " at " +
                    placing.tile.contig + ":" + std::to_string(position + 1),
                "'varhush model verify' checks a model file; is the channel padding?");
}

/// [bins of the window, channels] -> [channels, reference bins].
/// @throws Error{kModel} for a value that is not finite: NaN is kept for bases that are not there.
void place(const Placing& placing, const std::vector<float>& found, std::span<float> out) {
    const auto& [tile, output, bins, ranges, sources] = placing;
    const std::size_t channels = output.channels.size();
    std::size_t range = 0;
    std::int64_t row_of_range = 0;
    for (std::size_t bin = 0; bin < sources.size(); ++bin) {
        if (sources[bin] < 0) {
            continue;
        }
        while (sources[bin] >= ranges[range].end) {
            row_of_range += ranges[range].size();
            ++range;
        }
        const auto row =
            static_cast<std::size_t>(row_of_range + sources[bin] - ranges[range].begin);
        for (std::size_t channel = 0; channel < channels; ++channel) {
            const float value = found[row * channels + channel];
            if (!std::isfinite(value)) {
                refuse_value(placing, bin, channel, value);
            }
            out[channel * sources.size() + bin] = value;
        }
    }
}

std::vector<float> predict_tile(const PredictJob& job,
                                const PredictTile& tile,
                                const WindowSequence& window,
                                models::SequenceModel& model) {
    const TileLayout layout = layout_of(tile, job.outputs);
    const auto pass = model.run(seq::base_codes(window.bases), job.organism);
    std::vector<std::vector<std::int64_t>> sources;
    std::vector<models::TrackQuery> queries;
    for (std::size_t i = 0; i < job.outputs.size(); ++i) {
        const PredictedOutput& output = job.outputs[i];
        sources.push_back(sources_of(window, layout.bins[i], output.resolution_bp));
        queries.push_back(
            {output.output, output.resolution_bp, ranges_over(sources.back()), output.channels});
    }
    std::vector<float> values(layout.values, kNothing);
    const auto found = pass->tracks(queries);
    for (std::size_t i = 0; i < job.outputs.size(); ++i) {
        const std::size_t channels = job.outputs[i].channels.size();
        place({tile, job.outputs[i], layout.bins[i], queries[i].bins, sources[i]},
              found[i],
              std::span(values).subspan(layout.first[i], channels * layout.bin_count[i]));
    }
    return values;
}

}  // namespace

TileLayout layout_of(const PredictTile& tile, const std::vector<PredictedOutput>& outputs) {
    TileLayout layout;
    for (const PredictedOutput& output : outputs) {
        layout.bins.push_back(to_bins(tile.wanted, output.resolution_bp));
        std::uint64_t bins = 0;
        for (const PositionRange& range : layout.bins.back()) {
            bins += static_cast<std::uint64_t>(range.size());
        }
        layout.first.push_back(layout.values);
        layout.bin_count.push_back(bins);
        layout.values += bins * output.channels.size();
    }
    return layout;
}

void check_memory(const PredictJob& job,
                  const models::AlphaGenomeConfig& config,
                  int threads,
                  std::int64_t free_bytes) {
    models::check_window_fits(config, job.window_bp, free_bytes, threads, /*two_passes=*/false);
    if (free_bytes <= 0) {
        return;
    }
    std::uint64_t most = 0;
    for (const PredictTile& tile : job.tiles) {
        most = std::max(most, layout_of(tile, job.outputs).values);
    }
    // Once as the model gives them, once in the order of the tile's file.
    const auto values = static_cast<std::int64_t>(2 * most * sizeof(float));
    const std::int64_t window = models::forecast_memory(config, job.window_bp, threads).one_pass();
    if (values <= free_bytes - window) {
        return;
    }
    const auto megabytes = [](std::int64_t bytes) {
        return std::to_string((bytes + 999'999) / 1'000'000) + " MB";
    };
    throw Error(ErrorKind::kUsage,
                "the values of all tracks of a window need " + megabytes(values) +
                    " of memory beside the " + megabytes(window) + " of the model, and " +
                    megabytes(free_bytes) + " are free",
                "fewer tracks (--heads, --tracks, --tissue), --resolution 128 or a smaller "
                "--window need less");
}

void check_reach(const PredictJob& job) {
    for (const PredictTile& tile : job.tiles) {
        if (changes_on(job, tile.contig).empty()) {
            continue;
        }
        const WindowSequence window = window_of(job, tile);
        const std::int64_t length = job.reference->length_bp(tile.contig).value();
        for (const PredictedOutput& output : job.outputs) {
            for (const PositionRange& bins : to_bins(tile.wanted, output.resolution_bp)) {
                const std::int64_t begin = bins.begin * output.resolution_bp;
                const std::int64_t end = std::min(bins.end * output.resolution_bp, length);
                if (begin >= window.begin && end <= window.end) {
                    continue;
                }
                const std::int64_t place = begin < window.begin ? begin : window.end;
                throw Error(ErrorKind::kInput,
                            tile.contig + ":" + std::to_string(place + 1) +
                                ": insertions of the haplotype push this base out of its window",
                            "give a larger --halo than the inserted bases");
            }
        }
    }
}

std::size_t predict_tiles(const PredictJob& job,
                          models::SequenceModel& model,
                          const PredictJournal& journal) {
    TileProgress progress(job.tiles.size());
    std::size_t were_there = 0;
    for (std::size_t i = 0; i < job.tiles.size(); ++i) {
        const PredictTile& tile = job.tiles[i];
        const WindowSequence window = window_of(job, tile);
        nn::Sha256 hash;
        hash.update(std::as_bytes(std::span(window.bases)));
        const std::string sequence = hash.finish();
        const bool finished = journal.has(i, sequence, layout_of(tile, job.outputs).values);
        if (finished) {
            ++were_there;
        } else {
            journal.put(i, sequence, predict_tile(job, tile, window, model));
        }
        progress.done(i, !finished);
    }
    return were_there;
}

}  // namespace varhush::apps
