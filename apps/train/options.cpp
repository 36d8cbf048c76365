#include "apps/train/options.hpp"

#include "apps/common/output_clash.hpp"
#include "varhush/core/error.hpp"

#include <CLI/CLI.hpp>

namespace varhush::apps {

namespace {

void add_data_options(CLI::App& app, TrainCommandOptions& o) {
    constexpr const char* kGroup = "Data";
    app.add_option("-f,--fasta-ref", o.fasta, "Reference FASTA, plain or bgzipped")
        ->type_name("FILE")
        ->group(kGroup);
    app.add_option("--gtf", o.gtf, "Gene models, GTF or GFF3")->type_name("FILE")->group(kGroup);
    app.add_option("--genes", o.genes, "Gene models, SpliceAI gene table")
        ->type_name("FILE")
        ->group(kGroup);
    app.add_option("--sites", o.sites, "Splice sites: chrom, pos0, type, strand, gene")
        ->type_name("FILE")
        ->group(kGroup);
    app.add_option("--exons", o.exons, "Exons named by gene, BED6, with --sites")
        ->type_name("FILE")
        ->group(kGroup);
    app.add_option("--exclude", o.exclude, "Regions never trained on, comma-separated")
        ->type_name("REGIONS")
        ->group(kGroup);
    app.add_option("--validation", o.validation, "Regions to watch progress on, comma-separated")
        ->type_name("REGIONS")
        ->group(kGroup);
    app.add_option("--max-tiles", o.max_tiles, "Use the first N tiles; 0 is all")
        ->type_name("N")
        ->default_str("0")
        ->group(kGroup);
    app.add_option(
           "--seed", o.seed, "Seed of weights, windows and changes; the tiles stay the same")
        ->type_name("N")
        ->default_str("1")
        ->group(kGroup);
}

void add_network_options(CLI::App& app, TrainCommandOptions& o) {
    constexpr const char* kGroup = "Network";
    app.add_option("--kernel-sizes", o.kernel_sizes, "Odd widths, one a residual unit")
        ->delimiter(',')
        ->type_name("LIST")
        ->default_str("11, eight times")
        ->group(kGroup);
    app.add_option("--dilations", o.dilations, "One a residual unit")
        ->delimiter(',')
        ->type_name("LIST")
        ->default_str("1,1,1,1,4,4,4,4")
        ->group(kGroup);
}

void add_training_options(CLI::App& app, TrainCommandOptions& o) {
    constexpr const char* kGroup = "Training";
    const auto number = [&](const char* name, auto& value, const char* text, const char* usual) {
        app.add_option(name, value, text)->type_name("N")->default_str(usual)->group(kGroup);
    };
    app.add_option("-o,--output", o.output, "Write the weights to FILE")
        ->type_name("FILE")
        ->group(kGroup);
    app.add_option("--labels", o.labels, "Labels made with --make-labels")
        ->type_name("FOLDER")
        ->group(kGroup);
    number("--steps", o.steps, "Training steps", "20000");
    number("--batch", o.batch, "Windows a step", "8");
    number("--window", o.window, "Labelled bases a window", "1500");
    number("--learning-rate", o.learning_rate, "Highest learning rate", "0.002");
    number("--warmup", o.warmup, "Steps of rising learning rate", "500");
    number(
        "--hard-weight", o.hard_weight, "Share of the annotation in teacher labels, 0 to 1", "0");
    number("--annotation-share",
           o.annotation_share,
           "Share of windows that the annotation alone labels, 0 to 1",
           "0.25");
    number("--checkpoint-minutes", o.checkpoint_minutes, "Time between checkpoints", "5");
    number("--validate-steps", o.validate_steps, "Steps between validations", "2000");
    app.add_flag("--resume", o.resume, "Go on from FILE.checkpoint")->group(kGroup);
    app.add_option("--log", o.log, "Write a table of losses and validations")
        ->type_name("FILE")
        ->group(kGroup);
    app.add_option("--metadata", o.metadata, "Store this with the weights (repeat for more)")
        ->type_name("KEY=VALUE")
        ->group(kGroup);
}

void add_label_options(CLI::App& app, TrainCommandOptions& o) {
    constexpr const char* kGroup = "Labels by a teacher";
    app.add_option("--make-labels", o.make_labels, "Write labelled sequence there and end")
        ->type_name("FOLDER")
        ->group(kGroup);
    app.add_option("--teacher", o.teacher, "Model that labels")
        ->type_name("NAME|FILE")
        ->group(kGroup);
    app.add_option("--copies", o.copies, "Mutated copies of each tile")
        ->type_name("N")
        ->default_str("1")
        ->group(kGroup);
    app.add_option("--shard", o.shard, "Label only part I (from 0) of N")
        ->type_name("I/N")
        ->default_str("0/1")
        ->group(kGroup);
}

void add_evaluation_options(CLI::App& app, TrainCommandOptions& o) {
    app.add_option("--join", o.join, "Put these member files into one ensemble and end")
        ->type_name("FILE...")
        ->group("Joining");
    constexpr const char* kGroup = "Evaluation";
    const auto file =
        [&](const char* name, std::string& value, const char* text, const char* type) {
            app.add_option(name, value, text)->type_name(type)->group(kGroup);
        };
    app.add_option("--evaluate", o.evaluate, "Judge these models, write a table and end")
        ->type_name("NAME|FILE...")
        ->group(kGroup);
    file("--region", o.evaluate_region, "Annotated region in which to find the sites", "REGION");
    file("--variants", o.evaluate_variants, "VCF whose substitutions are compared", "FILE");
    file("--variants-fasta", o.evaluate_variants_fasta, "Their reference", "FILE");
    file("--variants-genes", o.evaluate_variants_genes, "Their gene models, any form", "FILE");
    file("--against", o.evaluate_against, "Model whose deltas count as true", "NAME|FILE");
}

void validate_files(const TrainCommandOptions& o) {
    std::vector<NamedFile> inputs{{"-f", o.fasta},
                                  {"--gtf", o.gtf},
                                  {"--genes", o.genes},
                                  {"--sites", o.sites},
                                  {"--exons", o.exons},
                                  {"--teacher", o.teacher}};
    for (const std::string& member : o.join) {
        inputs.push_back({"--join", member});
    }
    reject_output_clashes(inputs, {{"-o", o.output}, {"--log", o.log}});
}

}  // namespace

void add_train_options(CLI::App& app, TrainCommandOptions& options) {
    add_data_options(app, options);
    add_network_options(app, options);
    add_training_options(app, options);
    add_label_options(app, options);
    add_evaluation_options(app, options);
    add_run_options(app, options.run);
}

void validate(const TrainCommandOptions& o) {
    validate_files(o);
    const auto require = [](bool good, const char* what) {
        if (!good) {
            throw Error(ErrorKind::kUsage, what, "see 'varhush train --help'");
        }
    };
    const int jobs =
        (o.make_labels.empty() ? 0 : 1) + (o.join.empty() ? 0 : 1) + (o.evaluate.empty() ? 0 : 1);
    require(jobs <= 1, "--make-labels, --join and --evaluate exclude each other");
    if (!o.join.empty()) {
        require(!o.output.empty(), "--join needs -o");
        return;
    }
    const bool variants = !o.evaluate_variants.empty();
    if (o.evaluate.empty() || !o.evaluate_region.empty()) {
        require(!o.fasta.empty(), "a reference is needed: -f");
        const int sources =
            (o.gtf.empty() ? 0 : 1) + (o.genes.empty() ? 0 : 1) + (o.sites.empty() ? 0 : 1);
        require(sources == 1, "give one of --gtf, --genes, and --sites with --exons");
        require(o.sites.empty() == o.exons.empty(), "--sites and --exons go together");
    }
    if (!o.evaluate.empty()) {
        require(variants || !o.evaluate_region.empty(), "--evaluate needs --region or --variants");
        require(!variants || !o.evaluate_against.empty(), "--variants needs --against");
        require(!variants || !o.evaluate_variants_fasta.empty(),
                "--variants needs --variants-fasta");
        require(!variants || !o.evaluate_variants_genes.empty(),
                "--variants needs --variants-genes");
        return;
    }
    require(o.make_labels.empty() || !o.teacher.empty(), "--make-labels needs --teacher");
    require(!o.make_labels.empty() || !o.output.empty(), "an output file is needed: -o");
    require(o.max_tiles >= 0 && o.copies >= 0, "--max-tiles and --copies cannot be negative");
}

std::map<std::string, std::string> parse_metadata(const std::vector<std::string>& items) {
    std::map<std::string, std::string> metadata;
    for (const std::string& item : items) {
        const auto equals = item.find('=');
        if (equals == std::string::npos || equals == 0) {
            throw Error(ErrorKind::kUsage, "--metadata: expected KEY=VALUE, found " + item);
        }
        metadata[item.substr(0, equals)] = item.substr(equals + 1);
    }
    return metadata;
}

}  // namespace varhush::apps
