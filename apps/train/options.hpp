#pragma once

#include "apps/common/run_options.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace CLI {
class App;
}  // namespace CLI

namespace varhush::apps {

/// What `varhush train` was asked for. One of four jobs: train a member (nothing else given), label
/// sequence with a teacher (make_labels), put members together (join), judge models (evaluate).
struct TrainCommandOptions {
    std::string fasta;
    std::string gtf;
    std::string genes;  ///< SpliceAI gene table
    std::string sites;  ///< instead of gene models: site table and exons
    std::string exons;
    std::string exclude;     ///< held-out regions, comma-separated
    std::string validation;  ///< regions to watch, comma-separated
    std::uint64_t seed = 1;
    RunOptions run;

    std::string output;
    std::string labels;
    std::int64_t steps = 20'000;
    int batch = 8;
    std::int64_t window = 1500;
    double learning_rate = 2e-3;
    std::int64_t warmup = 500;
    double hard_weight = 0;
    double annotation_share = 0.25;
    std::vector<int> kernel_sizes{11, 11, 11, 11, 11, 11, 11, 11};
    std::vector<int> dilations{1, 1, 1, 1, 4, 4, 4, 4};
    std::string log;
    double checkpoint_minutes = 5;
    std::int64_t validate_steps = 2000;
    bool resume = false;
    std::vector<std::string> metadata;  ///< KEY=VALUE

    std::string make_labels;
    std::string teacher;
    int copies = 1;
    int max_tiles = 0;  ///< 0: all
    std::string shard = "0/1";

    std::vector<std::string> join;

    std::vector<std::string> evaluate;
    std::string evaluate_region;
    std::string evaluate_against;  ///< the model whose deltas count as true
    std::string evaluate_variants;
    std::string evaluate_variants_fasta;
    std::string evaluate_variants_genes;
};

void add_train_options(CLI::App& app, TrainCommandOptions& options);

/// Cross-checks; the values themselves are checked where they are used.
/// @throws Error{kUsage}.
void validate(const TrainCommandOptions& options);

/// The KEY=VALUE items of --metadata; the last one of a key counts.
/// @throws Error{kUsage}.
[[nodiscard]] std::map<std::string, std::string> parse_metadata(
    const std::vector<std::string>& items);

}  // namespace varhush::apps
