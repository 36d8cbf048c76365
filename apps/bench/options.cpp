#include "apps/bench/options.hpp"

#include "apps/bench/accuracy_options.hpp"
#include "apps/common/cli.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/alphagenome_config.hpp"

#include <CLI/CLI.hpp>

namespace varhush::apps {

namespace {

constexpr HelpText kHelp{
    .name = "bench",
    .description =
        "Speed, correctness and accuracy. Of this build on this machine: 'kernels', GFLOP/s of the "
        "splice networks' convolutions and their share of what the processor can do at most; "
        "'forward', one whole prediction of an AlphaGenome-style model; 'fold', local "
        "accessibility "
        "of transcripts as a table, and how long it took; 'parity', AlphaGenome-style networks "
        "against numbers recorded from the reference implementation, layer by layer (exit code 1 "
        "when one differs). To time what one has no data or weights for: 'transcriptome' and "
        "'recipe'. How good a model is, with bootstrap intervals: 'satmut', VH_MPRA against "
        "measured variants of promoters and enhancers; 'tracks', an AlphaGenome-style model on "
        "held-out regions; 'splice', sites and deltas of a splice network; 'sirna', measured "
        "guides; 'grammar', motifs planted, broken, moved, reversed and combined in neutral "
        "sequence. These compare with stored expectations (--expect; exit code 1 when one is "
        "missed) "
        "and draw their figures (--svg). 'cost': time a variant and agreement with the full "
        "setting, by window and members. 'speed': variants a second of 'varhush score'. "
        "'reliability': whether confidences tell which scores are wrong.",
    .example_a = "varhush bench kernels",
    .example_b = "varhush bench kernels --json -@ 1",
};

void add_parity(CLI::App& app, BenchOptions& options) {
    CLI::App* sub = app.add_subcommand("parity", "compare with recorded activations");
    sub->callback([&options] { options.task = BenchOptions::Task::kParity; });
    sub->add_option("folder", options.folder, "Folder with the fixtures and tiny_weights")
        ->required()
        ->type_name("DIR");
    sub->add_flag("--quick", options.quick, "Leave out what takes over a minute");
    sub->add_option("--engine", options.engine, "Whose network: ours, or that on LibTorch")
        ->type_name("native|torch")
        ->check(CLI::IsMember({"native", "torch"}))
        ->capture_default_str();
    sub->add_flag("--json", options.json, "Report as JSON");
    add_run_options(*sub, options.run);
    add_device_option(*sub, options.device);
    sub->get_option("--device")
        ->description("Where --engine torch runs: auto, cpu, cuda or cuda:N");
    sub->get_option("--device")->default_str("cpu");
}

void add_forward(CLI::App& app, BenchOptions& options) {
    CLI::App* sub = app.add_subcommand("forward", "time one whole prediction");
    sub->callback([&options] { options.task = BenchOptions::Task::kForward; });
    sub->add_option("-m,--model", options.model, "AlphaGenome-style model")
        ->required()
        ->type_name("NAME|FILE");
    sub->add_option("--window", options.window_bp, "Bases, a multiple of 2,048")
        ->type_name("BP")
        ->default_str("131072");
    sub->add_flag("--again", options.again, "Once more, with the weights in place");
    sub->add_flag("--json", options.json, "Report as JSON");
    add_run_options(*sub, options.run);
}

void add_fold(CLI::App& app, BenchOptions& options) {
    CLI::App* sub = app.add_subcommand("fold", "accessibility of transcripts, timed");
    sub->callback([&options] { options.task = BenchOptions::Task::kFold; });
    sub->add_option("transcripts", options.fold.input, "FASTA of RNA or DNA letters, or -")
        ->required()
        ->type_name("FASTA");
    sub->add_option(
           "-o,--output", options.fold.output, "Write the table to FILE; - is standard output")
        ->type_name("FILE")
        ->default_str("-");
    sub->add_option("--window", options.fold.accessibility.window, "Bases folded together")
        ->type_name("BP")
        ->capture_default_str();
    sub->add_option("--span", options.fold.accessibility.span, "Longest pair, both bases included")
        ->type_name("BP")
        ->capture_default_str();
    sub->add_option("--lengths", options.fold.accessibility.lengths, "Bases of the stretches")
        ->type_name("N,N,...")
        ->delimiter(',')
        ->capture_default_str();
    add_run_options(*sub, options.run);
}

void add_recipe(CLI::App& app, BenchOptions& options) {
    CLI::App* sub = app.add_subcommand("recipe", "write weights from a formula");
    sub->callback([&options] { options.task = BenchOptions::Task::kRecipe; });
    sub->add_option("output", options.output, "Safetensors file to write; 1.8 GB by default")
        ->required()
        ->type_name("FILE");
    sub->add_option("--config", options.config, "Widths as JSON (default: the released ones)")
        ->type_name("FILE");
    add_run_options(*sub, options.run);
}

void add_transcriptome(CLI::App& app, BenchOptions& options) {
    TranscriptomeOptions& own = options.transcriptome;
    CLI::App* sub = app.add_subcommand("transcriptome", "write a made-up transcriptome");
    sub->callback([&options] { options.task = BenchOptions::Task::kTranscriptome; });
    sub->add_option("train", own.train, "Real sequence whose composition is learned")
        ->required()
        ->type_name("FASTA…");
    sub->add_option("-o,--output", own.output, "Write to FILE; - is standard output")
        ->type_name("FILE")
        ->default_str("-");
    sub->add_option("--bases", own.bases, "Bases of all transcripts together, at least")
        ->type_name("N")
        ->capture_default_str();
    sub->add_option("--seed", own.seed, "Another seed, another transcriptome")
        ->type_name("N")
        ->capture_default_str();
    add_run_options(*sub, options.run);
}

void validate(const BenchOptions& options) {
    if (options.engine == "native" && options.device != "cpu" && options.device != "auto") {
        throw Error(ErrorKind::kUsage,
                    "--device " + options.device + ": the native engine runs on the processor",
                    "add --engine torch");
    }
    if (options.window_bp < models::kPairBp || options.window_bp > models::kMaxWindowBp ||
        options.window_bp % models::kPairBp != 0) {
        throw Error(ErrorKind::kUsage,
                    "--window " + std::to_string(options.window_bp) +
                        " is no multiple of 2,048 up to 1,048,576",
                    {});
    }
}

}  // namespace

BenchOptions parse_bench_options(int argc, const char* const* argv) {
    BenchOptions options;
    const auto app = make_command_app(kHelp);
    app->require_subcommand(1);
    CLI::App* kernels = app->add_subcommand("kernels", "the 32-channel convolutions");
    kernels->add_flag("--json", options.json, "Report as JSON");
    add_run_options(*kernels, options.run);
    add_fold(*app, options);
    add_forward(*app, options);
    add_parity(*app, options);
    add_recipe(*app, options);
    add_transcriptome(*app, options);
    add_accuracy_commands(*app, options);
    add_reliability_command(*app, options);
    parse_command_line(*app, argc, argv);
    validate(options);
    validate_accuracy(options);
    validate(options.reliability);
    return options;
}

}  // namespace varhush::apps
