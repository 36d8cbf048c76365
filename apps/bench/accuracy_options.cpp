#include "apps/bench/accuracy_options.hpp"

#include "apps/common/output_clash.hpp"
#include "varhush/core/error.hpp"

#include <CLI/CLI.hpp>

namespace varhush::apps {

namespace {

CLI::App* add_command(CLI::App& app,
                      BenchOptions& options,
                      BenchOptions::Task task,
                      const char* name,
                      const char* text) {
    CLI::App* sub = app.add_subcommand(name, text);
    sub->callback([&options, task] { options.task = task; });
    return sub;
}

CLI::Option* add_text(
    CLI::App& command, const char* name, std::string& value, const char* text, const char* type) {
    return command.add_option(name, value, text)->type_name(type);
}

void add_model(CLI::App& command, BenchOptions& options, const char* text) {
    add_text(command, "-m,--model", options.model, text, "NAME|FILE")->required();
}

/// Of every table with figures that can be expected.
void add_figure_options(CLI::App& command, BenchOptions& options) {
    add_text(command, "--svg", options.svg, "Draw the figures with their intervals", "FILE");
    add_text(command,
             "--expect",
             options.expect,
             "Figures that must be reached, as --json wrote them; exit code 1 when one is missed",
             "JSON");
    command.add_flag("--json", options.json, "Report as JSON");
    add_run_options(command, options.run);
}

/// Of every table of accuracy.
void add_report_options(CLI::App& command, BenchOptions& options) {
    command.add_option("--rounds", options.rounds, "Resamples for the intervals")
        ->type_name("N")
        ->check(CLI::Range(0, 100'000))
        ->default_str("1000");
    add_figure_options(command, options);
}

void add_sirna(CLI::App& app, BenchOptions& options) {
    CLI::App* sub = add_command(
        app, options, BenchOptions::Task::kSirna, "sirna", "accuracy of the siRNA efficacy model");
    add_model(*sub, options, "Model with the members of its folds");
    sub->add_option("--data", options.data, "Table of measured guides")
        ->required()
        ->type_name("TSV");
    sub->add_option("--targets", options.targets, "Transcripts of its accessions, to be folded")
        ->type_name("FASTA");
    sub->add_option("--epochs", options.epochs, "Recorded predictions of every epoch for Mixset")
        ->type_name("FILE");
    add_report_options(*sub, options);
}

void add_satmut(CLI::App& app, BenchOptions& options) {
    CLI::App* sub = add_command(app,
                                options,
                                BenchOptions::Task::kSatmut,
                                "satmut",
                                "accuracy of VH_MPRA on measured variants");
    add_model(*sub, options, "Reporter mix or network");
    sub->add_option("--elements", options.elements, "Sequences of the elements")
        ->required()
        ->type_name("FASTA");
    sub->add_option("--table", options.data, "Measured variants")->required()->type_name("TSV");
    sub->add_option("--kinds", options.kinds, "Table whose first columns are element and kind")
        ->type_name("TSV");
    sub->add_option("--split", options.splits, "Only elements of these splits")
        ->type_name("all|NAME[,NAME]")
        ->default_str("all");
    sub->add_option("--replicates",
                    options.replicates,
                    "Elements whose other assays are compared with the primary one: those of "
                    "--split, all, or none")
        ->type_name("split|all|none")
        ->check(CLI::IsMember({"split", "all", "none"}))
        ->capture_default_str();
    add_report_options(*sub, options);
}

void add_splice(CLI::App& app, BenchOptions& options) {
    SpliceBenchOptions& own = options.splice;
    CLI::App* sub = add_command(
        app, options, BenchOptions::Task::kSplice, "splice", "accuracy of a splice network");
    add_model(*sub, options, "Splice network");
    add_text(*sub, "-f,--fasta-ref", own.fasta, "Reference of the sites", "FASTA");
    add_text(*sub, "--region", own.region, "Where to look for sites", "REGION");
    add_text(*sub, "--genes", own.genes, "Its gene models: GTF, GFF3 or SpliceAI table", "FILE");
    add_text(*sub, "--sites", own.sites, "Instead: table chrom pos0 type strand gene", "TSV");
    add_text(*sub, "--exons", own.exons, "With it: exons named by gene", "BED");
    add_text(*sub, "--variants", own.variants, "Substitutions whose deltas are compared", "VCF");
    add_text(*sub, "--variants-fasta", own.variants_fasta, "Their reference", "FASTA");
    add_text(*sub, "--variants-genes", own.variants_genes, "Their gene models", "FILE");
    add_text(*sub, "--against", own.against, "Model whose deltas count as true", "NAME|FILE");
    add_text(*sub, "--recorded", own.recorded, "Instead: deltas in an INFO tag", "VCF");
    add_text(*sub, "--tag", own.tag, "Its name", "TAG")->capture_default_str();
    add_report_options(*sub, options);
}

void add_tracks(CLI::App& app, BenchOptions& options) {
    TracksBenchOptions& own = options.tracks;
    CLI::App* sub = add_command(app,
                                options,
                                BenchOptions::Task::kTracks,
                                "tracks",
                                "accuracy of an AlphaGenome-style model on held-out regions");
    add_model(*sub, options, "AlphaGenome-style model");
    add_text(*sub,
             "--config",
             own.config,
             "FASTA, tracks and test regions, as 'train tracks' reads them",
             "JSON")
        ->required();
    add_text(*sub,
             "--data",
             own.folder,
             "Where relative file names in it start (default: beside it)",
             "DIR");
    add_text(*sub, "--regions", own.regions, "Instead of its test regions", "REGION[,REGION]");
    sub->add_option("--windows", own.windows, "At most so many, evenly spread (default: all)")
        ->type_name("N")
        ->check(CLI::NonNegativeNumber);
    add_report_options(*sub, options);
}

void add_grammar(CLI::App& app, BenchOptions& options) {
    GrammarBenchOptions& own = options.grammar;
    CLI::App* sub = add_command(app,
                                options,
                                BenchOptions::Task::kGrammar,
                                "grammar",
                                "motifs planted, broken, moved, reversed and combined");
    add_model(*sub, options, "Reporter mix or network, or AlphaGenome-style model with factors");
    add_text(*sub, "--motifs", own.motifs, "Matrices", "JASPAR");
    add_text(*sub, "--names", own.names, "Only those called so (default: all)", "NAME[,NAME]");
    sub->add_option("--consensus", own.consensus, "Or motifs as letters of IUPAC")
        ->type_name("NAME=LETTERS");
    sub->add_option("--pair", own.pairs, "Two motifs beside each other; may be given again")
        ->type_name("A,B");
    add_text(*sub, "--repressors", own.repressors, "Motifs that lower activity", "NAME[,NAME]");
    add_text(*sub,
             "--from",
             own.from,
             "Neutral sequence has its pairs of neighbours (default: all alike)",
             "FASTA");
    sub->add_option("--backgrounds", own.backgrounds, "Sequences a composition")
        ->type_name("N")
        ->check(CLI::Range(2, 100'000))
        ->capture_default_str();
    sub->add_option("--length", own.length, "Of a sequence (default: 145, or 2,048 with tracks)")
        ->type_name("BP")
        ->check(CLI::NonNegativeNumber);
    sub->add_option("--threshold", own.threshold, "Fit from which on a word is an instance")
        ->type_name("0..1")
        ->check(CLI::Range(0.5, 1.0))
        ->capture_default_str();
    sub->add_option("--seed", own.seed, "Another seed, other sequences")
        ->type_name("N")
        ->capture_default_str();
    add_report_options(*sub, options);
}

void add_cost(CLI::App& app, BenchOptions& options) {
    CostBenchOptions& own = options.cost;
    CLI::App* sub = add_command(app,
                                options,
                                BenchOptions::Task::kCost,
                                "cost",
                                "time a variant and agreement with the full setting");
    add_model(*sub, options, "Splice network or AlphaGenome-style model");
    add_text(*sub, "-f,--fasta-ref", own.fasta, "Reference", "FASTA")->required();
    add_text(*sub, "--variants", own.variants, "What is scored", "VCF")->required();
    add_text(*sub, "--genes", own.genes, "Gene models: GTF, GFF3 or SpliceAI table", "FILE");
    add_text(*sub,
             "--windows",
             own.windows,
             "Of AlphaGenome-style models, bases (default: three up to that of its training)",
             "BP[,BP]");
    add_text(*sub, "--scorers", own.scorers, "As of 'varhush score'", "LIST")
        ->capture_default_str();
    sub->add_flag("--json", options.json, "Report as JSON");
    add_run_options(*sub, options.run);
}

void add_speed(CLI::App& app, BenchOptions& options) {
    SpeedBenchOptions& own = options.speed;
    CLI::App* sub = add_command(app,
                                options,
                                BenchOptions::Task::kSpeed,
                                "speed",
                                "variants a second of 'varhush score', on one thread and more");
    add_text(*sub,
             "-m,--model",
             options.model,
             "As of 'varhush score' (default: the models that it scores with)",
             "NAME|FILE[,...]");
    add_text(*sub, "-f,--fasta-ref", own.fasta, "Reference", "FASTA")->required();
    add_text(*sub, "--variants", own.variants, "What is scored, a file", "VCF")->required();
    add_text(*sub, "--genes", own.genes, "Gene models: GTF, GFF3 or SpliceAI table", "FILE");
    sub->add_option("--repeats", own.repeats, "Runs of each; medians are told, and extremes")
        ->type_name("N")
        ->check(CLI::Range(1, 1000))
        ->capture_default_str();
    sub->add_option("--tolerance",
                    own.tolerance,
                    "An expected speed is missed when the fastest run is slower by more than this "
                    "share of it")
        ->type_name("0..1")
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    add_figure_options(*sub, options);
}

void require(bool good, const char* what, const char* hint = "") {
    if (!good) {
        throw Error(ErrorKind::kUsage, what, hint);
    }
}

void validate_splice(const SpliceBenchOptions& own) {
    require(!own.region.empty() || !own.variants.empty(), "give --region, --variants or both");
    if (!own.region.empty()) {
        require(!own.fasta.empty(), "--region needs --fasta-ref");
        require(own.genes.empty() == !own.sites.empty(),
                "--region needs either --genes, or --sites and --exons");
        require(own.sites.empty() == own.exons.empty(), "--sites and --exons come together");
    }
    if (!own.variants.empty()) {
        require(!own.variants_fasta.empty() && !own.variants_genes.empty(),
                "--variants needs --variants-fasta and --variants-genes");
        require(own.against.empty() == !own.recorded.empty(),
                "--variants needs either --against or --recorded");
    }
}

}  // namespace

void add_accuracy_commands(CLI::App& app, BenchOptions& options) {
    add_satmut(app, options);
    add_tracks(app, options);
    add_splice(app, options);
    add_sirna(app, options);
    add_grammar(app, options);
    add_cost(app, options);
    add_speed(app, options);
}

void validate_accuracy(const BenchOptions& options) {
    if (options.task == BenchOptions::Task::kSplice) {
        validate_splice(options.splice);
        // The percentile bootstrap of this part has no word for no interval.
        require(options.rounds > 1, "--rounds must be at least 2 here");
    }
    if (options.task == BenchOptions::Task::kGrammar) {
        const GrammarBenchOptions& own = options.grammar;
        require(!own.motifs.empty() || !own.consensus.empty(), "give --motifs or --consensus");
        require(own.names.empty() || !own.motifs.empty(), "--names needs --motifs");
    }
    if (options.task == BenchOptions::Task::kSpeed) {
        require(options.speed.variants != "-", "--variants is read several times: name a file");
        require(options.speed.tolerance < 1, "with --tolerance 1 every speed would do");
    }
    reject_output_clashes({{"--expect", options.expect},
                           {"--model", options.model},
                           {"--table", options.data},
                           {"--config", options.tracks.config},
                           {"--variants", options.speed.variants},
                           {"--fasta-ref", options.speed.fasta},
                           {"--genes", options.speed.genes}},
                          {{"--svg", options.svg}});
}

}  // namespace varhush::apps
