#include "apps/train/polya.hpp"

#include "apps/common/cli.hpp"
#include "apps/common/output_clash.hpp"
#include "apps/common/run_options.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/train/polya_training.hpp"

#include <CLI/CLI.hpp>

#include <string>

namespace varhush::apps {

namespace {

constexpr HelpText kHelp{
    .name = "train polya",
    .description =
        "Train a polyadenylation network (VH_PAS) from a random start on what a teacher says of "
        "windows round polyadenylation hexamers and of changed copies of them. A JSON file names "
        "sequence, genes, teacher, what is held out and the settings; 'docs/train.md' has the "
        "keys.",
    .example_a = "varhush train polya --config data/demo/polya.json --steps 4 -o polya.safetensors",
    .example_b = "varhush model info polya.safetensors",
};

struct PolyaOptions {
    std::string config;
    std::string folder;
    std::string evaluate;
    std::int64_t steps = 0;
    std::uint64_t seed = 0;
    train::PolyaRun training;
    RunOptions run;
};

void add_options(CLI::App& app, PolyaOptions& o) {
    const auto text =
        [&](const char* name, std::string& value, const char* what, const char* type) {
            return app.add_option(name, value, what)->type_name(type);
        };
    text("--config", o.config, "What to train on, and how", "JSON")->required();
    text("--data", o.folder, "Where relative file names in it start (default: beside it)", "DIR");
    text("-o,--output", o.training.output, "Write the model to FILE", "FILE");
    text("--log", o.training.log, "Write a line every training.report_steps to FILE", "TSV");
    text("--report", o.training.report, "Write what the test regions say to FILE", "TSV");
    text("--evaluate", o.evaluate, "Only judge this model on the test regions", "MODEL");
    app.add_option("--steps", o.steps, "Instead of training.steps")->type_name("N");
    app.add_option("--seed", o.seed, "Instead of training.seed")->type_name("N");
    app.add_option("--minutes", o.training.minutes, "End after the step that passes this time")
        ->type_name("N");
    app.add_option("--until", o.training.until, "End with a checkpoint after this step")
        ->type_name("N");
    app.add_flag("--resume", o.training.resume, "Go on from FILE.checkpoint");
    add_run_options(app, o.run);
}

void validate(const PolyaOptions& o) {
    const auto require = [](bool good, const char* what) {
        if (!good) {
            throw Error(ErrorKind::kUsage, what);
        }
    };
    require(o.training.output.empty() == !o.evaluate.empty(), "give either -o or --evaluate");
    require(o.evaluate.empty() || !o.training.report.empty(), "--evaluate needs --report");
    require(o.steps >= 0 && o.training.minutes >= 0 && o.training.until >= 0,
            "--steps, --minutes and --until cannot be negative");
    reject_output_clashes(
        {{"--config", o.config}, {"--evaluate", o.evaluate}},
        {{"-o", o.training.output}, {"--log", o.training.log}, {"--report", o.training.report}});
}

}  // namespace

bool run_train_polya(int argc, const char* const* argv, const std::function<bool()>& stop) {
    PolyaOptions options;
    const auto app = make_command_app(kHelp);
    add_options(*app, options);
    parse_command_line(*app, argc, argv);
    apply_verbosity(options.run);
    validate(options);
    train::PolyaConfig config = train::read_polya_config(options.config, options.folder);
    if (options.steps > 0) {
        config.recipe.steps = options.steps;
    }
    if (options.seed > 0) {
        config.recipe.seed = options.seed;
    }
    options.training.threads = core::make_thread_plan(options.run.threads).model;
    if (!options.evaluate.empty()) {
        train::evaluate_polya(
            config, options.evaluate, options.training.report, options.training.threads);
        return true;
    }
    return train::train_polya(config, options.training, stop) == train::TrainOutcome::kFinished ||
           !stop();  // behind --until
}

}  // namespace varhush::apps
