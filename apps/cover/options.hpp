#pragma once

#include "apps/common/run_options.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace varhush::apps {

/// What `varhush cover` was asked for.
struct CoverOptions {
    std::string input = "-";
    std::string output = "-";
    std::string fasta;
    std::optional<std::string> region;
    int min_mapping_quality = 0;
    /// Unmapped, secondary, QC-fail, duplicate and supplementary reads.
    std::string excluded_flags = "0xF04";
    RunOptions run;
};

/// @throws Error{kUsage}, CLI::CallForHelp
CoverOptions parse_cover_options(int argc, const char* const* argv);

}  // namespace varhush::apps
