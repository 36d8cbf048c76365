#include "apps/count/options.hpp"

#include "apps/common/cli.hpp"
#include "apps/common/output_clash.hpp"
#include "apps/common/read_filter_options.hpp"
#include "apps/common/repeated_inputs.hpp"
#include "varhush/core/error.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>

namespace varhush::apps {

namespace {

constexpr HelpText kHelp{
    .name = "count",
    .description =
        "How many fragments of BAM, CRAM or SAM files carry each allele of the variants of a VCF: "
        "SNVs by the base of the read, insertions, deletions and MNVs by aligning the read to the "
        "sequence of every allele. A pair of mates counts once. What does not count has a reason.",
    .example_a =
        "varhush count -V data/demo/variants.vcf.gz --fasta-ref data/demo/chr22.fa.gz "
        "data/demo/wgs.bam -o counts.tsv",
    .example_b =
        "varhush count -q 20 -V data/demo/variants.vcf.gz --fasta-ref "
        "data/demo/chr22.fa.gz data/demo/wgs.bam -o counts.vcf.gz -W",
};

void add_filters(CLI::App& app, CountCommandOptions& options, ReadFilterTexts& texts) {
    const char* group = "Which reads";
    add_sample_options(app, options.samples, group);
    app.add_flag("--ignore-rg", options.ignore_groups, "One sample a file, whatever its @RG say")
        ->group(group);
    add_read_filter_options(app, options.count.filter, texts, "--require-flags", group);
    app.add_option(
           "-Q,--min-baseq", options.count.caller.min_base_quality, "SNVs: least base quality")
        ->type_name("N")
        ->capture_default_str()
        ->check(CLI::Range(0, 93).description(""))
        ->group(group);
    app.add_option("--max-depth",
                   options.count.max_depth,
                   "Keep no more reads at a site; the others are counted as max_depth")
        ->type_name("N")
        ->capture_default_str()
        ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 31).description(""))
        ->group(group);
}

void add_judgement(CLI::App& app, CountCommandOptions& options, bool& count_reads) {
    const char* group = "What counts";
    auto& caller = options.count.caller;
    app.add_flag("--count-reads", count_reads, "Count reads, not fragments")->group(group);
    app.add_flag("--realign",
                 options.sites.realign_all,
                 "SNVs, too, by aligning reads to the sequence of every allele")
        ->group(group);
    app.add_option("--min-difference",
                   caller.min_difference,
                   "Aligned reads: how much better an allele must fit than the next (Phred)")
        ->type_name("N")
        ->capture_default_str()
        ->check(CLI::Range(1, 1000).description(""))
        ->group(group);
    app.add_option("--min-reach",
                   caller.min_reach_bp,
                   "Aligned reads: bases they must reach over where the alleles begin to differ")
        ->type_name("BP")
        ->capture_default_str()
        ->check(CLI::Range(1, 30).description(""))
        ->group(group);
    app.add_option("--max-mismatches",
                   caller.max_mismatches,
                   "Aligned reads: good bases that may differ from the best allele")
        ->type_name("N")
        ->capture_default_str()
        ->check(CLI::Range(0, 1000).description(""))
        ->group(group);
    app.add_option("--max-change",
                   options.sites.max_change_bp,
                   "Longer REF or ALT sequences are not counted (TOO_LONG)")
        ->type_name("BP")
        ->capture_default_str()
        ->check(CLI::Range(1, 1000).description(""))
        ->group(group);
}

void add_bias_limits(CLI::App& app, CountCommandOptions& options) {
    const auto add =
        [&](const char* name, std::optional<double>& limit, const char* what, const char* unit) {
            app.add_option(name, limit, what)
                ->type_name(unit)
                ->check(refuse_empty)
                ->group("Bias filter (marks alleles of a sample, their counts stay)");
        };
    add("--max-strand-bias",
        options.limits.strand_phred,
        "Mark STRAND_BIAS above this (Fisher's test of strand and allele, Phred)",
        "PHRED");
    add("--max-position-bias",
        options.limits.position_z,
        "Mark POSITION_BIAS beyond this in size (distance to the read end, rank sum z)",
        "Z");
    add("--max-mapping-bias",
        options.limits.mapping_z,
        "Mark MAPPING_BIAS beyond this in size (mapping quality, rank sum z)",
        "Z");
}

void add_haplotypes(CLI::App& app, CountCommandOptions& options) {
    const char* group = "Haplotypes";
    app.add_option(
           "--blocks",
           options.blocks,
           "Also write a table of the fragments of each haplotype, summed over phase blocks "
           "(GT with |, PS)")
        ->type_name("FILE")
        ->group(group);
    auto* gtf = app.add_option("--gtf", options.gtf, "Sum over the exons of genes: GTF or GFF3")
                    ->type_name("FILE")
                    ->group(group);
    app.add_flag("--introns", options.introns, "Genes with their introns (unspliced RNA)")
        ->group(group);
    app.add_option("--peaks", options.peaks, "Sum over regions, such as peaks")
        ->type_name("BED")
        ->excludes(gtf)
        ->group(group);
    app.add_option(
           "--vcf-sample",
           options.vcf_sample,
           "Reads of one sample: which sample of the VCF that is, if called otherwise (GT, PS)")
        ->type_name("NAME")
        ->group(group);
    app.add_option("--min-agreement",
                   options.min_agreement,
                   "Share of a fragment's telling sites that must speak for its haplotype")
        ->type_name("X")
        ->capture_default_str()
        ->group(group);
}

