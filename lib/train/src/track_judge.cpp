#include "track_judge.hpp"

#include "track_loss.hpp"
#include "varhush/core/correlation.hpp"
#include "varhush/train/metrics.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace varhush::train {
namespace {

/// Predictions and labels of every channel, as they come.
class Collector {
  public:
    explicit Collector(const TrackLabels& labels) : labels_(labels) {}

    void add(const HeadOutputs& outputs, const TrackBatch& batch) {
        for (const auto& [key, predicted] : outputs.heads) {
            const HeadLabels& head = batch.heads.at(key);
            add_head(key, predicted.detach().cpu().contiguous(), head);
        }
        if (outputs.splice.defined()) {
            add_splice(outputs.splice.detach().softmax(-1).cpu().contiguous(), batch);
        }
    }

    [[nodiscard]] std::vector<TrackFigure> figures() const {
        std::vector<TrackFigure> out;
        for (const auto& [key, channels] : values_) {
            const auto tracks = labels_.of(key.first);
            for (std::size_t i = 0; i < channels.size(); ++i) {
                const LabelTrack& track = labels_.tracks[tracks[i]];
                if (track.kind != LabelKind::kEffects) {
                    out.push_back(figure(key, track, channels[i]));
                }
            }
        }
        for (std::size_t i = 0; i < splice_.size(); ++i) {
            TrackFigure one{models::OutputType::kSpliceSites,
                            1,
                            i % 2 == 0 ? "donor" : "acceptor",
                            i < 2 ? '+' : '-',
                            "auprc",
                            average_precision(splice_.at(i)),
                            0,
                            static_cast<std::int64_t>(splice_.at(i).size())};
            one.positives = positives(splice_.at(i));
            if (one.bins > 0) {
                out.push_back(std::move(one));
            }
        }
        return out;
    }

  private:
    struct Channel {
        std::vector<float> predicted, label;
    };

    static std::int64_t positives(const std::vector<Scored>& items) {
        return std::count_if(
            items.begin(), items.end(), [](const Scored& s) { return s.positive; });
    }

    void add_head(HeadKey key, const at::Tensor& predicted, const HeadLabels& head) {
        const auto count = static_cast<std::size_t>(predicted.size(2));
        auto& channels = values_[key];
        channels.resize(count);
        const float* p = predicted.data_ptr<float>();
        const float* t = head.values.data_ptr<float>();
        const float* w = head.weights.data_ptr<float>();
        const auto all = static_cast<std::size_t>(predicted.numel());
        for (std::size_t i = 0; i < all; ++i) {
            if (w[i] > 0) {
                channels[i % count].predicted.push_back(p[i]);
                channels[i % count].label.push_back(t[i]);
            }
        }
    }

    void add_splice(const at::Tensor& predicted, const TrackBatch& batch) {
        const float* p = predicted.data_ptr<float>();
        const auto* classes = batch.splice.data_ptr<std::int64_t>();
        const float* w = batch.splice_weights.data_ptr<float>();
        const auto bases = static_cast<std::size_t>(batch.splice.numel());
        for (std::size_t i = 0; i < bases; ++i) {
            for (std::size_t kind = 0; w[i] > 0 && kind < splice_.size(); ++kind) {
                splice_.at(kind).push_back({p[i * models::kSpliceClasses + kind],
                                            classes[i] == static_cast<std::int64_t>(kind)});
            }
        }
    }

    static TrackFigure figure(HeadKey key, const LabelTrack& track, const Channel& channel) {
        TrackFigure out{
            key.first,
            key.second,
            track.track.name,
            track.track.strand,
            track.peaks() ? "auroc" : "pearson",
            std::numeric_limits<double>::quiet_NaN(),
            std::count_if(
                channel.label.begin(), channel.label.end(), [](float value) { return value > 0; }),
            static_cast<std::int64_t>(channel.label.size())};
        if (out.positives == 0 || (track.peaks() && out.positives == out.bins)) {
            return out;
        }
        if (track.peaks()) {
            std::vector<Scored> items;
            for (std::size_t i = 0; i < channel.label.size(); ++i) {
                items.push_back({channel.predicted[i], channel.label[i] > 0});
            }
            out.value = area_under_roc(std::move(items));
            return out;
        }
        std::vector<double> x;
        std::vector<double> y;
        for (std::size_t i = 0; i < channel.label.size(); ++i) {
            // Predictions are in units of the mean; in the logarithm that must be undone.
            const double scale = track.track.nonzero_mean * key.second;
            x.push_back(std::log1p(static_cast<double>(channel.predicted[i]) * scale));
            y.push_back(std::log1p(static_cast<double>(channel.label[i])));
        }
        out.value = core::pearson_correlation(x, y);
        return out;
    }

    const TrackLabels& labels_;
    std::map<HeadKey, std::vector<Channel>> values_;
    std::array<std::vector<Scored>, 4> splice_;
};

}  // namespace

double Judgement::mean(const std::string& measure) const {
    double sum = 0;
    double count = 0;
    for (const TrackFigure& one : figures) {
        if (one.measure == measure && std::isfinite(one.value)) {
            sum += one.value;
            count += 1;
        }
    }
    return count > 0 ? sum / count : std::numeric_limits<double>::quiet_NaN();
}

Judgement judge(const TrackNetwork& network,
                const TrackLabels& labels,
                const BatchMaker& maker,
                const std::vector<Window>& windows,
                std::int64_t limit,
                const TrackFit& fit) {
    const at::NoGradGuard no_grad;
    const auto all = static_cast<std::int64_t>(windows.size());
    const std::int64_t count = limit > 0 ? std::min(limit, all) : all;
    Collector collected(labels);
    Judgement out;
    double batches = 0;
    for (std::int64_t first = 0; first < count; first += fit.batch) {
        std::vector<View> views;
        for (std::int64_t i = first; i < std::min<std::int64_t>(first + fit.batch, count); ++i) {
            views.push_back({&windows[static_cast<std::size_t>(i * all / count)], 0, false});
        }
        const TrackBatch batch = maker.make(views);
        const HeadOutputs outputs = network.forward(batch.bases);
        out.loss += network.loss(outputs, batch, fit.positional_weight).item<double>();
        batches += 1;
        collected.add(outputs, batch);
    }
    out.loss = batches > 0 ? out.loss / batches : 0;
    out.figures = collected.figures();
    return out;
}

}  // namespace varhush::train
