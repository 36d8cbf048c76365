#pragma once

#include "apps/common/run_options.hpp"

#include <string>
#include <vector>

namespace varhush::apps {

/// What `varhush train sirna` was asked for.
struct TrainSirnaOptions {
    std::string data;
    std::string targets;           ///< FASTA of the transcripts that were silenced
    std::string train_on = "all";  ///< or the name of a data set
    std::string pretrain;          ///< FASTA of transcripts
    std::string output;
    std::string report;
    std::string epochs_output;
    std::string watch;  ///< data set whose predictions are kept by epoch
    int seeds = 5;
    int split_seeds = 0;  ///< 0: as `seeds`
    int pretrain_windows = 20'000;
    bool keep_splits = false;
    bool comparisons = false;
    bool resume = false;
    std::vector<std::string> settings;  ///< PART.KEY=NUMBER
    std::vector<std::string> without;   ///< parts left out
    std::vector<std::string> metadata;  ///< KEY=VALUE
    RunOptions run;
};

/// @throws Error{kUsage}.
[[nodiscard]] TrainSirnaOptions parse_train_sirna_options(int argc, const char* const* argv);

}  // namespace varhush::apps
