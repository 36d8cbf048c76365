#include "apps/haplo/options.hpp"

#include "apps/common/cli.hpp"
#include "apps/common/output_clash.hpp"
#include "varhush/core/error.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <unordered_set>
#include <utility>

namespace varhush::apps {

namespace {

constexpr HelpText kHelp{
    .name = "haplo",
    .description =
        "Scores the phased variants of each sample of a VCF or BCF jointly: the effect of every "
        "haplotype against the reference and against the other haplotype, the sum of the effects "
        "of its variants one by one, and how far the two are apart. Phase is read (|, PS, HP), "
        "never made up: where it is not known the lowest and the highest possible effect stand.",
    .example_a =
        "varhush haplo -f data/demo/chr22.fa.gz --gtf data/demo/genes.gtf.gz "
        "data/demo/phased.vcf.gz -o haplotypes.tsv",
    .example_b =
        "varhush haplo -m splice-mini -f data/demo/chr22.fa.gz -r "
        "chr22:20070000-20080000 data/demo/phased.vcf.gz -O z -o haplo.vcf.gz -W",
};

void add_block_options(CLI::App& app, HaploOptions& options) {
    const auto* group = "Blocks";
    app.add_option("--max-gap",
                   options.rule.max_gap_bp,
                   "Records of a sample further apart than this start a new block")
        ->type_name("BP")
        ->capture_default_str()
        ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000}).description(""))
        ->group(group);
    app.add_option("--max-block-span", options.rule.max_span_bp, "Most bases of a block")
        ->type_name("BP")
        ->capture_default_str()
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{1'000'000}).description(""))
        ->group(group);
    app.add_option("--max-variants", options.rule.max_records, "Most records of a block")
        ->type_name("N")
        ->capture_default_str()
        ->check(CLI::Range(1, 64).description(""))
        ->group(group);
    app.add_option("--max-unphased",
                   options.rule.max_unphased,
                   "With up to so many parts of unknown phase beside the first, all phases are "
                   "tried, for the lowest and the highest effect; with more the block has none "
                   "(UNPHASED). 0: never try")
        ->type_name("N")
        ->capture_default_str()
        ->check(CLI::Range(0, 8).description(""))
        ->group(group);
    add_sample_options(app, options.samples, group);
}

void add_sequence_options(CLI::App& app, HaploOptions& options) {
    const auto* group = "Personal sequence";
    app.add_option("--emit-fasta",
                   options.fasta_out,
                   "Write the reference with one haplotype of one sample (-s) in it; .gz "
                   "compresses it. With '-m none' nothing is scored")
        ->type_name("FILE")
        ->group(group);
    app.add_option("--emit-chain",
                   options.chain_out,
                   "Write a UCSC chain file from the reference to that haplotype")
        ->type_name("FILE")
        ->group(group);
    app.add_option("--haplotype", options.haplotype, "Which haplotype")
        ->type_name("1|2")
        ->check(CLI::IsMember({1, 2}))
        ->group(group);
}

[[noreturn]] void reject(const std::string& message, const std::string& hint = {}) {
    throw Error(ErrorKind::kUsage, message, hint);
}

void validate_sequence(const HaploOptions& options) {
    const ScoreOptions& score = options.score;
    if (options.emits() != (options.haplotype != 0)) {
        reject(options.emits() ? "--emit-fasta and --emit-chain need --haplotype 1 or 2"
                               : "--haplotype belongs to --emit-fasta and --emit-chain");
    }
    if (!options.emits()) {
        return;
    }
    const RegionOptions& regions = score.regions;
    if (!regions.regions.empty() || !regions.regions_file.empty() || !regions.targets.empty() ||
        !regions.targets_file.empty()) {
        reject("--emit-fasta and --emit-chain write whole contigs: -r, -R, -t and -T do not apply");
    }
    if (score.input == "-") {
        reject("--emit-fasta and --emit-chain read the input a second time: name a file");
    }
    if (score.without_model() && (options.wants_vcf() || !score.stats.empty() ||
                                  score.output.path != "-" || !score.max_unscored.empty())) {
        reject("with '-m none' there is no table, VCF or --stats: leave -o, -O and --stats out");
    }
    int to_stdout = 0;
    for (const std::string* path : {&options.fasta_out, &options.chain_out, &options.table}) {
        to_stdout += *path == "-" ? 1 : 0;
    }
    to_stdout += !score.without_model() && score.output.path == "-" ? 1 : 0;
    if (to_stdout > 1) {
        reject("several outputs would write to standard output", "give them file names");
    }
}

