#include "apps/common/region_options.hpp"

#include <CLI/CLI.hpp>

namespace varhush::apps {

void add_region_options(CLI::App& app, RegionOptions& options) {
    auto* regions = app.add_option("-r,--regions",
                                   options.regions,
                                   "Only records that start in these regions, by index")
                        ->type_name("CHR:FROM-TO[,..]")
                        ->group("Regions");
    app.add_option("-R,--regions-file", options.regions_file, "The same, regions from a file")
        ->type_name("FILE")
        ->excludes(regions)
        ->group("Regions");
    auto* targets = app.add_option("-t,--targets",
                                   options.targets,
                                   "Like -r, but streams and filters (no index); ^ excludes")
                        ->type_name("[^]CHR:FROM-TO[,..]")
                        ->group("Regions");
    app.add_option("-T,--targets-file", options.targets_file, "The same, targets from a file")
        ->type_name("[^]FILE")
        ->excludes(targets)
        ->group("Regions");
}

void add_region_files(const RegionOptions& options, std::vector<NamedFile>& inputs) {
    const std::string& targets = options.targets_file;
    inputs.push_back({"-R", options.regions_file});
    inputs.push_back({"-T", targets.starts_with('^') ? targets.substr(1) : targets});
}

}  // namespace varhush::apps
