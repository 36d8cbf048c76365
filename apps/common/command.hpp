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

/// SIGINT, SIGTERM, SIGHUP, SIGQUIT and SIGXCPU remove unfinished output and end the process with
/// 128 + number, unless they came in ignored (nohup). SIGPIPE and SIGXFSZ are ignored so that a
/// closed pipe and a file size limit become write errors (exit 6).
void install_signal_handlers();

/// Opens /dev/null on closed standard descriptors: else the next file opened would get their
/// number, and the log would go into an output. Reading standard input and writing standard output
/// fail as before. To be called before anything is opened.
void open_standard_descriptors();

}  // namespace varhush::apps
