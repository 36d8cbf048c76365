#pragma once

#include "apps/common/output_options.hpp"
#include "apps/common/run_options.hpp"
#include "varhush/io/variant_fixer.hpp"
#include "varhush/io/variant_writer.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace varhush::apps {

struct CheckOptions {
    std::string input = "-";
    std::vector<std::string> fastas;
    std::int64_t sample = 10'000;  ///< see RecordSampler
    bool full = false;
    bool json = false;
    OutputOptions output;  ///< path: of the report; the rest: of the repaired file
    std::string fix;       ///< repaired file; empty: only the report
    std::vector<std::string> steps{"rename", "leftalign"};
    RunOptions run;
    std::string command_line;

    // Derived by validate().
    io::VariantFixerOptions fixer;
    io::VariantWriterOptions writer;
};

/// Reads the command line. @throws Error{kUsage}; CLI::CallForHelp for --help.
[[nodiscard]] CheckOptions parse_check_options(int argc, const char* const* argv);

}  // namespace varhush::apps
