#include "apps/sioff/options.hpp"

#include "apps/common/cli.hpp"
#include "apps/common/output_clash.hpp"
#include "apps/common/output_options.hpp"
#include "varhush/core/error.hpp"

#include <CLI/CLI.hpp>

#include <array>

namespace varhush::apps {

namespace {

constexpr HelpText kHelp{
    .name = "sioff",
    .description =
        "Every site of siRNA guides in a transcriptome, complete: all places where the guide or "
        "the passenger pairs along positions 1 to 19 with at most N mismatches, and miRNA-like "
        "seed sites in 3' UTRs; with weights for cleavage and repression, one row a site, and one "
        "row a guide with --summary.",
    .example_a = "varhush sioff --index data/demo/demo.sidx data/demo/guides.fa",
    .example_b =
        "varhush sioff --index data/demo/demo.sidx --max-mismatches 4 --strand guide --summary "
        "summary.tsv data/demo/guides.fa -o sites.tsv.gz",
};

void add_search_options(CLI::App& app, SioffOptions& options) {
    app.add_option("guides",
                   options.guides,
                   "Guides (antisense, 5'->3'): FASTA, a table with a column 'guide', or one a "
                   "line; - is standard input (default)")
        ->type_name("FILE");
    app.add_option("-x,--index", options.index, "Index of varhush siindex")->type_name("INDEX");
    app.add_option("-k,--max-mismatches",
                   options.max_mismatches,
                   "Most mismatches, G:U pairs among them, in positions 1 to 19")
        ->type_name("N")
        ->check(CLI::Range(0, 5))
        ->capture_default_str();
    app.add_option("--strand", options.strand, "Strands of the duplex: guide, passenger or both")
        ->type_name("WHICH")
        ->check(CLI::IsMember({"guide", "passenger", "both"}))
        ->capture_default_str();
    app.add_flag(
        "--bulge", options.bulge, "Also sites with one bulged base, which counts as a mismatch");
    app.add_flag("--no-seed-sites", options.no_seed_sites, "Leave out miRNA-like seed sites");
    app.add_flag("--skip-bad",
                 options.skip_bad,
                 "Go on without guides of another length or with other letters");
}

void add_judging_options(CLI::App& app, SioffOptions& options) {
    app.add_option("--target-gene",
                   options.target_genes,
                   "Genes meant to be silenced (id or name); else those in which a guide has a "
                   "site without mismatch")
        ->type_name("GENE,…")
        ->delimiter(',');
    app.add_option("--paralogues", options.paralogues, "Pairs of genes that resemble each other")
        ->type_name("TABLE");
    app.add_option("--expression",
                   options.expression,
                   "TPM of transcripts or genes: salmon, kallisto, GTEx or plain table")
        ->type_name("TABLE");
    app.add_option("--expression-column", options.expression_column, "Which column of it")
        ->type_name("NAME");
    app.add_option("--mirna-seeds",
                   options.mirna_seeds,
                   "Seeds of miRNAs, e.g. data/sirna/mirna_seeds.tsv (in the summary)")
        ->type_name("TABLE");
    app.add_option("--seed-viability",
                   options.seed_viability,
                   "A value for each seed of 6 or 7 bases (in the summary)")
        ->type_name("TABLE");
}

}  // namespace

void validate(const SioffOptions& options) {
    if (options.index.empty()) {
        throw Error(ErrorKind::kUsage,
                    "--index is missing",
                    "'varhush siindex' makes one of a transcriptome");
    }
    if (!options.expression_column.empty() && options.expression.empty()) {
        throw Error(ErrorKind::kUsage, "--expression-column needs --expression");
    }
    const bool to_summary = !options.mirna_seeds.empty() || !options.seed_viability.empty();
    if (to_summary && options.summary.empty()) {
        throw Error(ErrorKind::kUsage,
                    "--mirna-seeds and --seed-viability are shown in the summary: give --summary");
    }
    reject_foreign_compression("-o", options.output);
    reject_foreign_compression("--bed", options.bed);
    reject_foreign_compression("--summary", options.summary);
    reject_output_clashes(
        {{"the guides", options.guides},
         {"--index", options.index},
         {"--paralogues", options.paralogues},
         {"--expression", options.expression},
         {"--mirna-seeds", options.mirna_seeds},
         {"--seed-viability", options.seed_viability}},
        {{"-o", options.output}, {"--bed", options.bed}, {"--summary", options.summary}});
}

SioffOptions parse_sioff_options(int argc, const char* const* argv) {
    SioffOptions options;
    const auto app = make_command_app(kHelp);
    add_search_options(*app, options);
    add_judging_options(*app, options);
    app->add_option("-o,--output",
                    options.output,
                    "Sites, bgzipped when FILE ends in .gz; - is standard output (default)")
        ->type_name("FILE");
    app->add_option("--bed", options.bed, "The same sites as BED, on the transcripts")
        ->type_name("FILE");
    app->add_option("--summary", options.summary, "One row a guide")->type_name("FILE");
    add_run_options(*app, options.run);
    parse_command_line(*app, argc, argv);
    validate(options);
    return options;
}

}  // namespace varhush::apps
