#pragma once

#include <functional>
#include <span>
#include <string_view>

namespace varhush::apps {

/// One line of the command table: help and dispatch come from it. `run` gets the arguments behind
/// the command's name (argv[0] is that name) and returns the exit code; it may throw Error.
/// Commands of the model half have no `run` in the launcher: it prepares the numerical runtime and
/// execs varhush-model.
struct Command {
    std::string_view group;
    std::string_view name;
    std::string_view summary;
    int (*run)(int argc, const char* const* argv);
};

/// Runs `body` and turns whatever it throws into one or two lines on stderr and the exit code of
/// the house table: Error by its kind, std::bad_alloc 137, CLI::ParseError 2 (0 for --help and
/// --version, printed on stdout), anything else 1. Sets the log's command name. Removes unfinished
/// output.
int run_guarded(std::string_view command, const std::function<int()>& body);

/// SIGINT and SIGTERM remove unfinished output and end the process with 130 and 143; SIGPIPE is
/// ignored so that a closed pipe becomes a write error (exit 6).
void install_signal_handlers();

}  // namespace varhush::apps
