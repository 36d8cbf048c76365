#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace CLI {
class App;
}  // namespace CLI

namespace varhush::apps {

/// What `--help` says besides the options. Both examples must run as they stand from the top of the
/// source tree (they use data/); the tests run them.
struct HelpText {
    std::string_view name;         ///< the command, e.g. "score"
    std::string_view description;  ///< a few sentences: what it does, from what to what
    std::string_view example_a;    ///< one line, "varhush score … | …"
    std::string_view example_b;
};

/// A CLI11 application with the house layout of `--help`; options are added by the caller.
[[nodiscard]] std::unique_ptr<CLI::App> make_command_app(const HelpText& text);

/// Lists -h under `group`, behind the options that are there already: for commands whose options
/// stand under headings of their own.
void put_help_last(CLI::App& app, const char* group);

/// Parses argv (argv[0] is the command's name). `-W=csi` and `-Wcsi` are accepted beside
/// `--write-index=csi`. `--help` prints on stdout and throws CLI::CallForHelp, which run_guarded
/// turns into exit 0.
/// @throws Error{kUsage} for anything that does not parse, with a hint at `--help`; Error{kOutput}
/// when the help text cannot be written.
void parse_command_line(CLI::App& app, int argc, const char* const* argv);

/// The command's name and its arguments in one line, for headers: control characters are blanks.
[[nodiscard]] std::string joined_command_line(int argc, const char* const* argv);

/// Writes all of `text` to stdout and flushes.
/// @throws Error{kOutput} when that fails.
void print_to_stdout(std::string_view text);

/// For CLI::Option::check: an option that may be left out takes "" for left out, so that an empty
/// variable of a shell script would switch it off without a word.
[[nodiscard]] std::string refuse_empty(const std::string& text);

}  // namespace varhush::apps