void validate(const HaploOptions& options) {
    const ScoreOptions& score = options.score;
    if (score.fasta.empty()) {
        reject("haplo needs the reference: -f FASTA");
    }
    if (score.without_model() && !options.emits()) {
        reject("haplo needs a model", "'-m none' is for --emit-fasta and --emit-chain");
    }
    validate_sequence(options);
    validate_mask(score);
    if (!options.wants_vcf() && score.output.write_index) {
        reject("-W indexes VCF and BCF, and the output is a table",
               "-O z or an output called FILE.vcf.gz");
    }
    if (!options.wants_vcf() && !options.table.empty()) {
        reject("--table belongs to a VCF output: -o is the table already");
    }
    if (options.table == "-" && score.output.path == "-") {
        reject("--table - and -o - would both write to standard output",
               "give one of them a file name");
    }
    for (const std::string& path : {score.output.path, options.table}) {
        if (score.stats == "-" && path == "-") {
            reject("--stats - would write into the output", "give one of them a file name");
        }
    }
    reject_foreign_compression("-o", score.output.path);
    reject_foreign_compression("--table", options.table);
    if (!score.max_unscored.empty()) {
        static_cast<void>(parse_unscored_limit(score.max_unscored));
    }
    std::vector<NamedFile> inputs = scoring_inputs(score);
    add_sample_file(options.samples, inputs);
    reject_output_clashes(inputs,
                          {{"-o", score.without_model() ? std::string() : score.output.path},
                           {"--table", options.table},
                           {"--emit-fasta", options.fasta_out},
                           {"--emit-chain", options.chain_out},
                           {"--stats", score.stats}});
}

}  // namespace

bool HaploOptions::wants_vcf() const {
    if (score.output.output_type) {
        return *score.output.output_type != "t";
    }
    constexpr std::array kVariantFiles{".vcf", ".vcf.gz", ".vcf.bgz", ".bcf"};
    return std::any_of(kVariantFiles.begin(), kVariantFiles.end(), [&](const char* suffix) {
        return score.output.path.ends_with(suffix);
    });
}

HaploOptions parse_haplo_options(int argc, const char* const* argv) {
    HaploOptions options;
    ScoreOptions& score = options.score;
    score.command_line = joined_command_line(argc, argv);
    const auto app = make_command_app(kHelp);
    app->add_option("input", score.input, "VCF or BCF with genotypes; - or absent: standard input")
        ->type_name("FILE")
        ->default_str("-");
    add_scoring_options(*app, score);
    // Of single records, or of models that cannot compare haplotypes.
    for (const char* option : {"--share-window", "--detail", "--placements"}) {
        app->remove_option(app->get_option(option));
    }
    add_block_options(*app, options);
    add_sequence_options(*app, options);
    add_output_options(*app, score.output);
    app->get_option("--output-type")
        ->description(
            "t: table (default), v: VCF with FORMAT/VH_HAP, z: compressed VCF, b: BCF, u: "
            "uncompressed BCF; a digit 0-9 behind it is the level. Default: by the suffix of FILE")
        ->type_name("t|v|z|b|u[0-9]");
    app->add_option(
           "--table", options.table, "Beside a VCF also write the table; .gz compresses it")
        ->type_name("FILE")
        ->group("Output");
    add_tally_options(*app, score, "haplotypes");
    add_region_options(*app, score.regions);
    add_run_options(*app, score.run);
    add_progress_option(*app, score.progress);
    parse_command_line(*app, argc, argv);
    remember_kinds(*app, score);
    score.device = "cpu";
    validate(options);
    return options;
}

std::vector<std::size_t> chosen_samples(const HaploOptions& options,
                                        const std::vector<std::string>& known) {
    if (known.empty()) {
        throw Error(ErrorKind::kInput,
                    options.score.input + " has no samples",
                    "haplotypes need genotypes; 'varhush score' scores sites");
    }
    const SampleNames wanted = sample_names(options.samples);
    const std::unordered_set<std::string> names(wanted.names.begin(), wanted.names.end());
    for (const std::string& name : wanted.names) {
        if (std::find(known.begin(), known.end(), name) == known.end()) {
            reject(options.score.input + " has no sample '" + name + "'",
                   "'bcftools query -l' lists them");
        }
    }
    std::vector<std::size_t> chosen;
    for (std::size_t i = 0; i < known.size(); ++i) {
        if (names.empty() || names.contains(known[i]) != wanted.exclude) {
            chosen.push_back(i);
        }
    }
    if (chosen.empty()) {
        reject("no sample is left", "see -s and -S");
    }
    return chosen;
}

}  // namespace varhush::apps
