#include "apps/common/output_options.hpp"

#include "varhush/core/error.hpp"

#include <CLI/CLI.hpp>

#include <string>

namespace varhush::apps {

void reject_foreign_compression(const std::string& option, const std::string& path) {
    for (const char* suffix : {".zst", ".xz", ".bz2"}) {
        if (!path.ends_with(suffix)) {
            continue;
        }
        std::string message = option;
        message.append(" ").append(path).append(": varhush does not write ").append(suffix);
        throw Error(ErrorKind::kUsage, message, "write .gz, or compress standard output");
    }
}

void add_output_options(CLI::App& app, OutputOptions& options) {
    app.add_option("-o,--output", options.path, "Write to FILE; - is standard output")
        ->type_name("FILE")
        ->default_str("-")
        ->group("Output");
    app.add_option("-O,--output-type",
                   options.output_type,
                   "v: VCF, z: compressed VCF, b: BCF, u: uncompressed BCF; a digit 0-9 behind it "
                   "is the level. Default: by the suffix of FILE")
        ->type_name("v|z|b|u[0-9]")
        ->group("Output");
    // parse_command_line() writes a bare -W as --write-index=auto: an option with an optional value
    // would swallow the input file behind it.
    app.add_option_function<std::string>(
           "-W,--write-index",
           [&options](const std::string& kind) {
               options.write_index = kind == "auto" ? "" : kind;
           },
           "Index the output too: -W, -W=tbi or -W=csi")
        ->type_name("[=tbi|csi]")
        ->group("Output");
    app.add_flag("--no-version",
                 options.no_version,
                 "Leave version and command line out of the header (reproducible bytes)")
        ->group("Output");
}

}  // namespace varhush::apps
