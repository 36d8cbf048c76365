#include "apps/sidesign/options.hpp"

#include "apps/common/cli.hpp"
#include "apps/common/output_clash.hpp"
#include "apps/common/output_options.hpp"
#include "apps/sidesign/chemistry_file.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/split_list.hpp"
#include "varhush/sirna/chemistry_placement.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string_view>
#include <tuple>
#include <utility>

namespace varhush::apps {

namespace {

constexpr HelpText kHelp{
    .name = "sidesign",
    .description =
        "Designs siRNAs against genes, transcripts, regions, back-splice junctions or single "
        "alleles: every site is judged by efficacy, off-targets, accessibility and variants, and "
        "is either in the ranked answer or, with its reasons, in --rejected. Targets are FASTA "
        "files, genes of a GTF with its genome, or transcripts of an off-target index.",
    .example_a =
        "varhush sidesign data/demo/target.fa --top 5 --rejected rejected.tsv -o guides.tsv",
    .example_b =
        "varhush sidesign --gtf data/demo/genes.gtf.gz -f data/demo/chr22.fa.gz --gene "
        "RANBP1 --avoid-vcf data/demo/variants.vcf.gz --bed sites.bed -o guides.tsv",
};

/// Options that follow stand under this heading in --help.
void begin_group(CLI::App& app, const char* heading) {
    app.option_defaults()->group(heading);
}

/// CLI::Range lets NaN pass, and no variant is as frequent as NaN.
CLI::Validator finite() {
    return {[](const std::string& text) {
                double value = 0;
                const bool is_number = CLI::detail::lexical_cast(text, value);
                return is_number && std::isfinite(value) ? std::string()
                                                         : "'" + text + "' is no finite number";
            },
            ""};
}

void add_names(CLI::App& app, const char* name, std::vector<std::string>& into, const char* what) {
    app.add_option(name, into, what)
        ->type_name("NAME,...")
        ->delimiter(',')
        ->allow_extra_args(false);
}

void add_target_options(CLI::App& app, SidesignOptions& options) {
    begin_group(app, "Target");
    TargetOptions& target = options.target;
    app.add_option("target", target.fasta, "FASTA of transcripts; - is standard input")
        ->type_name("FASTA");
    add_names(app, "--gene", target.genes, "Genes, by name or identifier");
    add_names(app, "--transcript", target.transcripts, "Transcripts, by name");
    app.add_option("--region", target.region, "Only sites in this part of the transcript")
        ->type_name("[NAME:]FROM-TO");
    app.add_option("--back-splice",
                   target.back_splice,
                   "Circular RNA of these bases of the transcript: only sites over its junction")
        ->type_name("FROM-TO");
    app.add_option("--one-gene", target.one_gene, "All targets are isoforms of this gene")
        ->type_name("NAME");
    app.add_option("--gtf", target.gtf, "Gene models (GTF or GFF3): places on the genome")
        ->type_name("FILE");
    app.add_option("-f,--fasta-ref", target.genome, "Genome: splice the targets from it")
        ->type_name("FASTA");
    app.add_option("--isoforms",
                   options.isoforms,
                   "Which isoforms must have the site: all, any, or their names")
        ->type_name("RULE")
        ->capture_default_str();
    app.add_option(
           "-l,--length", options.design.length, "Nucleotides of the guide that pair: 19 to 23")
        ->type_name("N")
        ->check(CLI::Range(19, 23))
        ->capture_default_str();
    app.add_option("--cross-species",
                   target.cross_species,
                   "Only sites that the orthologous gene in this index has too")
        ->type_name("[NAME=]IDX")
        ->allow_extra_args(false);
    add_names(app, "--orthologs", target.orthologs, "Orthologous genes, where their names differ");
    app.add_option("--species-mismatches", target.species_mismatches, "Allowed there")
        ->type_name("N")
        ->check(CLI::Range(0, 5))
        ->capture_default_str();
}

void add_variant_options(CLI::App& app, SidesignOptions& options) {
    begin_group(app, "Alleles and populations");
    VariantOptions& variant = options.variant;
    app.add_option("--avoid-vcf", variant.avoid_vcf, "Variants of the population")
        ->type_name("VCF");
    app.add_option("--max-af", variant.max_af, "Sites with a variant this frequent are rejected")
        ->type_name("F")
        ->check(finite())
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    app.add_option("--af-tag", variant.af_tag, "INFO tag with the frequency (then AC/AN)")
        ->type_name("TAG")
        ->capture_default_str();
    app.add_option("--allele-vcf", variant.allele_vcf, "Silence one allele of this sample")
        ->type_name("VCF");
    app.add_option("-s,--sample", variant.sample, "Sample of --allele-vcf")->type_name("NAME");
    app.add_option("--target-allele", variant.target_allele, "alt (default), ref, hap1 or hap2")
        ->type_name("WHICH");
    app.add_option("--disease-variant",
                   variant.disease_variant,
                   "Silence the copy that carries this variant: ID or CHROM:POS[:REF:ALT]")
        ->type_name("VARIANT");
    sirna::DesignOptions& design = options.design;
    app.add_option("--extra-mismatches",
                   design.extra_mismatches,
                   "Mismatches that may be placed against both alleles")
        ->type_name("N")
        ->check(CLI::Range(0, 3))
        ->capture_default_str();
    app.add_option("--min-on", design.least_silenced, "Silencing that they must leave")
        ->type_name("P")
        ->check(finite())
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    app.add_option("--min-discrimination",
                   design.min_discrimination,
                   "Least difference between the alleles' silencing")
        ->type_name("P")
        ->check(finite())
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
}

void add_filter_options(CLI::App& app, SidesignOptions& options) {
    begin_group(app, "Efficacy and filters");
    app.add_option("-m,--model", options.model, "Efficacy model: a name or a file")
        ->type_name("NAME|FILE");
    app.add_flag("--known-laboratory",
                 options.known_laboratory,
                 "Intervals for a protocol like those of the training data");
    sirna::FilterLimits& limits = options.design.limits;
    app.add_option("--filters",
                   options.filters,
                   "Switch filters on (+name) and off (-name), see docs/sidesign.md")
        ->type_name("+NAME,-NAME")
        ->delimiter(',')
        ->allow_extra_args(false);
    app.add_option("--gc", options.gc, "Allowed G/C content in percent")
        ->type_name("FROM-TO")
        ->capture_default_str();
    app.add_option("--max-run", limits.longest_run, "Longest run of one base")
        ->type_name("N")
        ->check(CLI::Range(1, 23))
        ->capture_default_str();
    app.add_option("--max-self-fold", limits.self_fold_kcal_mol, "Most stable own fold, kcal/mol")
        ->type_name("X")
        ->check(finite())
        ->capture_default_str();
    app.add_option("--min-p", limits.p_effective, "Least P(silencing >= 70 %)")
        ->type_name("P")
        ->check(finite())
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
    app.add_option(
           "--min-accessibility", limits.accessibility, "Least probability of an open seed site")
        ->type_name("P")
        ->check(finite())
        ->check(CLI::Range(0.0, 1.0))
        ->capture_default_str();
}

void add_off_target_options(CLI::App& app, SidesignOptions& options) {
    begin_group(app, "Off-targets");
    app.add_option("--index", options.target.index, "Off-target index (varhush siindex)")
        ->type_name("IDX");
    app.add_option(
           "--max-mismatches", options.design.max_mismatches, "Of off-target sites in the index")
        ->type_name("N")
        ->check(CLI::Range(0, 5))
        ->capture_default_str();
    app.add_flag("--no-seed-sites", options.no_seed_sites, "Do not count seed sites in 3' UTRs");
    app.add_option("--expression", options.expression, "TPM of the index's transcripts or genes")
        ->type_name("TSV");
    app.add_option("--mirna-seeds", options.mirna_seeds, "Table of miRNAs whose seeds to avoid")
        ->type_name("TSV");
    app.add_option("--seed-viability",
                   options.seed_viability,
                   "A number for each seed, e.g. viability (Gao 2018), to be shown")
        ->type_name("TSV");
    app.add_option("--min-seed-viability",
                   options.design.limits.seed_viability,
                   "Least number of the guide's seed in that table")
        ->type_name("X");
}

void add_chemistry_options(CLI::App& app, SidesignOptions& options) {
    begin_group(app, "Chemistry and controls");
    sirna::DesignOptions& design = options.design;
    app.add_option("--overhang", options.overhang, "3' ends: dTdT, UU, target, asymmetric, blunt")
        ->type_name("STYLE")
        ->capture_default_str();
    app.add_option("--chemistry",
                   options.chemistry,
                   "Modification pattern, placed ones included, or your own")
        ->type_name("NAME|FILE.json")
        ->capture_default_str();
    app.add_option("--controls", design.controls, "Best guides that get matched controls")
        ->type_name("N")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    app.add_option("--seed", design.seed, "Of the search for controls")
        ->type_name("N")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
}

void add_rank_options(CLI::App& app, SidesignOptions& options) {
    begin_group(app, "Ranking");
    app.add_option("--top", options.design.top, "How many guides of each gene or target")
        ->type_name("N")
        ->check(CLI::PositiveNumber)
        ->capture_default_str();
    app.add_option("--min-distance", options.design.min_distance, "Between guides, nucleotides")
        ->type_name("N")
        ->check(CLI::NonNegativeNumber)
        ->capture_default_str();
    app.add_option("--weights", options.weights, "Of the score: efficacy=5,specificity=3,...")
        ->type_name("PART=W,...");
    app.add_option("--order", options.order, "score: by score; pareto: by front, then score")
        ->type_name("score|pareto")
        ->check(CLI::IsMember({"pareto", "score"}))
        ->capture_default_str();
}

void add_outputs(CLI::App& app, DesignOutputs& out) {
    begin_group(app, "Output");
    const auto file = [&](const char* name, std::string& into, const char* what) {
        app.add_option(name, into, what)->type_name("FILE");
    };
    file("-o,--output", out.table, "Table of guides; - is standard output (default)");
    file("--rejected", out.rejected, "Every other candidate, with its reasons");
    file("--off-targets", out.off_targets, "The heaviest off-target sites of each guide");
    file("--fasta", out.fasta, "Guides, passengers and controls");
    file("--json", out.json, "Everything, as JSON");
    file("--bed", out.bed, "Sites on the targets");
    file("--genome-bed", out.genome_bed, "Sites on the genome (BED12)");
    file("--html", out.html, "Report for people, one file");
    app.add_flag("--no-version", out.no_version, "Leave version and command out of outputs");
}

std::pair<double, double> parse_gc(const std::string& text) {
    double low = 0;
    double high = 0;
    const char* const end = text.data() + text.size();
    const auto first = std::from_chars(text.data(), end, low);
    const bool dash = first.ec == std::errc() && first.ptr != end && *first.ptr == '-';
    const auto last = dash ? std::from_chars(first.ptr + 1, end, high) : first;
    if (!dash || last.ec != std::errc() || last.ptr != end ||
        !(0 <= low && low <= high && high <= 100)) {
        throw Error(
            ErrorKind::kUsage, "--gc: '" + text + "' is no range of percents", "e.g. 30-60");
    }
    return {low / 100, high / 100};
}

void check_target(const SidesignOptions& options) {
    const TargetOptions& target = options.target;
    const bool spliced = !target.gtf.empty() && !target.genome.empty();
    if (target.fasta.empty() && !spliced && target.index.empty()) {
        throw Error(ErrorKind::kUsage,
                    "there is no target",
                    "give a FASTA, or --gtf and -f, or --index, the latter two with --gene or "
                    "--transcript");
    }
    if (target.fasta.empty() && target.genes.empty() && target.transcripts.empty()) {
        throw Error(ErrorKind::kUsage, "which of all transcripts? give --gene or --transcript");
    }
    if (!target.genome.empty() && target.gtf.empty()) {
        throw Error(ErrorKind::kUsage, "-f needs gene models: --gtf");
    }
    if (!target.fasta.empty() && !target.genome.empty()) {
        throw Error(ErrorKind::kUsage,
                    "a target FASTA and -f exclude each other",
                    "--gtf alone gives the places of the FASTA's transcripts");
    }
    if (!target.region.empty() && !target.back_splice.empty()) {
        throw Error(ErrorKind::kUsage, "--region and --back-splice exclude each other");
    }
    if (target.cross_species.empty() && !target.orthologs.empty()) {
        throw Error(ErrorKind::kUsage, "--orthologs needs --cross-species");
    }
    const std::optional<double>& least = options.design.limits.seed_viability;
    if (least && options.seed_viability.empty()) {
        throw Error(ErrorKind::kUsage, "--min-seed-viability needs --seed-viability");
    }
    if (least && !std::isfinite(*least)) {
        throw Error(ErrorKind::kUsage, "--min-seed-viability: a finite number is needed");
    }
    const bool needs_index = !options.expression.empty();
    if (needs_index && target.index.empty()) {
        throw Error(ErrorKind::kUsage, "--expression weighs off-targets: give --index");
    }
}

void check_variants(SidesignOptions& options) {
    const VariantOptions& variant = options.variant;
    if (variant.allele_vcf.empty()) {
        const std::pair<const char*, bool> needing[] = {
            {"--sample", !variant.sample.empty()},
            {"--target-allele", !variant.target_allele.empty()},
            {"--disease-variant", !variant.disease_variant.empty()},
            {"--extra-mismatches", options.design.extra_mismatches > 0}};
        for (const auto& [name, given] : needing) {
            if (given) {
                throw Error(ErrorKind::kUsage, std::string(name) + " needs --allele-vcf");
            }
        }
        return;
    }
    if (!variant.disease_variant.empty() && !variant.target_allele.empty()) {
        throw Error(ErrorKind::kUsage,
                    "--disease-variant and --target-allele exclude each other",
                    "the copy with the disease variant is the one that is silenced");
    }
    if (!options.target.back_splice.empty()) {
        throw Error(ErrorKind::kUsage, "--allele-vcf and --back-splice exclude each other");
    }
    options.design.allele.emplace();
    options.design.allele->wanted =
        variant.disease_variant.empty()
            ? sirna::parse_wanted_allele(variant.target_allele.empty() ? "alt"
                                                                       : variant.target_allele)
            : sirna::WantedAllele::kInPhase;
}

void check_strands(SidesignOptions& options) {
    sirna::DesignOptions& design = options.design;
    design.overhang = sirna::parse_overhang(options.overhang);
    const bool from_target = design.overhang == sirna::Overhang::kTarget ||
                             design.overhang == sirna::Overhang::kAsymmetric;
    if (from_target && design.length < 21) {
        throw Error(
            ErrorKind::kUsage,
            "--overhang " + options.overhang +
                " takes the last two of the guide's nucleotides: --length must be 21 to 23");
    }
    design.chemistry = options.chemistry.ends_with(".json")
                           ? read_chemistry_file(options.chemistry)
                           : sirna::find_chemistry(options.chemistry);
    const sirna::DuplexStrands strands =
        sirna::make_strands(std::string(design.length, 'A'), design.overhang, "AA");
    const std::string refused = sirna::why_not(
        design.chemistry, strands.guide_strand.size(), strands.passenger_strand.size());
    if (!refused.empty()) {
        throw Error(ErrorKind::kUsage,
                    "--chemistry: " + refused,
                    "patterns of 23 and 21 nucleotides go with --length 23 --overhang asymmetric");
    }
    // Positions outside the strands and limits that leave nothing show here, not after the search.
    (void)sirna::ordered_duplex(
        design.chemistry,
        {strands.guide_strand, strands.passenger_strand, strands.passenger.size()});
}

}  // namespace

void validate(SidesignOptions& options) {
    check_target(options);
    check_variants(options);
    check_strands(options);
    sirna::DesignOptions& design = options.design;
    std::tie(design.limits.gc_low, design.limits.gc_high) = parse_gc(options.gc);
    for (const std::string& change : options.filters) {
        design.filters.change(change);
    }
    design.isoforms = core::split_list(options.isoforms);
    if (design.isoforms.empty()) {
        throw Error(ErrorKind::kUsage, "--isoforms: all, any, or names of transcripts");
    }
    design.weights.change(options.weights);
    design.score_only = options.order == "score";
    design.seed_sites = !options.no_seed_sites;
    const DesignOutputs& out = options.out;
    std::vector<NamedFile> inputs{{"--gtf", options.target.gtf},
                                  {"-f", options.target.genome},
                                  {"--index", options.target.index},
                                  {"--avoid-vcf", options.variant.avoid_vcf},
                                  {"--allele-vcf", options.variant.allele_vcf},
                                  {"--mirna-seeds", options.mirna_seeds},
                                  {"--seed-viability", options.seed_viability},
                                  {"--expression", options.expression},
                                  {"-m", options.model}};
    for (const std::string& path : options.target.fasta) {
        inputs.push_back({"the target", path});
    }
    for (const std::string& species : options.target.cross_species) {
        inputs.push_back({"--cross-species", species.substr(species.find('=') + 1)});
    }
    if (options.chemistry.ends_with(".json")) {
        inputs.push_back({"--chemistry", options.chemistry});
    }
    const std::vector<NamedFile> outputs{{"-o", out.table},
                                         {"--rejected", out.rejected},
                                         {"--off-targets", out.off_targets},
                                         {"--fasta", out.fasta},
                                         {"--json", out.json},
                                         {"--bed", out.bed},
                                         {"--genome-bed", out.genome_bed},
                                         {"--html", out.html}};
    int on_stdout = 0;
    for (const NamedFile& file : outputs) {
        reject_foreign_compression(file.role, file.path);
        on_stdout += file.path == "-" ? 1 : 0;
    }
    if (on_stdout > 1) {
        throw Error(ErrorKind::kUsage, "only one output can go to standard output");
    }
    reject_output_clashes(inputs, outputs);
}

SidesignOptions parse_sidesign_options(int argc, const char* const* argv) {
    SidesignOptions options;
    const auto app = make_command_app(kHelp);
    add_target_options(*app, options);
    add_variant_options(*app, options);
    add_filter_options(*app, options);
    add_off_target_options(*app, options);
    add_chemistry_options(*app, options);
    add_rank_options(*app, options);
    add_outputs(*app, options.out);
    add_run_options(*app, options.run);
    put_help_last(*app, "Run");
    parse_command_line(*app, argc, argv);
    for (int i = 0; i < argc; ++i) {
        options.command_line.append(i == 0 ? "varhush " : " ").append(argv[i]);
    }
    validate(options);
    return options;
}

}  // namespace varhush::apps
