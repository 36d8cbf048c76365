#pragma once

#include "apps/common/run_options.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace varhush::apps {

/// What `varhush predict` was asked for.
struct PredictOptions {
    std::string model;
    std::vector<std::string> adapters;
    std::string fasta;
    std::string output;        ///< folder
    std::string regions;       ///< -r
    std::string regions_file;  ///< -R
    std::string organism = "human";
    std::string heads;
    std::string tracks;
    std::string tissue;
    std::int64_t window_bp = 0;  ///< 0: the model's own, see usual_window()
    std::int64_t halo_bp = -1;   ///< -1: a quarter of the window
    int resolution_bp = 0;       ///< 0: each output's own
    std::string format = "bigwig";
    std::string vcf;
    std::string sample;
    int haplotype = 0;  ///< 1 or 2; 0: the reference
    bool resume = false;
    bool force = false;
    std::vector<std::string> only_alphagenome;  ///< given options that mean nothing else, as typed
    RunOptions run;
};

/// @throws Error{kUsage}, CLI::CallForHelp
PredictOptions parse_predict_options(int argc, const char* const* argv);

/// Sets the window when it was not given, and the halo. @throws Error{kUsage} for a halo that does
/// not fit.
void set_window(PredictOptions& options, std::int64_t usual_window_bp);

/// Cross-checks; sets halo_bp where the window was given. @throws Error{kUsage}
void validate(PredictOptions& options, bool window_given);

}  // namespace varhush::apps
