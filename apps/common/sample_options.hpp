#pragma once

#include "apps/common/output_clash.hpp"

#include <string>
#include <vector>

namespace CLI {
class App;
}  // namespace CLI

namespace varhush::apps {

/// Which samples, as text.
struct SampleOptions {
    std::string samples;       ///< -s, comma-separated, a leading ^ excludes
    std::string samples_file;  ///< -S, one a line, a leading ^ excludes
};

struct SampleNames {
    std::vector<std::string> names;  ///< empty: all
    bool exclude = false;
};

/// Adds -s/--samples and -S/--samples-file, which exclude each other.
void add_sample_options(CLI::App& app, SampleOptions& options, const std::string& group);

/// Adds the file of -S to the `inputs` of reject_output_clashes().
void add_sample_file(const SampleOptions& options, std::vector<NamedFile>& inputs);

/// What the lists say, each name once. A file may have more columns; the first counts.
/// @throws Error{kUsage} for an empty name or list, Error{kInput} for a file that cannot be read.
[[nodiscard]] SampleNames sample_names(const SampleOptions& options);

}  // namespace varhush::apps
