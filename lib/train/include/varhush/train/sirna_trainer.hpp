#pragma once

#include "varhush/models/sirna_ensemble.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace varhush::train {

/// Rows that a model is tested on, and rows that it must not see for that.
struct SirnaSplit {
    std::string name;                    ///< for messages and the report
    bool laboratory = false;             ///< a whole study is left out, not genes of it
    std::vector<std::uint8_t> held_out;  ///< [rows]
    std::vector<std::uint8_t> excluded;  ///< [rows]; at least what is held out
};

/// The guides' features as far as they may be known in a state (models::SirnaState).
struct SirnaStateData {
    std::string name;
    std::vector<std::int64_t> needs;  ///< columns that are known in this state
    std::vector<float> rows;          ///< [rows, features], NaN where unknown
    double share = 0;  ///< of the guides that networks are shown in this state, in training
};

/// Measured guides with their features.
struct SirnaTrainingData {
    std::vector<std::string> features;  ///< names of the columns
    std::vector<std::string> blocks;    ///< and what they belong to
    std::vector<double> target;         ///< what is learnt: fraction silenced, may exceed 0..1
    std::vector<double> efficacy;       ///< the same inside 0..1: what calibration is about
    std::vector<int> study;             ///< from 0
    std::vector<int> gene;              ///< from 0; guides of one gene share an offset in training
    std::vector<std::uint8_t> in_training;  ///< rows that may be trained on
    std::vector<SirnaSplit> splits;
    std::vector<SirnaStateData> states;
    std::vector<float> pretraining;  ///< [windows, features]: guides of transcripts, unmeasured

    [[nodiscard]] std::size_t size() const noexcept { return target.size(); }
};

/// How one part of the ensemble is built and trained.
struct SirnaPartRecipe {
    models::SirnaPart part;  ///< support and weight are filled in by the training
    int epochs = 12;
    double learning_rate = 3e-3;
    double weight_decay = 0.03;
    double dropout_letters = 0;
    double dropout_hidden = 0;
    double dropout_encoder = 0;
    double rank_weight = 0;  ///< of the ranking loss beside the squared error
    double curvature_weight = 0;
    int pretrain_steps = 0;
    int kernel_steps = 20;   ///< of the search for the parameters of the kernel
    int search_rows = 2000;  ///< guides it looks at: its cost grows with the cube
    /// States in whose mix it takes part; empty: in none, it is stored for comparison only.
    std::set<std::string> states{"transcript", "flanks", "guide"};
};

struct SirnaTrainOptions {
    std::string output;         ///< the model; unfinished work is in `output`.checkpoint/
    std::string epochs_output;  ///< predictions of every epoch for `watched`; empty: not written
    std::string report;         ///< table of out-of-fold results; empty: not written
    std::vector<std::size_t> watched;  ///< rows
    std::vector<SirnaPartRecipe> recipe;
    int seeds = 5;
    int split_seeds = 5;       ///< seeds that are trained on splits, too
    bool keep_splits = false;  ///< store the members of the splits in the model
    std::int64_t feature_version = 0;
    int threads = 1;
    bool resume = false;
    std::map<std::string, std::string> metadata;

    /// @throws Error{kUsage} for values that make no sense.
    void validate() const;
};

/// The parts that varhush ships, for columns of these names and blocks: "spline", "cnn",
/// "transformer", and a kernel for each state: "kernel" (transcript), "kernel_flanks",
/// "kernel_guide".
[[nodiscard]] std::vector<SirnaPartRecipe> default_sirna_recipe(
    const std::vector<std::string>& features, const std::vector<std::string>& blocks);

/// Changes one number of a recipe, "part.key=value", e.g. "cnn.epochs=15".
/// @throws Error{kUsage} for an unknown part, key or value.
void change_sirna_recipe(std::vector<SirnaPartRecipe>& recipe, const std::string& setting);

enum class SirnaTrainOutcome { kFinished, kStopped };

/// Trains every part with every seed on all training rows, and again for every split without its
/// rows; finds the weights of the mix from predictions for rows that were held out (non-negative
/// least squares), and from the same predictions the calibration, for every state; writes the
/// ensemble. Finished members are kept in the checkpoint folder; when `stop` turns true, the run
/// ends after writing what is finished, and a later one with `resume` goes on. Same data, options
/// and build: same bytes, whatever the number of threads.
/// @throws Error{kUsage, kInput, kOutput, kResume}.
SirnaTrainOutcome train_sirna(const SirnaTrainingData& data,
                              const SirnaTrainOptions& options,
                              const std::function<bool()>& stop);

}  // namespace varhush::train
