#pragma once

#include "apps/common/run_options.hpp"

#include <string>
#include <vector>

namespace varhush::apps {

/// What `varhush model` was asked for.
struct ModelOptions {
    enum class Task { kList, kInfo, kVerify, kConvert, kAdd };
    Task task = Task::kList;
    bool json = false;
    std::string model;  ///< name or path; the source of convert and add

    std::string output;  ///< of convert
    std::string name;
    std::string organism;  ///< human, mouse or both; empty: as the source
    std::string tracks_human;
    std::string tracks_mouse;
    bool pad_tracks = false;
    std::string terms;
    std::string terms_file;
    std::string config;
    std::string dtype = "keep";
    std::vector<std::string> heads;

    std::string folder;  ///< of add; empty: the first of VARHUSH_MODELS
    bool force = false;
    RunOptions run;
};

/// @throws Error{kUsage}, CLI::CallForHelp
ModelOptions parse_model_options(int argc, const char* const* argv);

}  // namespace varhush::apps
