#pragma once

#include <optional>
#include <string>

namespace CLI {
class App;
}  // namespace CLI

namespace varhush::apps {

/// Where a VCF/BCF output goes; io::choose_output turns the first three into writer options.
struct OutputOptions {
    std::string path = "-";
    std::optional<std::string> output_type;  ///< -O: v z u b, with a level 0-9 behind
    std::optional<std::string> write_index;  ///< -W: "" when given without a kind, else tbi or csi
    bool no_version = false;
};

/// @throws Error{kUsage} when `path`, given with `option`, has the suffix of a compression that we
/// do not write (.zst, .xz, .bz2).
void reject_foreign_compression(const std::string& option, const std::string& path);

/// Adds -o/--output, -O/--output-type, -W/--write-index and --no-version.
void add_output_options(CLI::App& app, OutputOptions& options);

}  // namespace varhush::apps
