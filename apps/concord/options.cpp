#include "apps/concord/options.hpp"

#include "apps/common/cli.hpp"
#include "apps/common/output_clash.hpp"
#include "apps/common/output_options.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/split_list.hpp"

#include <CLI/CLI.hpp>

#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>

namespace varhush::apps {

namespace {

constexpr HelpText kHelp{
    .name = "concord",
    .description =
        "Predicted against observed allelic effects: joins the allele counts of 'varhush count' "
        "with the scores of 'varhush score', tests every heterozygous site that is deep enough for "
        "allelic imbalance (beta-binomial, over-dispersion estimated from the data, false "
        "discovery rate), and tells how often predicted and observed directions agree.",
    .example_a =
        "varhush concord --scores data/demo/concord/scores.vcf.gz --score VH_TF "
        "data/demo/concord/counts.vcf.gz -o sites.tsv",
    .example_b =
        "varhush concord --scores data/demo/concord/scores.vcf.gz --score VH_TF,VH_MPRA --fdr 0.1 "
        "data/demo/concord/counts.vcf.gz -o sites.tsv --json summary.json --html report.html",
};

constexpr double kLeastPower = 0.01;
constexpr double kMostPower = 0.999;
constexpr double kLeastEffect = 0.1;  // log2
constexpr double kMostEffect = 10;
constexpr double kLeastShare = 0.01;
constexpr double kLeastRho = 1e-12;  // below it the beta-binomial is the binomial

/// What is text until it is checked.
struct Texts {
    std::string scores;
    std::vector<std::string> where;
    std::optional<std::string> samples;
    std::string expected = "auto";
    std::string rho = "auto";
    std::string min_depth = "auto";
};

void add_inputs(CLI::App& app, ConcordOptions& options, Texts& texts) {
    app.add_option("counts",
                   options.counts.path,
                   "Table, VCF or BCF of 'varhush count'; - is a table on standard input (default)")
        ->type_name("FILE");
    app.add_option("--scores",
                   options.scores.path,
                   "VCF or BCF of 'varhush score', or a table; - is VCF on standard input")
        ->type_name("FILE");
    app.add_option("--score", texts.scores, "Which: INFO tags such as VH_TF, or columns")
        ->type_name("NAME,…");
    app.add_option("--genotypes",
                   options.genotypes,
                   "VCF or BCF with the samples' GT. Default: that of the counts, then that of "
                   "the scored VCF")
        ->type_name("VCF");
    app.add_option("-f,--fasta-ref",
                   options.fasta,
                   "Left-align indels, so that files that write them differently can be joined")
        ->type_name("FASTA");
    app.add_option("-s,--samples", texts.samples, "Only these samples")->type_name("NAME,…");
    app.add_option("--assays",
                   options.assays,
                   "Table with the columns sample, assay and maybe score: results by assay, each "
                   "sample beside the score that fits it")
        ->type_name("TSV");
    app.add_option("--where",
                   texts.where,
                   "Tables: only rows with this value in a column, such as output_type=ATAC")
        ->type_name("COLUMN=VALUE");
    app.add_option("--by",
                   options.scores.by,
                   "Tables: each value of this column, such as track_name, is a score of its own")
        ->type_name("COLUMN");
}

void add_test(CLI::App& app, ConcordOptions& options, Texts& texts) {
    const char* group = "Test of imbalance";
    app.add_option("--fdr", options.imbalance.fdr, "False discovery rate of significant sites")
        ->type_name("0..1")
        ->capture_default_str()
        ->check(CLI::Range(0.0, 1.0).description(""))
        ->group(group);
    app.add_option("--expected-ratio",
                   texts.expected,
                   "Share of ALT without an effect; auto: estimated (reference bias)")
        ->type_name("auto|0..1")
        ->capture_default_str()
        ->group(group);
    app.add_option("--rho",
                   texts.rho,
                   "Over-dispersion; auto: estimated from sites that look balanced, plain: from "
                   "all sites, 0: binomial test")
        ->type_name("auto|plain|0..1")
        ->capture_default_str()
        ->group(group);
    app.add_option("--min-depth",
                   texts.min_depth,
                   "Least fragments of both alleles; auto: what --power asks for")
        ->type_name("auto|N")
        ->capture_default_str()
        ->group(group);
    auto& power = options.imbalance.power;
    app.add_option("--power", power.power, "Deep enough: finds --power-effect this often, p 0.05")
        ->type_name("0..1")
        ->capture_default_str()
        ->check(CLI::Range(kLeastPower, kMostPower).description(""))
        ->group(group);
    app.add_option("--power-effect", power.effect_log2, "log2 of ALT over REF; 2 is fourfold")
        ->type_name("LOG2")
        ->capture_default_str()
        ->check(CLI::Range(kLeastEffect, kMostEffect).description(""))
        ->group(group);
    app.add_option("--assume-het",
                   options.imbalance.assume_from,
                   "Without a genotype, sites with so many fragments of both alleles count as "
                   "heterozygous (hides the strongest effects)")
        ->type_name("N")
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 31).description(""))
        ->group(group);
    app.add_flag("--pool", options.pool, "One over-dispersion for all samples, not one for each")
        ->group(group);
}

