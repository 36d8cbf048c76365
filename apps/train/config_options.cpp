#include "apps/train/config_options.hpp"

#include "apps/common/cli.hpp"
#include "varhush/core/error.hpp"

#include <CLI/CLI.hpp>

namespace varhush::apps {

namespace {

CLI::Option* add_text(
    CLI::App& app, const char* name, std::string& value, const char* what, const char* type) {
    return app.add_option(name, value, what)->type_name(type);
}

void require(bool good, const char* what) {
    if (!good) {
        throw Error(ErrorKind::kUsage, what);
    }
}

}  // namespace

void add_config_options(CLI::App& app,
                        ConfigOptions& options,
                        const char* report,
                        const char* report_type,
                        const char* seed) {
    add_text(app, "--config", options.config, "What to train on, and how", "JSON")->required();
    add_text(app,
             "--data",
             options.folder,
             "Where relative file names in it start (default: beside it)",
             "DIR");
    add_text(app, "-o,--output", options.output, "Write the model to FILE", "FILE");
    add_text(app, "--report", options.report, report, report_type);
    app.add_option("--seed", options.seed, std::string("Instead of ") + seed)
        ->type_name("N")
        ->check(CLI::NonNegativeNumber);  // -1 would be 2^64 - 1
    add_run_options(app, options.run);
}

void add_step_options(CLI::App& app, StepOptions& options) {
    add_config_options(
        app, options, "Write what the test regions say to FILE", "TSV", "training.seed");
    add_text(app, "--log", options.log, "Write a line every training.report_steps to FILE", "TSV");
    add_text(
        app, "--evaluate", options.evaluate, "Only judge this model on the test regions", "MODEL");
    app.add_option("--steps", options.steps, "Instead of training.steps")
        ->type_name("N")
        ->check(refuse_empty);
    app.add_option("--minutes", options.minutes, "End after the step that passes this time")
        ->type_name("N");
    app.add_option("--until", options.until, "End with a checkpoint after this step")
        ->type_name("N");
    app.add_flag("--resume", options.resume, "Go on from FILE.checkpoint");
}

void validate(const StepOptions& options) {
    require(options.output.empty() == !options.evaluate.empty(), "give either -o or --evaluate");
    require(options.evaluate.empty() || !options.report.empty(), "--evaluate needs --report");
    require(!options.steps || *options.steps > 0, "--steps must be above 0");
    require(options.minutes >= 0 && options.until >= 0, "--minutes and --until cannot be negative");
}

void override_settings(const StepOptions& options, std::int64_t& steps, std::uint64_t& seed) {
    steps = options.steps.value_or(steps);
    seed = options.seed.value_or(seed);
}

bool ended_as_asked(train::TrainOutcome outcome, const std::function<bool()>& stop) {
    return outcome == train::TrainOutcome::kFinished || !stop();
}

}  // namespace varhush::apps
