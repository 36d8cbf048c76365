#include "apps/ism/options.hpp"

#include "apps/common/alphagenome_options.hpp"
#include "apps/common/cli.hpp"
#include "apps/common/output_clash.hpp"
#include "apps/common/output_options.hpp"
#include "varhush/core/error.hpp"
#include "varhush/io/signal_writer.hpp"
#include "varhush/scoring/gradient_target.hpp"
#include "varhush/scoring/scorer_spec.hpp"

#include <CLI/CLI.hpp>

namespace varhush::apps {

namespace {

constexpr HelpText kHelp{
    .name = "ism",
    .description =
        "In-silico saturation mutagenesis: which bases of an interval matter. Every single-base "
        "change is scored with one variant scorer of an AlphaGenome-style model, in one window "
        "round the interval; the contribution of a base is what its changes lose on average. "
        "--method gradient finds about the same in one pass instead of three for each base.",
    .example_a =
        "varhush ism -m data/demo/random-alphagenome.safetensors -f data/demo/chr22.fa.gz "
        "--window 4096 --scorer DNASE -r chr22:20050001-20050020",
    .example_b =
        "varhush ism -m data/demo/random-alphagenome.safetensors -f data/demo/chr22.fa.gz "
        "--window 4096 --scorer ATAC -r chr22:20050001-20050012 --svg logo.svg "
        "--bedgraph logo.bedgraph.gz",
};

void add_where(CLI::App& app, IsmOptions& options) {
    app.add_option(
           "-m,--model",
           options.model,
           "AlphaGenome-style model: a name or a file (default: the embedded one with tracks)")
        ->type_name("NAME|FILE")
        ->group("What");
    add_adapter_option(app, options.adapters, "What");
    app.add_option("-f,--fasta-ref", options.fasta, "Reference FASTA, plain or bgzipped")
        ->type_name("FILE")
        ->group("What");
    auto* regions =
        app.add_option("-r,--regions", options.regions, "Intervals, comma-separated, from 1")
            ->type_name("CHR:FROM-TO[,...]")
            ->group("What");
    app.add_option("-R,--regions-file", options.regions_file, "The same from a BED or list")
        ->type_name("FILE")
        ->excludes(regions)
        ->group("What");
    app.add_option("--variant",
                   options.variants,
                   "Apply this variant first and mutate its ALT sequence; must keep the length; "
                   "may be given again")
        ->type_name("CHR:POS:REF>ALT")
        ->allow_extra_args(false)
        ->group("What");
}

void add_scoring(CLI::App& app, IsmOptions& options) {
    app.add_option("--scorer", options.scorer, "One variant scorer; see docs/scorers.md")
        ->type_name("NAME")
        ->group("Scoring");
    app.add_option("--method",
                   options.method_name,
                   "ism: predict every change; gradient: slope of the score less its mean over "
                   "the four bases; input-gradient: the slope itself")
        ->type_name("ism|gradient|input-gradient")
        ->default_str("ism")
        ->check(CLI::IsMember({"ism", "gradient", "input-gradient"}))
        ->group("Scoring");
    app.add_option("--window",
                   options.window,
                   "Bases the model sees round an interval, or auto: the largest usual window "
                   "that fits this machine")
        ->type_name("BP|auto")
        ->default_str("the model's own, at most 131072")
        ->group("Scoring");
    app.add_option("--reduce",
                   options.reduction_name,
                   "One number of the scores of all tracks and genes: their mean, or the largest "
                   "in size")
        ->type_name("mean|max")
        ->default_str("mean")
        ->check(CLI::IsMember({"mean", "max"}))
        ->group("Scoring");
    app.add_option("--tracks", options.tracks, "Only tracks that match; see 'varhush tracks'")
        ->type_name("EXPR")
        ->group("Scoring");
    app.add_option("--tissue", options.tissue, "Only tracks with these ontology terms")
        ->type_name("CURIE[,CURIE]")
        ->group("Scoring");
    app.add_option("--organism", options.organism, "Whose tracks")
        ->type_name("human|mouse")
        ->default_str("human")
        ->group("Scoring");
    app.add_option("--gtf", options.gtf, "Gene models, GTF or GFF3, for scorers of genes")
        ->type_name("FILE")
        ->group("Scoring");
    app.add_option("--gene", options.gene, "Only scores of this gene (name or identifier)")
        ->type_name("GENE")
        ->group("Scoring");
    app.add_option(
           "--pas", options.pas, "Polyadenylation sites, TSV: Start, End, pas_strand, gene_id")
        ->type_name("FILE")
        ->group("Scoring");
}

void add_outputs(CLI::App& app, IsmOptions& options) {
    app.add_option("-o,--output",
                   options.output,
                   "Table with a line for each position and ALT; .gz compresses it; - is standard "
                   "output (default)")
        ->type_name("FILE")
        ->group("Output");
    app.add_option("--matrix", options.matrix, "Contributions of A, C, G and T at each position")
        ->type_name("FILE")
        ->group("Output");
    app.add_flag("--times-sequence",
                 options.times_sequence,
                 "In --matrix only the base of the sequence keeps its value, the others are 0")
        ->group("Output");
    app.add_option("--bedgraph", options.bedgraph, "Contribution of the base of the sequence")
        ->type_name("FILE")
        ->group("Output");
    app.add_option("--bigwig", options.bigwig, "The same as bigWig")
        ->type_name("FILE")
        ->group("Output");
    app.add_option("--svg", options.svg, "The same as a sequence logo")
        ->type_name("FILE")
        ->group("Output");
}

[[noreturn]] void reject(const std::string& message, const std::string& hint = {}) {
    throw Error(ErrorKind::kUsage, message, hint);
}

void validate_inputs(const IsmOptions& options) {
    if (options.fasta.empty()) {
        reject("ism needs the reference: -f FASTA");
    }
    if (options.regions.empty() && options.regions_file.empty()) {
        reject("ism needs an interval: -r CHR:FROM-TO, or -R BED");
    }
    if (options.scorer.empty()) {
        reject("ism needs a scorer: --scorer NAME", "e.g. --scorer DNASE; see docs/scorers.md");
    }
    if (const auto count = scoring::parse_scorers(options.scorer).size(); count != 1) {
        reject("--scorer " + options.scorer + " is " + std::to_string(count) +
                   " scorers: a contribution comes from one",
               "run ism once for each");
    }
}

void validate_method(const IsmOptions& options) {
    if (options.method() == IsmMethod::kIsm) {
        return;
    }
    if (options.reduction() != scoring::ScoreReduction::kMean) {
        reject("--reduce max and --method " + options.method_name + " exclude each other",
               "a gradient is that of the mean; choose one track with --tracks instead");
    }
    const auto spec = scoring::parse_scorers(options.scorer).front();
    if (const auto reason = scoring::why_no_gradient(spec); !reason.empty()) {
        reject("--method " + options.method_name + ": " + reason,
               "--method ism works with every scorer; gradients with centre masks of differences "
               "and with GeneMaskLFC");
    }
}

void validate_outputs(const IsmOptions& options) {
    reject_foreign_compression("-o", options.output);
    reject_foreign_compression("--matrix", options.matrix);
    reject_foreign_compression("--bedgraph", options.bedgraph);
    if (options.times_sequence && options.matrix.empty()) {
        reject("--times-sequence belongs to --matrix, which is not given");
    }
    if (options.bigwig == "-") {
        reject("--bigwig cannot be standard output", "the format is written back and forth");
    }
    if (io::names_bigwig(options.bedgraph)) {
        reject("--bedgraph " + options.bedgraph + " has the name of a bigWig", "--bigwig FILE");
    }
    if (options.svg.ends_with(".gz")) {
        reject("--svg is not compressed: " + options.svg);
    }
    int streams = 0;
    for (const auto* path : {&options.output, &options.matrix, &options.bedgraph, &options.svg}) {
        streams += *path == "-" ? 1 : 0;
    }
    if (streams > 1) {
        reject("more than one output would go to standard output", "give -o a file name");
    }
    std::vector<NamedFile> inputs{{"-m", options.model},
                                  {"-f", options.fasta},
                                  {"-R", options.regions_file},
                                  {"--gtf", options.gtf},
                                  {"--pas", options.pas}};
    for (const std::string& adapter : options.adapters) {
        inputs.push_back({"--adapter", adapter});
    }
    reject_output_clashes(inputs,
                          {{"-o", options.output},
                           {"--matrix", options.matrix},
                           {"--bedgraph", options.bedgraph},
                           {"--bigwig", options.bigwig},
                           {"--svg", options.svg}});
}

}  // namespace

IsmMethod IsmOptions::method() const {
    if (method_name == "gradient") {
        return IsmMethod::kGradient;
    }
    return method_name == "input-gradient" ? IsmMethod::kInputGradient : IsmMethod::kIsm;
}

scoring::ScoreReduction IsmOptions::reduction() const {
    return reduction_name == "max" ? scoring::ScoreReduction::kMax : scoring::ScoreReduction::kMean;
}

IsmOptions parse_ism_options(int argc, const char* const* argv) {
    IsmOptions options;
    const auto app = make_command_app(kHelp);
    add_where(*app, options);
    add_scoring(*app, options);
    add_outputs(*app, options);
    add_run_options(*app, options.run);
    add_device_option(*app, options.device);
    add_progress_option(*app, options.progress);
    parse_command_line(*app, argc, argv);
    validate(options);
    return options;
}

void validate(const IsmOptions& options) {
    validate_inputs(options);
    validate_method(options);
    validate_outputs(options);
}

}  // namespace varhush::apps
