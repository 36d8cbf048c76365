#pragma once

#include "apps/common/output_clash.hpp"

#include <string>
#include <vector>

namespace CLI {
class App;
}  // namespace CLI

namespace varhush::apps {

/// Which records to read, as text; commands turn it into seq::Region lists.
struct RegionOptions {
    std::string regions;       ///< -r, comma-separated
    std::string regions_file;  ///< -R
    std::string targets;       ///< -t, comma-separated, a leading ^ excludes
    std::string targets_file;  ///< -T, a leading ^ excludes
};

/// Adds -r/--regions, -R/--regions-file, -t/--targets and -T/--targets-file; -r excludes -R, and -t
/// excludes -T.
void add_region_options(CLI::App& app, RegionOptions& options);

/// Adds the files of -R and -T to the `inputs` of reject_output_clashes().
void add_region_files(const RegionOptions& options, std::vector<NamedFile>& inputs);

}  // namespace varhush::apps
