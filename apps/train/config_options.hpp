#pragma once

#include "apps/common/run_options.hpp"
#include "varhush/train/trainer.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace CLI {
class App;
}  // namespace CLI

namespace varhush::apps {

/// Options of every training that one JSON file describes.
struct ConfigOptions {
    std::string config;
    std::string folder;
    std::string output;
    std::string report;
    std::optional<std::uint64_t> seed;
    RunOptions run;
};

/// The same of a training by steps, which can be stopped, gone on with, and judged afterwards.
struct StepOptions : ConfigOptions {
    std::string log;
    std::string evaluate;  ///< a finished model
    std::optional<std::int64_t> steps;
    double minutes = 0;
    std::int64_t until = 0;
    bool resume = false;
};

/// `report` says of --report what it is, `seed` whose place --seed takes.
void add_config_options(CLI::App& app,
                        ConfigOptions& options,
                        const char* report,
                        const char* report_type,
                        const char* seed);
void add_step_options(CLI::App& app, StepOptions& options);

/// @throws Error{kUsage}
void validate(const StepOptions& options);

/// --steps and --seed in place of what the file says.
void override_settings(const StepOptions& options, std::int64_t& steps, std::uint64_t& seed);

/// Copies what a run (train::TrackRun, train::PolyaRun) is told beside its configuration.
template <typename Run>
void fill_run(const StepOptions& options, int threads, Run& run) {
    run.output = options.output;
    run.log = options.log;
    run.report = options.report;
    run.minutes = options.minutes;
    run.until = options.until;
    run.resume = options.resume;
    run.threads = threads;
}

/// Whether a run ended as it was asked to: at its end, or behind --until; not by a signal.
[[nodiscard]] bool ended_as_asked(train::TrainOutcome outcome, const std::function<bool()>& stop);

}  // namespace varhush::apps
