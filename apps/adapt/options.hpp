#pragma once

#include "apps/common/run_options.hpp"

#include <cstdint>
#include <string>

namespace varhush::apps {

/// What `varhush adapt` was asked for.
struct AdaptOptions {
    std::string model;
    std::string output;
    std::string merge;  ///< an adapter: only write the merged model

    // Data: a configuration, or one file.
    std::string config;
    std::string folder;
    std::string fasta;
    std::string bam, bigwig, bedgraph, peaks;
    bool fragments = false;
    std::string track;
    std::string head;
    std::string strand = ".";
    std::string factor;
    std::string biosample;
    std::string train, validation, test;  ///< regions, comma-separated

    // What is learned.
    bool heads_only = false;
    int rank = 8;
    double alpha = 0;  ///< 0: as the rank
    std::string layers = "tower";
    std::string name;  ///< of the adapter; empty: the output file's
    std::string organism = "human";
    double rehearse = 0;
    std::string old;

    // How. 0: the configuration's, or the default.
    std::int64_t window_bp = 0;
    std::int64_t shift_bp = -1;
    std::int64_t steps = 0;
    int batch = 0;
    double learning_rate = 0;
    std::uint64_t seed = 0;
    double minutes = 0;
    std::string device = "cpu";
    bool resume = false;

    std::string report, forgetting, log, curves;
    RunOptions run;

    [[nodiscard]] int data_files() const {
        return static_cast<int>(!bam.empty()) + static_cast<int>(!bigwig.empty()) +
               static_cast<int>(!bedgraph.empty()) + static_cast<int>(!peaks.empty());
    }
};

/// @throws Error{kUsage}, CLI::CallForHelp
AdaptOptions parse_adapt_options(int argc, const char* const* argv);

/// @throws Error{kUsage}
void validate(const AdaptOptions& options);

}  // namespace varhush::apps
