#include "apps/train/reporter.hpp"

#include "apps/common/cli.hpp"
#include "apps/common/output_clash.hpp"
#include "apps/train/config_options.hpp"
#include "varhush/core/thread_plan.hpp"
#include "varhush/train/reporter_training.hpp"

#include <CLI/CLI.hpp>

#include <string>

namespace varhush::apps {

namespace {

constexpr HelpText kHelp{
    .name = "train reporter",
    .description =
        "Train a reporter mix (VH_MPRA): word heads on the peaks of a chromosome, a small network "
        "that imitates a teacher's reporter track, and the mix of both with motifs on measured "
        "variants of cloned elements. A JSON file names data, settings and seed.",
    .example_a = "varhush train reporter --config data/demo/reporter.json -o mix.safetensors",
    .example_b = "varhush model info mix.safetensors",
};

struct TrainReporterOptions : ConfigOptions {
    train::ReporterTrainingOptions training;
};

TrainReporterOptions parse_options(int argc, const char* const* argv) {
    TrainReporterOptions options;
    const auto app = make_command_app(kHelp);
    add_config_options(
        *app, options, "Write what elements that were not fitted on say to FILE", "JSON", "seed");
    app->get_option("--output")->required();
    app->add_option("--parts",
                    options.training.parts,
                    "Keep what is finished here and go on from it another time")
        ->type_name("DIR");
    app->add_option("--held-out",
                    options.training.held_out,
                    "Write the measured effect and the score of every variant to FILE, each by a "
                    "fit that has not seen its element: for 'varhush calibrate --measured'")
        ->type_name("TSV");
    app->add_flag("--report-test",
                  options.training.report_test,
                  "Also judge by the test elements: once, when nothing is left to choose");
    parse_command_line(*app, argc, argv);
    reject_output_clashes({{"--config", options.config}},
                          {{"-o", options.output},
                           {"--report", options.report},
                           {"--held-out", options.training.held_out}});
    return options;
}

}  // namespace

bool run_train_reporter(int argc, const char* const* argv, const std::function<bool()>& stop) {
    TrainReporterOptions options = parse_options(argc, argv);
    apply_verbosity(options.run);
    auto config = train::read_reporter_training(options.config, options.folder);
    config.seed = options.seed.value_or(config.seed);
    options.training.output = options.output;
    options.training.report = options.report;
    options.training.threads = core::make_thread_plan(options.run.threads).model;
    return train::train_reporter(config, options.training, stop);
}

}  // namespace varhush::apps
