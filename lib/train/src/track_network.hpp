#pragma once

#include "low_rank.hpp"
#include "optimizer.hpp"
#include "track_batch.hpp"
#include "varhush/models/alphagenome_torch.hpp"
#include "varhush/nn/safetensors.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace varhush::train {

/// What the heads of a batch say, in the space of the losses.
struct HeadOutputs {
    std::map<HeadKey, at::Tensor> heads;  ///< [N, bins, T]
    at::Tensor splice;                    ///< [N, S, 5] before the softmax; undefined without
};

/// What of a network is learned.
struct Learning {
    bool heads_only = false;                  ///< everything in front of the heads stays as it is
    std::shared_ptr<const LowRank> low_rank;  ///< changes the trunk all the same; may be null
    int organism = 0;                         ///< row of the organisms
    bool bfloat16 = false;                    ///< TrackFit::bfloat16
};

/// A trainable AlphaGenome-style network and the losses of its labelled heads.
class TrackNetwork {
  public:
    TrackNetwork(const std::vector<nn::NamedTensor>& weights,
                 const models::AlphaGenomeConfig& config,
                 const TrackLabels& labels,
                 const std::vector<HeadKey>& heads,
                 const std::string& device,
                 Learning learning = {});

    [[nodiscard]] HeadOutputs forward(const at::Tensor& bases) const;
    /// Sum over heads and kinds of label, each a mean.
    [[nodiscard]] at::Tensor loss(const HeadOutputs& outputs,
                                  const TrackBatch& batch,
                                  double positional_weight) const;
    [[nodiscard]] const NamedTensors& tensors() const { return network_.tensors(); }
    /// What a step can change: all tensors, or those of the heads and of the low-rank change.
    [[nodiscard]] const NamedTensors& changing() const noexcept { return changing_; }
    /// Computes with this change of the trunk from now on; null: with the trunk as it was.
    void use_low_rank(std::shared_ptr<const LowRank> change);
    void use_batch_statistics(double share) { network_.use_batch_statistics(share); }
    [[nodiscard]] bool reads_bases() const noexcept { return one_bp_; }

  private:
    struct Kind {
        at::Tensor peak_weight, count_weight, means;  ///< [T], on the device
        bool peaks = false;
        bool counts = false;
    };
    [[nodiscard]] at::Tensor head_loss(HeadKey key,
                                       const at::Tensor& predicted,
                                       const HeadLabels& labels,
                                       double positional_weight) const;

    at::Device device_;
    mutable models::AlphaGenomeTorch network_;  ///< its adapted layers are set before each pass
    Learning learning_;
    NamedTensors changing_;
    std::vector<HeadKey> heads_;
    std::map<models::OutputType, Kind> kinds_;
    double splice_weight_ = 0;
    bool one_bp_ = false;
};

}  // namespace varhush::train