void add_agreement(CLI::App& app, ConcordOptions& options) {
    const char* group = "Agreement";
    constexpr int kMostBins = 100;
    constexpr int kMostRounds = 1'000'000;
    app.add_option("--bins", options.agreement.bins, "Bins of the calibration")
        ->type_name("N")
        ->capture_default_str()
        ->check(CLI::Range(1, kMostBins).description(""))
        ->group(group);
    app.add_option("--bootstrap", options.agreement.rounds, "Rounds of the bootstrap; 0: none")
        ->type_name("N")
        ->capture_default_str()
        ->check(CLI::Range(0, kMostRounds).description(""))
        ->group(group);
    app.add_option("--seed", options.agreement.seed, "Of the bootstrap")
        ->type_name("N")
        ->capture_default_str()
        ->group(group);
}

void add_outputs(CLI::App& app, ConcordOptions& options) {
    const char* group = "Output";
    app.add_option("-o,--output", options.output, "Table of the sites; - is standard output")
        ->type_name("FILE")
        ->default_str("-")
        ->group(group);
    app.add_option("--json", options.json, "Summary as JSON")->type_name("FILE")->group(group);
    app.add_option("--html", options.html, "Report for people, one file")
        ->type_name("FILE")
        ->group(group);
    app.add_flag("--no-version",
                 options.no_version,
                 "Leave version and command line out (reproducible bytes)")
        ->group(group);
}

void refuse(bool wrong, const std::string& message, const std::string& hint = {}) {
    if (wrong) {
        throw Error(ErrorKind::kUsage, message, hint);
    }
}

/// A number strictly between 0 and 1, or 0 itself where `zero` is allowed; nothing for `automatic`.
std::optional<double> share(const char* option, const std::string& text, bool zero) {
    if (text == "auto") {
        return std::nullopt;
    }
    double value = -1;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    refuse(!whole || !((value > 0 || (zero && value == 0)) && value < 1),
           std::string(option) + " '" + text + "' is neither auto nor a number between 0 and 1");
    return value;
}

void set_test(const Texts& texts, ConcordOptions& options) {
    auto& null = options.imbalance.null;
    null.mean = share("--expected-ratio", texts.expected, false);
    null.robust = texts.rho != "plain";
    null.rho = null.robust ? share("--rho", texts.rho, true) : std::nullopt;
    if (null.rho && *null.rho < kLeastRho) {
        null.rho = 0;
    }
    if (texts.min_depth != "auto") {
        std::int64_t depth = 0;
        const char* const last = texts.min_depth.data() + texts.min_depth.size();
        const auto [end, error] = std::from_chars(texts.min_depth.data(), last, depth);
        refuse(error != std::errc() || end != last || depth < 1,
               "--min-depth '" + texts.min_depth + "' is neither auto nor a number from 1");
        options.imbalance.min_depth = depth;
    }
}

