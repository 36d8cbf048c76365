#include "apps/train/sirna_options.hpp"

#include "apps/common/cli.hpp"
#include "apps/common/output_clash.hpp"
#include "varhush/core/error.hpp"

#include <CLI/CLI.hpp>

namespace varhush::apps {

namespace {

constexpr HelpText kHelp{
    .name = "train sirna",
    .description =
        "Train the siRNA efficacy model: an ensemble of a spline network, a convolutional network, "
        "a transformer whose encoder is pretrained on unmeasured guides, and a Gaussian process. "
        "Mix and calibration come from genes that were held out. What is finished stays in "
        "FILE.checkpoint for --resume.",
    .example_a =
        "varhush train sirna --data data/demo/sirna.tsv --seeds 1 --set cnn.epochs=2 "
        "--set spline.epochs=2 --without transformer --without kernel -o efficacy.safetensors",
    .example_b = "varhush model info efficacy.safetensors",
};

void add_options(CLI::App& app, TrainSirnaOptions& o) {
    const auto text =
        [&](const char* name, std::string& value, const char* what, const char* type) {
            return app.add_option(name, value, what)->type_name(type);
        };
    text("--data", o.data, "Table of measured guides", "TSV")->required();
    text("--targets", o.targets, "Transcripts of its accessions, to be folded", "FASTA");
    text("-o,--output", o.output, "Write the model to FILE", "FILE")->required();
    text("--train-on",
         o.train_on,
         "A data set's published rows, or first occurrences of all",
         "NAME|all")
        ->default_str("all");
    text(
        "--pretrain", o.pretrain, "Transcripts whose guides the encoder is pretrained on", "FASTA");
    app.add_option("--pretrain-windows", o.pretrain_windows, "Guides drawn from them")
        ->type_name("N")
        ->default_str("20000");
    app.add_option("--seeds", o.seeds, "Networks of each kind")->type_name("N")->default_str("5");
    app.add_option("--fold-seeds", o.split_seeds, "The same for the folds (default: --seeds)")
        ->type_name("N");
    app.add_flag("--keep-folds", o.keep_splits, "Store the folds' members, for 'bench sirna'");
    app.add_flag("--comparisons",
                 o.comparisons,
                 "Also train a transformer without pretraining, outside the mix");
    app.add_option("--set", o.settings, "Change a number of the recipe (repeat for more)")
        ->type_name("PART.KEY=NUMBER");
    app.add_option("--without", o.without, "Leave a part out (repeat for more)")->type_name("PART");
    text("--report", o.report, "Write what held-out genes say to FILE", "TSV");
    text("--epochs-output", o.epochs_output, "Write predictions of every epoch to FILE", "FILE");
    text("--watch", o.watch, "Data set that they are made for", "NAME");
    app.add_flag("--resume", o.resume, "Go on from FILE.checkpoint");
    app.add_option("--metadata", o.metadata, "Store this with the weights (repeat for more)")
        ->type_name("KEY=VALUE");
    add_run_options(app, o.run);
}

void validate(const TrainSirnaOptions& o) {
    if (o.epochs_output.empty() != o.watch.empty()) {
        throw Error(ErrorKind::kUsage, "--epochs-output and --watch go together");
    }
    if (o.seeds < 1 || o.seeds > 99 || o.split_seeds < 0 || o.split_seeds > o.seeds) {
        throw Error(ErrorKind::kUsage, "--seeds goes from 1 to 99, --fold-seeds up to --seeds");
    }
    if (o.pretrain_windows < 128) {
        throw Error(ErrorKind::kUsage, "--pretrain-windows must be at least 128");
    }
    reject_output_clashes(
        {{"--data", o.data}, {"--targets", o.targets}, {"--pretrain", o.pretrain}},
        {{"-o", o.output}, {"--report", o.report}, {"--epochs-output", o.epochs_output}});
}

}  // namespace

TrainSirnaOptions parse_train_sirna_options(int argc, const char* const* argv) {
    TrainSirnaOptions options;
    const auto app = make_command_app(kHelp);
    add_options(*app, options);
    parse_command_line(*app, argc, argv);
    validate(options);
    if (options.split_seeds == 0) {
        options.split_seeds = options.seeds;
    }
    return options;
}

}  // namespace varhush::apps
