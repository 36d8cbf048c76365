#include "apps/adapt/options.hpp"

#include "apps/common/cli.hpp"
#include "apps/common/output_clash.hpp"
#include "varhush/core/error.hpp"
#include "varhush/models/model_store.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>
#include <filesystem>

namespace varhush::apps {

namespace {

constexpr HelpText kHelp{
    .name = "adapt",
    .description =
        "Fits an AlphaGenome-style model to tracks of your own: new heads, and a low-rank change "
        "of its trunk, which itself stays as it is. The adapter is a file of its own, for "
        "'score --adapter', or merged into a whole model.",
    .example_a =
        "varhush adapt -m data/demo/random-alphagenome.safetensors -f data/demo/chr22.fa.gz "
        "--bam data/demo/ctcf.bam --fragments --head chip_tf --track CTCF "
        "--train chr22:20000001-20400000 --test chr22:20450001-20500000 --window 2048 --steps 4 "
        "--batch 2 --rank 2 -o ctcf.safetensors",
    .example_b =
        "varhush adapt -m data/demo/random-alphagenome.safetensors --merge ctcf.safetensors "
        "-o merged.safetensors",
};

CLI::Option* text(
    CLI::App& app, const char* name, std::string& value, const char* what, const char* type) {
    return app.add_option(name, value, what)->type_name(type);
}

void add_files(CLI::App& app, AdaptOptions& o) {
    text(app,
         "-m,--model",
         o.model,
         "AlphaGenome-style model to start from (default: the embedded one)",
         "NAME|FILE");
    text(app, "-o,--output", o.output, "Write the adapter, or with --merge the model", "FILE")
        ->required();
    text(app, "--merge", o.merge, "Only write one model of -m and this adapter", "ADAPTER");
    text(
        app, "--report", o.report, "Write how the test regions correlate, before and after", "TSV");
    text(app, "--forgetting", o.forgetting, "Write what the old tracks lose", "TSV");
    text(app, "--log", o.log, "Write a line every few steps", "TSV");
    text(app, "--curves", o.curves, "Draw the log, needs --log", "SVG");
}

void add_data(CLI::App& app, AdaptOptions& o) {
    constexpr const char* kGroup = "Data";
    const auto add = [&](const char* name, std::string& value, const char* what, const char* type) {
        return text(app, name, value, what, type)->group(kGroup);
    };
    add("--config", o.config, "All of it, as in 'train tracks'", "JSON");
    add("--data", o.folder, "Where relative file names in it start", "FOLDER");
    add("-f,--fasta-ref", o.fasta, "Instead of --config: the reference FASTA", "FILE");
    add("--bam", o.bam, "and the reads, BAM or CRAM", "FILE");
    add("--bigwig", o.bigwig, "or a signal", "FILE");
    add("--bedgraph", o.bedgraph, "or a signal, plain or compressed", "FILE");
    add("--peaks", o.peaks, "or peaks, BED", "FILE");
    app.add_flag("--fragments", o.fragments, "Of --bam count whole fragments of proper pairs")
        ->group(kGroup);
    add("--track", o.track, "Name of the new track", "NAME");
    add("--head",
        o.head,
        "What it is: atac dnase procap cage rna_seq chip_tf chip_histone",
        "KIND");
    add("--strand", o.strand, "+, - or .", "S")->capture_default_str();
    add("--factor", o.factor, "Its transcription factor", "NAME");
    add("--biosample", o.biosample, "Its cells or tissue", "NAME");
    add("--train",
        o.train,
        "Train on these (default: all but what is held out)",
        "CHR[:FROM-TO][,..]");
    add("--validation", o.validation, "Watch these while training", "CHR[:FROM-TO][,..]");
    add("--test", o.test, "Hold these out for the reports", "CHR[:FROM-TO][,..]");
}

void add_learning(CLI::App& app, AdaptOptions& o) {
    constexpr const char* kGroup = "What is learned";
    auto* heads = app.add_flag("--heads-only", o.heads_only, "New heads alone")->group(kGroup);
    app.add_option("--rank", o.rank, "Rank of the change of each layer")
        ->type_name("R")
        ->group(kGroup)
        ->capture_default_str()
        ->excludes(heads);
    app.add_option("--alpha", o.alpha, "The change is ALPHA / R times B A (default: R)")
        ->type_name("X")
        ->group(kGroup)
        ->excludes(heads);
    text(app,
         "--layers",
         o.layers,
         "attention, mlp, pair, tower (these three), encoder, decoder, embedders, all, or parts of "
         "tensor names",
         "LIST")
        ->group(kGroup)
        ->capture_default_str()
        ->excludes(heads);
    text(app, "--name", o.name, "Of the adapter, in front of its tracks' (default: as -o)", "NAME")
        ->group(kGroup);
    text(app, "--organism", o.organism, "Whose the tracks are", "human|mouse")
        ->group(kGroup)
        ->check(CLI::IsMember({"human", "mouse"}))
        ->capture_default_str();
    app.add_option("--rehearse", o.rehearse, "Weight in the loss of what the old tracks lose")
        ->type_name("X")
        ->group(kGroup)
        ->excludes(heads);
    text(app,
         "--old",
         o.old,
         "Data of the old tracks, as for 'train tracks' (default: what -m says)",
         "JSON")
        ->group(kGroup);
}

void add_how(CLI::App& app, AdaptOptions& o) {
    const auto number = [&](const char* name, auto& value, const char* what) {
        app.add_option(name, value, what)->type_name("N");
    };
    number("--window", o.window_bp, "Bases of a window (default: the model's, or 4096)");
    number("--shift", o.shift_bp, "Bases that windows move at random (default: 128)");
    number("--steps", o.steps, "Steps (default: 500)");
    number("--batch", o.batch, "Windows a step (default: 8)");
    number("--learning-rate", o.learning_rate, "Largest (default: 0.001)");
    number("--seed", o.seed, "Of weights and order (default: 1)");
    number("--minutes", o.minutes, "End after the step that passes this time");
    text(app, "--device", o.device, "cpu, cuda or cuda:N", "NAME")->capture_default_str();
    app.add_flag("--resume", o.resume, "Go on from FILE.checkpoint");
    add_run_options(app, o.run);
}

void require(bool good, const std::string& what, const std::string& hint = {}) {
    if (!good) {
        throw Error(ErrorKind::kUsage, what, hint);
    }
}

/// The name stands in track names, which are columns of tables and fields of tags.
bool plain(const std::string& name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char letter) {
        return std::isalnum(letter) != 0 || letter == '_' || letter == '-' || letter == '.';
    });
}

