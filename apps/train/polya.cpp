#include "apps/train/polya.hpp"

#include "apps/common/cli.hpp"
#include "apps/common/output_clash.hpp"
#include "apps/train/config_options.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/train/polya_training.hpp"

#include <CLI/CLI.hpp>

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

}  // namespace

bool run_train_polya(int argc, const char* const* argv, const std::function<bool()>& stop) {
    StepOptions options;
    const auto app = make_command_app(kHelp);
    add_step_options(*app, options);
    parse_command_line(*app, argc, argv);
    apply_verbosity(options.run);
    validate(options);
    reject_output_clashes(
        {{"--config", options.config}, {"--evaluate", options.evaluate}},
        {{"-o", options.output}, {"--log", options.log}, {"--report", options.report}});
    train::PolyaConfig config = train::read_polya_config(options.config, options.folder);
    override_settings(options, config.recipe.steps, config.recipe.seed);
    train::PolyaRun run;
    fill_run(options, core::make_thread_plan(options.run.threads).model, run);
    if (!options.evaluate.empty()) {
        train::evaluate_polya(config, options.evaluate, run.report, run.threads);
        return true;
    }
    return ended_as_asked(train::train_polya(config, run, stop), stop);
}

}  // namespace varhush::apps
