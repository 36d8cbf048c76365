#pragma once

#include "apps/common/run_options.hpp"

#include <string>

namespace varhush::apps {

/// What `varhush siscore` was asked for.
struct SiscoreOptions {
    std::string input = "-";
    std::string output = "-";
    std::string json;  ///< empty: not written
    bool no_version = false;
    std::string command_line;
    std::string model;  ///< empty: the embedded one
    bool known_laboratory = false;
    bool fold = true;             ///< contexts of 200 and more bases
    long long max_unscored = -1;  ///< -1: any number
    RunOptions run;
};

/// @throws Error{kUsage}.
[[nodiscard]] SiscoreOptions parse_siscore_options(int argc, const char* const* argv);

}  // namespace varhush::apps
