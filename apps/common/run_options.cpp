#include "apps/common/run_options.hpp"

#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>

namespace varhush::apps {

namespace {

constexpr int kMostThreads = 1024;

std::string check_device(const std::string& device) {
    if (device == "auto" || device == "cpu" || device == "cuda") {
        return {};
    }
    const std::string prefix = "cuda:";
    const auto is_digit = [](unsigned char c) { return std::isdigit(c) != 0; };
    if (device.starts_with(prefix) && device.size() > prefix.size() && device.size() < 9 &&
        std::all_of(device.begin() + 5, device.end(), is_digit)) {
        return {};
    }
    return "device '" + device + "' is not auto, cpu, cuda or cuda:N";
}

}  // namespace

void add_run_options(CLI::App& app, RunOptions& options, const char* quiet_names) {
    app.add_option("-@,--threads",
                   options.threads,
                   "Thread budget of the process; 0: the CPU quota, at most 8")
        ->type_name("N")
        ->default_str("0")
        ->check(CLI::Range(0, kMostThreads).description(""))
        ->group("Run");
    app.add_flag("-v,--verbose", options.verbosity, "Say more on standard error")->group("Run");
    app.add_flag(quiet_names, options.quiet, "Say only errors")->group("Run");
}

void apply_verbosity(const RunOptions& options) {
    if (options.quiet && options.verbosity > 0) {
        throw Error(ErrorKind::kUsage, "--quiet and --verbose exclude each other");
    }
    if (options.quiet) {
        core::set_log_level(core::LogLevel::kError);
    } else if (options.verbosity > 0) {
        core::set_log_level(core::LogLevel::kDebug);
    }
}

void add_device_option(CLI::App& app, std::string& device) {
    app.add_option("--device", device, "Where the model runs: auto, cpu, cuda or cuda:N")
        ->type_name("DEVICE")
        ->default_str("auto")
        ->check(CLI::Validator(check_device, ""))
        ->group("Run");
}

void add_progress_option(CLI::App& app, std::string& style) {
    app.add_option("--progress", style, "A bar on a terminal, a line a minute, or none")
        ->type_name("auto|bar|lines|none")
        ->default_str("auto")
        ->check(CLI::IsMember({"auto", "bar", "lines", "none"}))
        ->group("Run");
}

}  // namespace varhush::apps
