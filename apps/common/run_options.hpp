#pragma once

#include <string>

namespace CLI {
class App;
}  // namespace CLI

namespace varhush::apps {

/// Options that every command with work to do shares.
struct RunOptions {
    int threads = 0;  ///< 0: the CPU quota, at most 8 (core::make_thread_plan)
    int verbosity = 0;
    bool quiet = false;
};

/// Adds -@/--threads, -v/--verbose and -q/--quiet. Commands that read alignments say "--quiet" for
/// `quiet_names`: there -q is the least mapping quality, as everywhere in samtools.
void add_run_options(CLI::App& app, RunOptions& options, const char* quiet_names = "-q,--quiet");

/// Sets the log level: errors only with -q, debug with -v, else info.
/// @throws Error{kUsage} when both were given.
void apply_verbosity(const RunOptions& options);

/// Adds --device auto|cpu|cuda[:N]; other values do not parse.
void add_device_option(CLI::App& app, std::string& device);

/// Adds --progress auto|bar|lines|none; see choose_progress().
void add_progress_option(CLI::App& app, std::string& style);

}  // namespace varhush::apps
