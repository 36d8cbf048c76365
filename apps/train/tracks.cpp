#include "apps/train/tracks.hpp"

#include "apps/common/cli.hpp"
#include "apps/common/output_clash.hpp"
#include "apps/common/run_options.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/train/track_trainer.hpp"

#include <CLI/CLI.hpp>

#include <string>

namespace varhush::apps {

namespace {

constexpr HelpText kHelp{
    .name = "train tracks",
    .description =
        "Train an AlphaGenome-style model on tracks: peaks, signals, coverage, splice sites. One "
        "JSON file says which, how the model is shaped and what is held out; leaks into held-out "
        "regions are looked for before the first step. 'docs/train.md' has the keys.",
    .example_a =
        "varhush train tracks --config data/demo/train_tracks.json --steps 4 "
        "--log curves.tsv --curves curves.svg -o tracks.safetensors",
    .example_b = "varhush model info tracks.safetensors",
};

struct TracksOptions {
    std::string config;
    std::string folder;
    std::string output;
    std::string log;
    std::string curves;
    std::string report;
    std::string evaluate;
    std::string start;
    bool heads_only = false;
    std::string device = "cpu";
    std::int64_t steps = 0;
    std::uint64_t seed = 0;
    double minutes = 0;
    bool resume = false;
    RunOptions run;
};

void add_options(CLI::App& app, TracksOptions& o) {
    const auto text =
        [&](const char* name, std::string& value, const char* what, const char* type) {
            return app.add_option(name, value, what)->type_name(type);
        };
    text("--config", o.config, "What to train on, and how", "JSON")->required();
    text(
        "--data", o.folder, "Where relative file names in it start (default: beside it)", "FOLDER");
    text("-o,--output", o.output, "Write the model to FILE", "FILE");
    text("--log", o.log, "Write a line every training.report_steps to FILE", "TSV");
    text("--curves", o.curves, "Draw the log, needs --log", "SVG");
    text("--report", o.report, "Write what the test regions say to FILE", "TSV");
    text("--evaluate", o.evaluate, "Only judge this model on the test regions", "MODEL");
    text("--start", o.start, "Start from this model, with its widths", "MODEL");
    app.add_flag("--heads-only", o.heads_only, "Keep what is in front of the heads, needs --start");
    text("--device", o.device, "cpu, cuda or cuda:N", "NAME")->default_str("cpu");
    app.add_option("--steps", o.steps, "Instead of training.steps")->type_name("N");
    app.add_option("--seed", o.seed, "Instead of training.seed")->type_name("N");
    app.add_option("--minutes", o.minutes, "End after the step that passes this time")
        ->type_name("N");
    app.add_flag("--resume", o.resume, "Go on from FILE.checkpoint");
    add_run_options(app, o.run);
}

void validate(const TracksOptions& o) {
    const auto require = [](bool good, const char* what) {
        if (!good) {
            throw Error(ErrorKind::kUsage, what);
        }
    };
    require(o.output.empty() == !o.evaluate.empty(), "give either -o or --evaluate");
    require(o.evaluate.empty() || !o.report.empty(), "--evaluate needs --report");
    require(!o.heads_only || !o.start.empty(), "--heads-only needs --start");
    require(o.curves.empty() || !o.log.empty(), "--curves needs --log");
    require(o.steps >= 0 && o.minutes >= 0, "--steps and --minutes cannot be negative");
    reject_output_clashes(
        {{"--config", o.config}, {"--start", o.start}},
        {{"-o", o.output}, {"--log", o.log}, {"--curves", o.curves}, {"--report", o.report}});
}

}  // namespace

bool run_train_tracks(int argc, const char* const* argv, const std::function<bool()>& stopping) {
    TracksOptions options;
    const auto app = make_command_app(kHelp);
    add_options(*app, options);
    parse_command_line(*app, argc, argv);
    apply_verbosity(options.run);
    validate(options);
    train::TrackConfig config = train::read_track_config(options.config, options.folder);
    if (options.steps > 0) {
        config.fit.steps = options.steps;
    }
    if (options.seed > 0) {
        config.fit.seed = options.seed;
    }
    train::TrackRun run;
    run.output = options.output;
    run.log = options.log;
    run.curves = options.curves;
    run.report = options.report;
    run.start = options.start;
    run.heads_only = options.heads_only;
    run.device = options.device;
    run.minutes = options.minutes;
    run.resume = options.resume;
    run.threads = core::make_thread_plan(options.run.threads).model;
    if (!options.evaluate.empty()) {
        train::evaluate_tracks(config, options.evaluate, run);
        return true;
    }
    return train::train_tracks(config, run, stopping) == train::TrainOutcome::kFinished;
}

}  // namespace varhush::apps