void validate_data(const AdaptOptions& o) {
    if (!o.config.empty()) {
        require(o.data_files() == 0 && o.fasta.empty() && o.track.empty() && o.head.empty() &&
                    o.train.empty() && o.validation.empty() && o.test.empty() && o.window_bp == 0 &&
                    o.shift_bp < 0,
                "--config says what the data is: leave -f, --bam, --bigwig, --bedgraph, --peaks, "
                "--track, --head, regions and --window out");
        return;
    }
    require(!o.fasta.empty() && o.data_files() == 1,
            "give --config, or -f with one of --bam, --bigwig, --bedgraph and --peaks");
    require(!o.track.empty() && !o.head.empty(), "the new track needs --track and --head");
    require(o.strand == "+" || o.strand == "-" || o.strand == ".", "--strand is +, - or .");
    require(!o.fragments || !o.bam.empty(), "--fragments goes with --bam");
    require(o.folder.empty(), "--data goes with --config");
}

}  // namespace

void validate(const AdaptOptions& o) {
    require(plain(o.name),
            "an adapter's name has letters, digits, _ - and . only: " + o.name,
            "give another with --name");
    reject_output_clashes({{"-m", o.model},
                           {"--merge", o.merge},
                           {"--config", o.config},
                           {"--old", o.old},
                           {"-f", o.fasta},
                           {"--bam", o.bam},
                           {"--bigwig", o.bigwig},
                           {"--bedgraph", o.bedgraph},
                           {"--peaks", o.peaks}},
                          {{"-o", o.output},
                           {"--report", o.report},
                           {"--forgetting", o.forgetting},
                           {"--log", o.log},
                           {"--curves", o.curves}});
    if (!o.merge.empty()) {
        require(o.config.empty() && o.data_files() == 0 && !o.resume,
                "--merge only needs -m and -o");
        return;
    }
    validate_data(o);
    require(o.rank >= 1 && o.rank <= 1024, "--rank goes from 1 to 1024");
    require(o.alpha >= 0 && o.rehearse >= 0, "--alpha and --rehearse cannot be negative");
    require(o.steps >= 0 && o.batch >= 0 && o.learning_rate >= 0 && o.minutes >= 0,
            "--steps, --batch, --learning-rate and --minutes cannot be negative");
    require(o.curves.empty() || !o.log.empty(), "--curves needs --log");
    require(o.old.empty() || o.rehearse > 0 || !o.forgetting.empty(),
            "--old goes with --rehearse or --forgetting");
    require(o.report.empty() || !o.config.empty() || !o.test.empty(),
            "--report needs --test: regions that nothing is learned from");
}

AdaptOptions parse_adapt_options(int argc, const char* const* argv) {
    AdaptOptions options;
    const auto app = make_command_app(kHelp);
    add_files(*app, options);
    add_data(*app, options);
    add_learning(*app, options);
    add_how(*app, options);
    parse_command_line(*app, argc, argv);
    if (options.model.empty()) {
        options.model = models::default_track_model_name();
    }
    if (options.name.empty()) {
        options.name = std::filesystem::path(options.output).stem().string();
    }
    validate(options);
    return options;
}

}  // namespace varhush::apps