void set_scores(const Texts& texts, ConcordOptions& options) {
    options.scores.scores = core::split_list(texts.scores);
    options.counts.samples = core::split_list(texts.samples.value_or(""));
    refuse(texts.samples && options.counts.samples.empty(), "--samples names none");
    for (const std::string& condition : texts.where) {
        const std::size_t equals = condition.find('=');
        refuse(equals == std::string::npos || equals == 0,
               "--where '" + condition + "' is not COLUMN=VALUE");
        options.scores.where.emplace_back(condition.substr(0, equals),
                                          condition.substr(equals + 1));
    }
}

/// CLI::Range lets NaN through.
void check_range(const char* option, double value, double low, double high) {
    refuse(!(value >= low && value <= high), std::string(option) + " is not a number in its range");
}

void validate(const ConcordOptions& options) {
    check_range("--fdr", options.imbalance.fdr, 0, 1);
    check_range("--power", options.imbalance.power.power, kLeastPower, kMostPower);
    check_range("--power-effect", options.imbalance.power.effect_log2, kLeastEffect, kMostEffect);
    const double mean = options.imbalance.null.mean.value_or(0.5);
    refuse(mean < kLeastShare || mean > 1 - kLeastShare,
           "--expected-ratio is beyond 0.01 to 0.99, where REF and ALT cannot be compared");
    refuse(options.scores.path.empty(), "which scores? name a scored VCF or a table (--scores)");
    refuse(options.scores.scores.empty(),
           "which score? name an INFO tag or a column (--score)",
           "VH_ACC for ATAC and DNase, VH_TF for ChIP of factors, VH_EXP for RNA");
    std::set<std::string> names;
    for (const std::string& name : options.scores.scores) {
        refuse(!names.insert(name).second, "--score names " + name + " twice");
    }
    refuse(options.counts.path == "-" && options.scores.path == "-",
           "standard input can be read only once");
    refuse(options.genotypes == "-" || options.assays == "-",
           "--genotypes and --assays must be files");
    reject_foreign_compression("-o", options.output);
    reject_foreign_compression("--json", options.json);
    reject_foreign_compression("--html", options.html);
    reject_output_clashes(
        {{"the counts", options.counts.path},
         {"--scores", options.scores.path},
         {"--genotypes", options.genotypes},
         {"--assays", options.assays},
         {"--fasta-ref", options.fasta}},
        {{"-o", options.output}, {"--json", options.json}, {"--html", options.html}});
}

void find_kinds(ConcordOptions& options) {
    options.counts.kind = concord::file_kind(options.counts.path, concord::FileKind::kTable);
    options.scores.kind = concord::file_kind(options.scores.path, concord::FileKind::kVariants);
    const bool table = options.scores.kind == concord::FileKind::kTable;
    refuse(
        !table && (!options.scores.where.empty() || !options.scores.by.empty()),
        "--where and --by are for tables of scores, and " + options.scores.path + " is VCF or BCF");
}

}  // namespace

ConcordOptions parse_concord_options(int argc, const char* const* argv) {
    ConcordOptions options;
    Texts texts;
    options.command_line = joined_command_line(argc, argv);
    const auto app = make_command_app(kHelp);
    add_inputs(*app, options, texts);
    add_test(*app, options, texts);
    add_agreement(*app, options);
    add_outputs(*app, options);
    add_run_options(*app, options.run);
    parse_command_line(*app, argc, argv);
    set_test(texts, options);
    set_scores(texts, options);
    validate(options);
    find_kinds(options);
    return options;
}

}  // namespace varhush::apps
