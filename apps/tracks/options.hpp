#pragma once

#include "apps/common/run_options.hpp"

#include <string>
#include <vector>

namespace varhush::apps {

/// What `varhush tracks` was asked for.
struct TracksOptions {
    std::string expression;
    std::string model;     ///< name or file; empty: the embedded one
    std::string table;     ///< track table; instead of a model
    std::string organism;  ///< empty: human where there is one
    std::vector<std::string> heads;
    std::vector<std::string> tissues;
    std::string output = "-";
    bool padding = false;
    bool json = false;
    bool count = false;
    RunOptions run;
};

/// @throws Error{kUsage}, CLI::CallForHelp
TracksOptions parse_tracks_options(int argc, const char* const* argv);

/// @throws Error{kUsage} for an unknown head, or a file that is both read and written.
void validate(const TracksOptions& options);

}  // namespace varhush::apps
