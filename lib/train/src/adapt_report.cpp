#include "adapt_report.hpp"

#include "base_network.hpp"
#include "varhush/core/log.hpp"
#include "varhush/io/output_file.hpp"
#include "window_resampling.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <cmath>
#include <iomanip>
#include <sstream>
#include <utility>

namespace varhush::train {
namespace {

constexpr int kResamplings = 2000;
constexpr int kBin = models::kTokenBp;

std::string digits(double value) {
    if (!std::isfinite(value)) {
        return ".";
    }
    std::ostringstream out;
    out << std::fixed << std::setprecision(4) << value;
    return out.str();
}

/// A channel of some network's 128-bp head beside the labels of one new track.
struct Series {
    models::Track track;
    PairedBins bins;
};

/// All channels of `network` against the labels of new track number `wanted`.
std::vector<Series> series_of(const TrackNetwork& network,
                              const TrackLabels& own,
                              std::size_t wanted,
                              const BatchMaker& maker,
                              const Material& material,
                              const std::vector<Window>& windows) {
    const at::NoGradGuard no_grad;
    const LabelTrack& label = material.labels.tracks.at(wanted);
    const HeadKey from{label.track.output, kBin};
    const auto width = static_cast<std::int64_t>(material.labels.of(from.first).size());
    std::vector<Series> out;
    for (const LabelTrack& one : own.tracks) {
        out.push_back({one.track, {}});
    }
    for (std::size_t window = 0; window < windows.size(); ++window) {
        const TrackBatch batch = maker.make({{&windows[window], 0, false}});
        const HeadOutputs predicted = network.forward(batch.bases);
        const HeadLabels& labels = batch.heads.at(from);
        const float* values = labels.values.data_ptr<float>() + label.track.channel;
        const float* weights = labels.weights.data_ptr<float>() + label.track.channel;
        for (Series& one : out) {
            const at::Tensor all =
                predicted.heads.at({one.track.output, kBin}).detach().cpu().contiguous();
            const float* p = all.data_ptr<float>() + one.track.channel;
            const double mean = std::isfinite(one.track.nonzero_mean) ? one.track.nonzero_mean : 1;
            for (std::int64_t bin = 0; bin < all.size(1); ++bin) {
                if (weights[bin * width] > 0) {
                    const auto value = static_cast<double>(p[bin * all.size(2)]);
                    one.bins.add(std::log1p(value * mean * kBin),
                                 std::log1p(static_cast<double>(values[bin * width])),
                                 window);
                }
            }
        }
    }
    return out;
}

/// Index of the track that correlates best, in either direction; padding never does.
std::size_t best_of(const std::vector<Series>& series, std::size_t windows) {
    const std::vector<std::uint16_t> once(windows, 1);
    std::size_t best = 0;
    double most = -1;
    for (std::size_t i = 0; i < series.size(); ++i) {
        const double found =
            series[i].track.padding() ? -1 : std::abs(series[i].bins.pearson(once));
        if (found > most) {
            most = found;
            best = i;
        }
    }
    return best;
}

void add_line(io::OutputFile& out,
              const LabelTrack& label,
              const std::string& who,
              const Series& series,
              const WindowResampling& drawn) {
    std::vector<double> values;
    for (std::size_t round = 1; round <= drawn.rounds(); ++round) {
        values.push_back(series.bins.pearson(drawn.counts(round)));
    }
    const double found = series.bins.pearson(drawn.counts(0));
    const Interval range = percentile_interval(std::move(values));
    std::ostringstream line;
    line << models::output_name(label.track.output) << '\t' << label.track.name << '\t'
         << label.track.strand << '\t' << who << '\t' << digits(found) << '\t' << digits(range.low)
         << '\t' << digits(range.high) << '\t' << drawn.counts(0).size() << '\t'
         << series.bins.size() << '\n';
    out.write(line.str());
    core::log(core::LogLevel::kInfo,
              label.track.name + ", held out, " + who + ": Pearson " + digits(found) + " (" +
                  digits(range.low) + " to " + digits(range.high) + ")");
}

}  // namespace

void write_adapt_report(const models::AlphaGenomeFile& base,
                        const TrackNetwork& adapted,
                        const TrackConfig& config,
                        const Material& material,
                        const TrackRun& run) {
    const BatchMaker maker(config, material.labels, material.reference);
    const int organism = base.organism_index(run.adapter->organism);
    TrackLabels old = BaseNetwork::unlabelled(base, organism);
    old.has_splice = false;
    BaseNetwork before(base, old, BaseNetwork::all_heads(old, false), organism, run.device);
    const WindowResampling drawn(material.windows.test.size(), kResamplings, config.fit.seed);
    io::OutputFile out(run.report, io::packing_for(run.report));
    out.write("output\ttrack\tstrand\tmodel\tpearson\tlow\thigh\twindows\tbins\n");
    for (std::size_t i = 0; i < material.labels.tracks.size(); ++i) {
        const LabelTrack& label = material.labels.tracks[i];
        if (label.kind == LabelKind::kEffects) {
            continue;
        }
        const auto both = [&](const TrackNetwork& network,
                              const TrackLabels& own,
                              const std::vector<Window>& windows) {
            return series_of(network, own, i, maker, material, windows);
        };
        const auto known = both(before.network(), old, material.windows.train);
        if (!known.empty()) {
            const std::size_t best = best_of(known, material.windows.train.size());
            const auto held = both(before.network(), old, material.windows.test);
            add_line(out, label, "base " + known[best].track.name, held[best], drawn);
        }
        add_line(
            out, label, "adapted", both(adapted, material.labels, material.windows.test)[i], drawn);
    }
    out.close();
}

}  // namespace varhush::train
