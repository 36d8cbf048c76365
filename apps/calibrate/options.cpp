#include "apps/calibrate/options.hpp"

#include "apps/common/cli.hpp"
#include "apps/common/output_clash.hpp"
#include "varhush/core/error.hpp"

#include <CLI/CLI.hpp>

#include <filesystem>

namespace varhush::apps {

namespace {

constexpr HelpText kHelp{
    "calibrate",
    "Scores background variants, such as common ones, as 'varhush score' would and keeps the "
    "distribution of every score as a table. With it 'varhush score' tells how extreme a score is "
    "(VH_MAX, VH_PHRED) and how unlike the known sequence a place is (VH_OOD).",
    "varhush calibrate -m splice-mini -f data/demo/chr22.fa.gz --gtf data/demo/genes.gtf.gz "
    "data/demo/variants.vcf.gz -o common.vhcal",
    "varhush calibrate -m splice-mini -f data/demo/chr22.fa.gz --gtf data/demo/genes.gtf.gz "
    "--report common.tsv "
    "--profile none data/demo/variants.vcf.gz -o common.vhcal"};

constexpr double kLargestTolerance = 0.1;
constexpr std::int64_t kSmallestWindow = 256;
constexpr std::int64_t kLargestWindow = 1 << 20;

void add_table_options(CLI::App& app, CalibrateOptions& options) {
    const auto group = "Table";
    app.add_option("-o,--output",
                   options.output,
                   "Write the table to FILE; MODEL.vhcal beside "
                   "MODEL.safetensors is found by 'score' itself")
        ->type_name("FILE")
        ->required()
        ->group(group);
    app.add_option("--name",
                   options.name,
                   "Name of the table in the headers of scored files. Default: by the output")
        ->type_name("TEXT")
        ->group(group);
    app.add_option("--background",
                   options.background,
                   "What the background is, in words. Default: the name of the input")
        ->type_name("TEXT")
        ->group(group);
    app.add_option(
           "--tolerance",
           options.tolerance,
           "Leave knots out where that changes no rank r by more than this share of r or of "
           "1 - r; 0 keeps all")
        ->type_name("SHARE")
        ->default_str("0.01")
        ->check(CLI::Range(0.0, kLargestTolerance))
        ->group(group);
    app.add_option(
           "--report", options.report, "Also write counts and quantiles of every series, TSV")
        ->type_name("FILE")
        ->group(group);
}

void add_profile_options(CLI::App& app, CalibrateOptions& options) {
    const auto group = "Familiar sequence";
    app.add_option("--profile",
                   options.profile,
                   "Whose composition is familiar: the places of the background, windows spread "
                   "over a FASTA such as the training sequence, or none")
        ->type_name("background|FASTA|none")
        ->default_str("background")
        ->group(group);
    app.add_option("--profile-window", options.profile_window_bp, "Bases of a window")
        ->type_name("BP")
        ->default_str("2048")
        ->check(CLI::Range(kSmallestWindow, kLargestWindow))
        ->group(group);
    app.add_option("--ood-limit",
                   options.ood_limit,
                   "VH_OOD beyond which 'score --max-ood auto' says LOW_CONF")
        ->type_name("0..1")
        ->default_str("0.97")
        ->group(group);
    app.add_option("--spread-limit",
                   options.spread_limit,
                   "VH_SD, as a multiple of the size of the score, beyond which 'score "
                   "--max-spread auto' says LOW_CONF")
        ->type_name("RATIO")
        ->default_str("1")
        ->check(CLI::PositiveNumber)
        ->group(group);
}

void add_sign_options(CLI::App& app, CalibrateOptions& options) {
    const auto group = "Signs";
    app.add_option("--measured",
                   options.measured,
                   "Measured effects beside scores of a model that has not seen their elements "
                   "('varhush train reporter --held-out'): the table then gives VH_SIGN")
        ->type_name("TSV")
        ->group(group);
    app.add_option("--measured-split", options.measured_split, "Rows of this split")
        ->type_name("NAME|all")
        ->default_str("train")
        ->group(group);
    app.add_option("--measured-p",
                   options.measured_p,
                   "Where the table has p-values: an effect counts up to this one")
        ->type_name("P")
        ->default_str("1e-5")
        ->check(CLI::Range(0.0, 1.0))
        ->group(group);
}

void add_random_options(CLI::App& app, CalibrateOptions& options) {
    const auto group = "Comparison";
    app.add_option(
           "--random-vcf",
           options.random_vcf,
           "Also make random variants that match the background in contigs, classes, lengths "
           "and neighbouring bases, write them here, and tell their ranks")
        ->type_name("FILE")
        ->group(group);
    app.add_option("--random", options.random, "How many. Default: as many as the background has")
        ->type_name("N")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{10'000'000}))
        ->group(group);
    app.add_option("--seed", options.seed, "Of the random variants")
        ->type_name("N")
        ->default_str("1")
        ->group(group);
}

}  // namespace

CalibrateOptions parse_calibrate_options(int argc, const char* const* argv) {
    CalibrateOptions options;
    options.score.command_line = joined_command_line(argc, argv);
    const auto app = make_command_app(kHelp);
    app->add_option("input", options.score.input, "VCF or BCF; - or absent: standard input")
        ->type_name("FILE")
        ->default_str("-");
    add_scoring_options(*app, options.score);
    add_table_options(*app, options);
    add_profile_options(*app, options);
    add_sign_options(*app, options);
    add_random_options(*app, options);
    add_region_options(*app, options.score.regions);
    add_run_options(*app, options.score.run);
    add_progress_option(*app, options.score.progress);
    parse_command_line(*app, argc, argv);
    remember_kinds(*app, options.score);
    options.score.raw = true;
    options.score.device = "cpu";
    validate(options);
    return options;
}

void validate(const CalibrateOptions& options) {
    if (options.score.without_model()) {
        throw Error(ErrorKind::kUsage, "calibrate needs a model", "leave '-m none' out");
    }
    validate(options.score);
    static_cast<void>(parse_unit_number("--ood-limit", options.ood_limit));
    if (options.random > 0 && options.random_vcf.empty()) {
        throw Error(ErrorKind::kUsage, "--random needs a place for the variants: --random-vcf", {});
    }
    if (options.random_vcf == "-" || options.random_vcf.ends_with(".gz") ||
        options.random_vcf.ends_with(".bcf")) {
        throw Error(ErrorKind::kUsage,
                    "--random-vcf " + options.random_vcf + ": a plain VCF file is written",
                    "name a file that ends in .vcf");
    }
    const bool fasta = options.profile != "background" && options.profile != "none";
    std::vector<NamedFile> inputs = scoring_inputs(options.score);
    inputs.push_back({"--measured", options.measured});
    inputs.push_back({"--profile", fasta ? options.profile : ""});
    reject_output_clashes(inputs,
                          {{"-o", options.output},
                           {"--report", options.report},
                           {"--random-vcf", options.random_vcf},
                           {"--detail", options.score.detail}});
}

}  // namespace varhush::apps
