#include "apps/train/tracks.hpp"

#include "apps/common/cli.hpp"
#include "apps/common/output_clash.hpp"
#include "apps/train/config_options.hpp"
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

struct TracksOptions : StepOptions {
    std::string curves;
    std::string start;
    bool heads_only = false;
    std::string device = "cpu";
};

void add_options(CLI::App& app, TracksOptions& o) {
    const auto text =
        [&](const char* name, std::string& value, const char* what, const char* type) {
            return app.add_option(name, value, what)->type_name(type);
        };
    add_step_options(app, o);
    text("--curves", o.curves, "Draw the log, needs --log", "SVG");
    text("--start", o.start, "Start from this model, with its widths", "MODEL");
    app.add_flag("--heads-only", o.heads_only, "Keep what is in front of the heads, needs --start");
    text("--device", o.device, "cpu, cuda or cuda:N", "NAME")->default_str("cpu");
}

void validate(const TracksOptions& o) {
    validate(static_cast<const StepOptions&>(o));
    const auto require = [](bool good, const char* what) {
        if (!good) {
            throw Error(ErrorKind::kUsage, what);
        }
    };
    require(!o.heads_only || !o.start.empty(), "--heads-only needs --start");
    require(o.curves.empty() || !o.log.empty(), "--curves needs --log");
    reject_output_clashes(
        {{"--config", o.config}, {"--start", o.start}, {"--evaluate", o.evaluate}},
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
    override_settings(options, config.fit.steps, config.fit.seed);
    train::TrackRun run;
    fill_run(options, core::make_thread_plan(options.run.threads).model, run);
    run.curves = options.curves;
    run.start = options.start;
    run.heads_only = options.heads_only;
    run.device = options.device;
    if (!options.evaluate.empty()) {
        train::evaluate_tracks(config, options.evaluate, run);
        return true;
    }
    return ended_as_asked(train::train_tracks(config, run, stopping), stopping);
}

}  // namespace varhush::apps
