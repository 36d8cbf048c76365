#pragma once

#include "apps/common/run_options.hpp"

#include <string>
#include <vector>

namespace varhush::apps {

/// What `varhush sioff` was asked for.
struct SioffOptions {
    std::string guides = "-";
    std::string index;
    std::string output = "-";
    std::string bed;
    std::string summary;
    std::string strand = "both";
    int max_mismatches = 3;
    bool bulge = false;
    bool no_seed_sites = false;
    bool skip_bad = false;
    std::vector<std::string> target_genes;
    std::string paralogues;
    std::string expression;
    std::string expression_column;
    std::string mirna_seeds;
    std::string seed_viability;
    RunOptions run;
};

/// @throws Error{kUsage} for combinations that make no sense.
void validate(const SioffOptions& options);

/// @throws Error{kUsage}, CLI::CallForHelp
SioffOptions parse_sioff_options(int argc, const char* const* argv);

}  // namespace varhush::apps
