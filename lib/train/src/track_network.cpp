#include "track_network.hpp"

#include "initial_weights.hpp"
#include "track_loss.hpp"
#include "varhush/core/error.hpp"

#include <ATen/ATen.h>

#include <algorithm>
#include <utility>

namespace varhush::train {
namespace {

using models::OutputType;

/// A safetensors file in memory; what is made of it copies all it needs.
std::string file_of(const std::vector<nn::NamedTensor>& weights) {
    std::vector<nn::TensorShape> shapes;
    for (const nn::NamedTensor& one : weights) {
        shapes.push_back({one.name, one.shape});
    }
    std::string file = nn::safetensors_header(shapes, {});
    for (const nn::NamedTensor& one : weights) {
        file.append(reinterpret_cast<const char*>(one.values.data()),
                    one.values.size() * sizeof(float));
    }
    return file;
}

models::AlphaGenomeTorch network_of(const std::vector<nn::NamedTensor>& weights,
                                    const models::AlphaGenomeConfig& config,
                                    const std::string& device,
                                    bool bfloat16) {
    const std::string file = file_of(weights);
    models::AlphaGenomeTorchOptions options;
    options.device = device;
    options.trainable = true;
    if (bfloat16) {
        options.precision = models::TorchPrecision::kBfloat16;
    }
    return {nn::SafeTensors::from_memory(std::as_bytes(std::span(file)), "initial weights"),
            config,
            options};
}

}  // namespace

TrackNetwork::TrackNetwork(const std::vector<nn::NamedTensor>& weights,
                           const models::AlphaGenomeConfig& config,
                           const TrackLabels& labels,
                           const std::vector<HeadKey>& heads,
                           const std::string& device,
                           Learning learning)
    : device_(device),
      network_(network_of(weights, config, device, learning.bfloat16)),
      learning_(std::move(learning)),
      heads_(heads),
      splice_weight_(labels.has_splice ? labels.splice_weight : 0),
      one_bp_(labels.has_splice) {
    for (const auto& [name, tensor] : network_.tensors()) {
        if (!learning_.heads_only || is_head(name)) {
            changing_.emplace_back(name, tensor);
        } else {
            tensor.requires_grad_(false);
        }
    }
    if (learning_.low_rank) {
        const NamedTensors& factors = learning_.low_rank->tensors();
        changing_.insert(changing_.end(), factors.begin(), factors.end());
    }
    for (const HeadKey& key : heads) {
        one_bp_ = one_bp_ || key.second == 1;
        std::vector<float> peaks;
        std::vector<float> counts;
        std::vector<float> means;
        for (const std::size_t index : labels.of(key.first)) {
            const LabelTrack& track = labels.tracks[index];
            const auto weight = static_cast<float>(track.weight);
            peaks.push_back(track.peaks() ? weight : 0);
            counts.push_back(track.counts() ? weight : 0);
            means.push_back(static_cast<float>(track.track.nonzero_mean));
        }
        const auto put = [&](const std::vector<float>& values) {
            return at::tensor(at::ArrayRef<float>(values)).to(device_);
        };
        const auto positive = [](float weight) { return weight > 0; };
        kinds_[key.first] = {put(peaks),
                             put(counts),
                             put(means),
                             std::any_of(peaks.begin(), peaks.end(), positive),
                             std::any_of(counts.begin(), counts.end(), positive)};
    }
}

void TrackNetwork::use_low_rank(std::shared_ptr<const LowRank> change) {
    if (learning_.low_rank) {
        learning_.low_rank->restore(network_);
    }
    learning_.low_rank = std::move(change);
}

HeadOutputs TrackNetwork::forward(const at::Tensor& bases) const {
    if (learning_.low_rank) {
        learning_.low_rank->apply(network_);
    }
    const int organism = learning_.organism;
    const models::TorchEmbeddings embeddings = network_.embed(bases.to(device_), organism, one_bp_);
    HeadOutputs out;
    for (const HeadKey& key : heads_) {
        out.heads[key] = network_.training_head(key.first, key.second, embeddings, organism);
    }
    if (splice_weight_ > 0) {
        out.splice = network_.training_head(OutputType::kSpliceSites, 1, embeddings, organism);
    }
    return out;
}

at::Tensor TrackNetwork::head_loss(HeadKey key,
                                   const at::Tensor& predicted,
                                   const HeadLabels& labels,
                                   double positional_weight) const {
    const Kind& kind = kinds_.at(key.first);
    const at::Tensor values = labels.values.to(device_);
    const at::Tensor weights = labels.weights.to(device_);
    at::Tensor loss = at::zeros({}, predicted.options());
    if (kind.peaks) {
        loss = loss + peak_loss(predicted, values, weights * kind.peak_weight);
    }
    if (kind.counts) {
        const at::Tensor targets =
            target_transform(values, kind.means, key.second, key.first == OutputType::kRnaSeq);
        loss =
            loss + count_loss(predicted, targets, weights * kind.count_weight, positional_weight);
    }
    return loss;
}

at::Tensor TrackNetwork::loss(const HeadOutputs& outputs,
                              const TrackBatch& batch,
                              double positional_weight) const {
    at::Tensor loss = at::zeros({}, at::TensorOptions(device_));
    for (const auto& [key, predicted] : outputs.heads) {
        loss = loss + head_loss(key, predicted, batch.heads.at(key), positional_weight);
    }
    if (outputs.splice.defined()) {
        loss = loss + splice_weight_ * splice_loss(outputs.splice,
                                                   batch.splice.to(device_),
                                                   batch.splice_weights.to(device_));
    }
    return loss;
}

}  // namespace varhush::train