void refuse(bool wrong, const std::string& message, const std::string& hint = {}) {
    if (wrong) {
        throw Error(ErrorKind::kUsage, message, hint);
    }
}

void check_limit(const char* option, const std::optional<double>& limit) {
    refuse(limit && !(std::isfinite(*limit) && *limit >= 0),
           std::string(option) + " must be a number from 0");
}

void validate(const CountCommandOptions& options) {
    refuse(options.vcf.empty(), "which variants? name a VCF or BCF (-V)");
    refuse(options.fasta.empty(), "the reference is missing (--fasta-ref)");
    auto from_stdin = std::count(options.inputs.begin(), options.inputs.end(), "-");
    const std::string& list = options.samples.samples_file;
    for (const std::string& path : {options.vcf, options.gtf, options.peaks, list}) {
        from_stdin += path == "-" || path == "^-" ? 1 : 0;
    }
    refuse(from_stdin > 1, "standard input can be read only once");
    reject_repeated_inputs(options.inputs);
    refuse(options.wants_table() && options.output.write_index.has_value(),
           "-W indexes VCF and BCF, and the output is a table",
           "-O z or an output called FILE.vcf.gz");
    const bool has_blocks = !options.blocks.empty();
    refuse(!has_blocks && (!options.gtf.empty() || !options.peaks.empty() || options.introns ||
                           options.min_agreement != 1),
           "--gtf, --peaks, --introns and --min-agreement belong to --blocks FILE");
    refuse(!has_blocks && options.wants_table() && !options.vcf_sample.empty(),
           "--vcf-sample belongs to --blocks FILE and to VCF output",
           "a table of alleles has no genotypes");
    refuse(has_blocks && !options.count.by_fragment, "--blocks sums fragments, not reads");
    refuse(options.introns && options.gtf.empty(), "--introns belongs to --gtf");
    refuse(!(options.min_agreement > 0.5 && options.min_agreement <= 1),
           "--min-agreement must be above 0.5 and at most 1");
    check_limit("--max-strand-bias", options.limits.strand_phred);
    check_limit("--max-position-bias", options.limits.position_z);
    check_limit("--max-mapping-bias", options.limits.mapping_z);
    reject_foreign_compression("-o", options.output.path);
    reject_foreign_compression("--blocks", options.blocks);
    std::vector<NamedFile> inputs{{"-V", options.vcf},
                                  {"--fasta-ref", options.fasta},
                                  {"--gtf", options.gtf},
                                  {"--peaks", options.peaks}};
    add_sample_file(options.samples, inputs);
    add_region_files(options.regions, inputs);
    for (const std::string& input : options.inputs) {
        inputs.push_back({"the input", input});
    }
    reject_output_clashes(inputs, {{"-o", options.output.path}, {"--blocks", options.blocks}});
}

}  // namespace

bool CountCommandOptions::wants_table() const {
    if (output.output_type) {
        return *output.output_type == "t";
    }
    constexpr std::array kVariantFiles{".vcf", ".vcf.gz", ".vcf.bgz", ".bcf"};
    return std::none_of(kVariantFiles.begin(), kVariantFiles.end(), [&](const char* suffix) {
        return output.path.ends_with(suffix);
    });
}

CountCommandOptions parse_count_options(int argc, const char* const* argv) {
    CountCommandOptions options;
    ReadFilterTexts texts;
    bool count_reads = false;
    const auto app = make_command_app(kHelp);
    app->add_option("input", options.inputs, "BAM, CRAM or SAM; - is standard input (default)");
    app->add_option("-V,--vcf,--variants", options.vcf, "The variants: VCF or BCF")
        ->type_name("VCF");
    app->add_option("--fasta-ref,--reference", options.fasta, "The reference both belong to")
        ->type_name("FASTA");
    add_output_options(*app, options.output);
    add_judgement(*app, options, count_reads);
    add_filters(*app, options, texts);
    add_bias_limits(*app, options);
    add_haplotypes(*app, options);
    add_region_options(*app, options.regions);
    add_run_options(*app, options.run, "--quiet");
    parse_command_line(*app, argc, argv);
    set_read_flags(texts, options.count.filter);
    options.count.by_fragment = !count_reads;
    if (options.inputs.empty()) {
        options.inputs.emplace_back("-");
    }
    validate(options);
    return options;
}

}  // namespace varhush::apps
