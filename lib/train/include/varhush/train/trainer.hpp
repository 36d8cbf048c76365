#pragma once

#include "varhush/train/splice_tile.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace varhush::train {

/// Shape of the network to train; the rest of the configuration is fixed (32 channels,
/// softmax3, leaky 0.1).
struct StudentShape {
    std::vector<int> kernel_sizes{11, 11, 11, 11, 11, 11, 11, 11};
    std::vector<int> dilations{1, 1, 1, 1, 4, 4, 4, 4};
};

struct TrainOptions {
    StudentShape shape;
    std::string output;  ///< member weights; the checkpoint is beside it with ".checkpoint"
    std::string log;     ///< TSV, one line a report; "" for none
    std::int64_t steps = 20'000;
    int batch = 8;                  ///< windows a step
    std::int64_t window_bp = 1500;  ///< labelled positions a window
    double learning_rate = 2e-3;
    std::int64_t warmup_steps = 500;
    double weight_decay = 1e-3;
    double clip_norm = 5;  ///< of the gradient of the loss in nats per 1,000 positions
    double ema_decay = 0.999;
    double hard_weight = 0;          ///< share of the annotation in the labels of unchanged tiles
    double annotation_share = 0.25;  ///< of windows from tiles that only the annotation labels
    double near_site_share = 0.75;   ///< of windows that hold a site or a change on purpose
    std::uint64_t seed = 1;
    int threads = 1;
    double checkpoint_minutes = 5;
    std::int64_t report_steps = 200;
    std::int64_t validate_steps = 2000;
    int validation_tiles = 60;
    bool resume = false;
    std::vector<seq::Region> held_out;  ///< a tile that reaches in with its context is an error
    std::map<std::string, std::string> metadata;  ///< added to the weights: data, terms, …

    /// @throws Error{kUsage} for values that make no sense.
    void validate() const;
};

/// What validation tiles say about the averaged weights.
struct ValidationResult {
    double loss = 0;  ///< cross-entropy to the labels, nats per 1,000 positions
    double acceptor_auprc = 0, donor_auprc = 0;  ///< against the annotation, unchanged tiles
    double acceptor_top_k = 0, donor_top_k = 0;
    double delta_pearson = 0;  ///< largest change within 50 bases of a substitution, to the labels'
    std::int64_t substitutions = 0;
};

enum class TrainOutcome { kFinished, kStopped };

/// Trains one member on `tiles` (their `validation` ones only watch): AdamW (Loshchilov & Hutter
/// 2019), linear warm-up and cosine decay, gradient clipping, averaged weights. Writes a checkpoint
/// every few minutes and when `stop` turns true; at the end the averaged weights. With `resume` it
/// goes on from the checkpoint, bit for bit as if it had not been stopped (same threads).
/// @throws Error{kUsage} for a leak into a held-out region or no tiles, Error{kResume} for a
/// checkpoint of other options, Error{kOutput}.
TrainOutcome train_member(const std::vector<Tile>& tiles,
                          const TrainOptions& options,
                          const std::function<bool()>& stop);

/// Puts single members (files of train_member) into one ensemble file.
/// @throws Error{kModel} when their shapes differ.
void join_members(const std::vector<std::string>& paths, const std::string& output);

}  // namespace varhush::train
