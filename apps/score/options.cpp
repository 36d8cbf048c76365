#include "apps/score/options.hpp"

#include "apps/common/alphagenome_options.hpp"
#include "apps/common/cli.hpp"
#include "apps/common/output_clash.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/split_list.hpp"
#include "varhush/report/vcf_annotator.hpp"

#include <CLI/CLI.hpp>

#include <charconv>
#include <cmath>
#include <filesystem>
#include <initializer_list>

namespace varhush::apps {

namespace {

// Half of the largest window of the splice family is 5000: D must leave one base of context.
constexpr int kLargestDistance = 4999;
constexpr int kMostDigits = 9;

constexpr HelpText kHelp{"score",
                         "Scores the effect of every ALT allele of a VCF or BCF and writes it into "
                         "INFO. Alleles without "
                         "a score get the reason in VH_STATUS; nothing is left out silently.",
                         "varhush score -f data/demo/chr22.fa.gz --gtf data/demo/genes.gtf.gz "
                         "data/demo/variants.vcf.gz -o scored.vcf.gz -W",
                         "varhush score -f data/demo/chr22.fa.gz -r chr22:20070000-20080000 "
                         "data/demo/variants.vcf.gz -O t"};

void add_model_options(CLI::App& app, ScoreOptions& options) {
    app.add_option("-m,--model",
                   options.model,
                   "Models: names or safetensors files, comma-separated, or 'none' to classify "
                   "alleles without scoring. Default: the embedded ones")
        ->type_name("NAME|FILE[,..]")
        ->group("Scoring");
    app.add_option("-f,--fasta-ref", options.fasta, "Reference FASTA, plain or bgzipped")
        ->type_name("FILE")
        ->group("Scoring");
    auto* gtf = app.add_option("--gtf", options.gtf, "Gene models, GTF or GFF3")
                    ->type_name("FILE")
                    ->group("Scoring");
    app.add_option("--genes", options.genes, "Gene models, SpliceAI gene table")
        ->type_name("FILE")
        ->excludes(gtf)
        ->group("Scoring");
    app.add_option("--transcripts", options.transcripts, "Which transcripts of --gtf count")
        ->type_name("canonical|all")
        ->default_str("canonical")
        ->check(CLI::IsMember({"canonical", "all"}))
        ->group("Scoring");
    app.add_option(
           "--distance", options.distance_bp, "Look for effects this many bases around the change")
        ->type_name("BP")
        ->default_str("50")
        ->check(CLI::Range(0, kLargestDistance))
        ->group("Scoring");
    app.add_flag(
           "--mask", options.mask, "Drop gains at annotated and losses at unannotated exon ends")
        ->group("Scoring");
}

void add_window_options(CLI::App& app, ScoreOptions& options) {
    const auto group = "Scoring with an AlphaGenome-style model";
    app.add_option("--window",
                   options.window,
                   "Bases the model sees round a variant, or auto: the "
                   "largest usual window that fits this machine")
        ->type_name("BP|auto")
        ->default_str("the model's own, at most 131072")
        ->group(group);
    add_adapter_option(app, options.adapters, group);
    app.add_option("--share-window",
                   options.share_window_bp,
                   "Let variants share a window in which they are up to this many bases off the "
                   "middle: faster where variants are dense, scores differ a little. 0: every "
                   "variant in the middle of its own")
        ->type_name("BP")
        ->default_str("0")
        ->check(CLI::Range(0, 262'144))
        ->group(group);
    app.add_option("--scorers", options.scorers, "Variant scorers; see docs/scorers.md")
        ->type_name("LIST")
        ->default_str("recommended")
        ->group(group);
    app.add_option("--heads", options.heads, "Only scorers of these outputs, e.g. RNA_SEQ,DNASE")
        ->type_name("LIST")
        ->group(group);
    app.add_option("--tracks",
                   options.tracks,
                   "Only tracks that match, e.g. 'biosample_name~liver && strand!=-'; see "
                   "'varhush tracks'")
        ->type_name("EXPR")
        ->group(group);
    app.add_option("--tissue", options.tissue, "Only tracks with these ontology terms")
        ->type_name("CURIE[,CURIE]")
        ->group(group);
    app.add_option("--organism", options.organism, "Whose tracks")
        ->type_name("human|mouse")
        ->default_str("human")
        ->group(group);
    app.add_option("--align",
                   options.align,
                   "official: as the released scorers compare insertions and deletions; all: lay "
                   "ALT over REF in every scorer")
        ->type_name("official|all")
        ->default_str("official")
        ->check(CLI::IsMember({"official", "all"}))
        ->group(group);
    app.add_option(
           "--pas", options.pas, "Polyadenylation sites, TSV: Start, End, pas_strand, gene_id")
        ->type_name("FILE")
        ->group(group);
    app.add_option("--detail",
                   options.detail,
                   "Also write every score of every track as a long table; .gz compresses it")
        ->type_name("FILE")
        ->group(group);
}

void add_reporter_options(CLI::App& app, ScoreOptions& options) {
    app.add_option("--placements",
                   options.placements,
                   "Windows to average over. all: every placement of the variant in the window; "
                   "inside: those that lie in the contig, for the sequences of cloned inserts")
        ->type_name("all|inside")
        ->default_str("all")
        ->check(CLI::IsMember({"all", "inside"}))
        ->group("Scoring with a reporter network");
}

void add_reliability_options(CLI::App& app, ScoreOptions& options) {
    app.add_option(
           "--calibration",
           options.calibration,
           "Table of 'varhush calibrate' for VH_MAX, VH_PHRED and VH_OOD, or none. Default: "
           "the one beside the model where it fits the options")
        ->type_name("FILE|none")
        ->group("Reliability");
    app.add_flag(
           "--spread",
           options.spread,
           "VH_SD: run the members of a splice ensemble one by one too, twice the time; of an "
           "AlphaGenome-style model alone: windows shifted to either side, three times")
        ->group("Reliability");
    app.add_option("--max-ood",
                   options.max_ood,
                   "LOW_CONF instead of a score where VH_OOD is above this; auto: the limit of the "
                   "calibration table")
        ->type_name("0..1|auto")
        ->group("Reliability");
    app.add_option("--max-spread",
                   options.max_spread,
                   "LOW_CONF instead of a score where VH_SD is above this times the score's size; "
                   "auto: the limit of the calibration table. Includes --spread")
        ->type_name("RATIO|auto")
        ->group("Reliability");
}

void add_content_options(CLI::App& app, ScoreOptions& options) {
    app.add_flag("--levels",
                 options.levels,
                 "Add what REF and ALT give to VH (and to --detail): probabilities, sums or means")
        ->group("Output");
    app.add_option("--compat-tag",
                   options.compat_tag,
                   "Also write ALLELE|SYMBOL|DS_AG|… under this tag, as SpliceAI does")
        ->type_name("NAME")
        ->group("Output");
    app.add_option_function<int>(
           "--digits",
           [&options](const int& digits) {
               options.digits = digits;
               options.digits_given = true;
           },
           "Decimals of the scores in --compat-tag")
        ->type_name("N")
        ->default_str("2")
        ->check(CLI::Range(1, kMostDigits))
        ->group("Output");
    add_tally_options(app, options, "alleles");
}

[[noreturn]] void reject(const std::string& message, const std::string& hint = {}) {
    throw Error(ErrorKind::kUsage, message, hint);
}

void validate_scoring(const ScoreOptions& options) {
    if (options.without_model()) {
        return;
    }
    if (options.fasta.empty()) {
        reject("score needs the reference: -f FASTA",
               "'-m none' classifies alleles without a model and without a reference");
    }
    validate_mask(options);
    if (!options.compat_tag.empty() && !options.has_genes()) {
        reject("--compat-tag needs gene models: --gtf or --genes",
               "the format has a line for each gene and none without");
    }
}

void validate_reliability(const ScoreOptions& options) {
    const bool table = !options.calibration.empty() && options.calibration != "none";
    if (options.without_model() &&
        (table || !options.max_ood.empty() || !options.max_spread.empty())) {
        reject("--calibration, --max-ood and --max-spread need a model");
    }
    if (!options.max_spread.empty() && options.max_spread != "auto") {
        static_cast<void>(parse_positive_number("--max-spread", options.max_spread));
    }
    if (options.max_ood.empty() || options.max_ood == "auto") {
        return;
    }
    static_cast<void>(parse_unit_number("--max-ood", options.max_ood));
}

void validate_files(const ScoreOptions& options) {
    reject_output_clashes(
        scoring_inputs(options),
        {{"-o", options.output.path}, {"--stats", options.stats}, {"--detail", options.detail}});
}

// io::choose_output sees to the suffixes of VCF and BCF against each other.
void validate_suffix(const ScoreOptions& options) {
    const std::string& path = options.output.path;
    const auto conflict = [&] {
        reject(
            "-O " + *options.output.output_type + " and the suffix of " + path + " are in conflict",
            "drop -O, or name the output accordingly");
    };
    reject_foreign_compression("-o", path);
    if (options.wants_table()) {
        for (const char* suffix : {".vcf", ".vcf.gz", ".vcf.bgz", ".bcf"}) {
            path.ends_with(suffix) ? conflict() : void();
        }
    }
    if (path.ends_with(".tsv.gz") || (options.wants_table() && path.ends_with(".gz"))) {
        reject("tables are not compressed: " + path, "-O t | bgzip > " + path);
    }
    if (path.ends_with(".tsv") && !options.wants_table()) {
        conflict();
    }
}

void validate_outputs(const ScoreOptions& options) {
    report::check_compat_tag(options.compat_tag);
    if (options.digits_given && options.compat_tag.empty()) {
        reject("--digits belongs to --compat-tag, which is not given");
    }
    if (options.wants_table() && options.output.write_index) {
        reject("-W cannot index a table (-O t)");
    }
    validate_suffix(options);
    if (options.detail == "-" && options.output.path == "-") {
        reject("--detail - and -o - would both write to standard output",
               "give one of them a file name");
    }
    if (options.detail == "-" && options.stats == "-") {
        reject("--detail - and --stats - would both write to standard output",
               "give one of them a file name");
    }
    reject_foreign_compression("--detail", options.detail);
    if (options.stats == "-" && options.output.path == "-") {
        reject("--stats - and -o - would both write to standard output",
               "give one of them a file name");
    }
    if (!options.max_unscored.empty()) {
        static_cast<void>(parse_unscored_limit(options.max_unscored));
    }
}

template <typename Fits>
double parse_number(const std::string& option,
                    const std::string& text,
                    const char* wanted,
                    const Fits& fits) {
    double value = 0;
    const char* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, value);
    if (result.ec != std::errc{} || result.ptr != end || !fits(value)) {
        throw Error(ErrorKind::kUsage, option + " " + text + " is no " + wanted, {});
    }
    return value;
}

}  // namespace

std::vector<std::string> model_names(const std::string& text) {
    std::error_code ignored;
    return std::filesystem::is_regular_file(text, ignored) ? std::vector{text}
                                                           : core::split_list(text);
}

bool UnscoredLimit::exceeded(std::int64_t unscored, std::int64_t alleles) const {
    const double limit = is_percentage ? value / 100 * static_cast<double>(alleles) : value;
    return static_cast<double>(unscored) > limit;
}

UnscoredLimit parse_unscored_limit(const std::string& text) {
    UnscoredLimit limit;
    std::string number = text;
    if (number.ends_with('%')) {
        number.pop_back();
        limit.is_percentage = true;
    }
    const char* end = number.data() + number.size();
    const auto result = std::from_chars(number.data(), end, limit.value);
    const bool is_number = result.ec == std::errc{} && result.ptr == end && limit.value >= 0 &&
                           std::isfinite(limit.value);
    const bool fits =
        limit.is_percentage ? limit.value <= 100 : limit.value == std::floor(limit.value);
    if (!is_number || !fits) {
        throw Error(ErrorKind::kUsage,
                    "--max-unscored " + text + " is neither a count nor a percentage",
                    "e.g. --max-unscored 10 or --max-unscored 5%");
    }
    return limit;
}

double parse_unit_number(const std::string& option, const std::string& text) {
    return parse_number(
        option, text, "number from 0 to 1", [](double value) { return value >= 0 && value <= 1; });
}

double parse_positive_number(const std::string& option, const std::string& text) {
    return parse_number(option, text, "number above 0", [](double value) {
        return std::isfinite(value) && value > 0;
    });
}

std::vector<NamedFile> scoring_inputs(const ScoreOptions& options) {
    std::vector<NamedFile> inputs{
        {"the input", options.input},
        {"-f", options.fasta},
        {"--gtf", options.gtf},
        {"--genes", options.genes},
        {"--pas", options.pas},
        {"--calibration", options.calibration == "none" ? "" : options.calibration}};
    for (const std::string& model : model_names(options.model)) {
        inputs.push_back({"-m", model == "none" ? "" : model});
    }
    for (const std::string& adapter : options.adapters) {
        inputs.push_back({"--adapter", adapter});
    }
    add_region_files(options.regions, inputs);
    return inputs;
}

void add_tally_options(CLI::App& app, ScoreOptions& options, const std::string& counted) {
    app.add_option("--max-unscored",
                   options.max_unscored,
                   "Exit 4 when more " + counted + " than this have no score (output is complete)")
        ->type_name("N|N%")
        ->group("Output");
    app.add_option("--stats", options.stats, "Write the counts of the run as JSON")
        ->type_name("FILE")
        ->group("Output");
}

void validate_mask(const ScoreOptions& options) {
    if (options.mask && !options.has_genes()) {
        reject("--mask needs gene models: --gtf or --genes");
    }
}

void add_scoring_options(CLI::App& app, ScoreOptions& options) {
    add_model_options(app, options);
    add_window_options(app, options);
    add_reporter_options(app, options);
}

void remember_kinds(const CLI::App& app, ScoreOptions& options) {
    using enum ModelKind;
    const auto remember = [&](std::initializer_list<const char*> names,
                              const std::vector<ModelKind>& kinds) {
        for (const char* name : names) {
            const CLI::Option* option = app.get_option_no_throw(name);
            if (option != nullptr && option->count() > 0) {
                options.picky.push_back({name, kinds});
            }
        }
    };
    remember({"--distance", "--mask", "--compat-tag"}, {kNone, kSplice});
    remember({"--gtf"}, {kNone, kSplice, kAlphaGenome, kCleavage});
    remember({"--genes", "--transcripts"}, {kNone, kSplice, kCleavage});
    remember({"--placements"}, {kReporter});
    remember({"--spread"}, {kSplice, kAlphaGenome});
    remember({"--max-spread"}, {kSplice});
    remember({"--levels"}, {kNone, kSplice, kAlphaGenome, kReporter, kCleavage});
    remember({"--window",
              "--adapter",
              "--share-window",
              "--scorers",
              "--heads",
              "--tracks",
              "--tissue",
              "--organism",
              "--align",
              "--precision",
              "--pas",
              "--detail"},
             {kAlphaGenome});
}

bool ScoreOptions::wants_table() const {
    if (output.output_type) {
        return *output.output_type == "t";
    }
    return output.path.ends_with(".tsv");
}

ScoreOptions parse_score_options(int argc, const char* const* argv) {
    ScoreOptions options;
    options.command_line = joined_command_line(argc, argv);
    const auto app = make_command_app(kHelp);
    app->add_option("input", options.input, "VCF or BCF; - or absent: standard input")
        ->type_name("FILE")
        ->default_str("-");
    add_scoring_options(*app, options);
    add_reliability_options(*app, options);
    add_output_options(*app, options.output);
    app->get_option("--output-type")
        ->description(
            "v: VCF, z: compressed VCF, b: BCF, u: uncompressed BCF; a digit 0-9 behind it is the "
            "level; t: table. Default: by the suffix of FILE")
        ->type_name("v|z|b|u[0-9]|t");
    add_content_options(*app, options);
    add_region_options(*app, options.regions);
    add_run_options(*app, options.run);
    add_device_option(*app, options.device);
    app->add_option("--precision",
                    options.precision,
                    "Numbers an AlphaGenome-style model computes with: f32, or bf16 on a graphics "
                    "card (there the default, as in the official code); the processor has f32")
        ->type_name("auto|f32|bf16")
        ->default_str("auto")
        ->check(CLI::IsMember({"auto", "f32", "bf16"}))
        ->group("Run");
    add_progress_option(*app, options.progress);
    parse_command_line(*app, argc, argv);
    options.spread = options.spread || !options.max_spread.empty();
    remember_kinds(*app, options);
    validate(options);
    return options;
}

void validate(const ScoreOptions& options) {
    validate_scoring(options);
    validate_reliability(options);
    validate_outputs(options);
    validate_files(options);
}

}  // namespace varhush::apps
