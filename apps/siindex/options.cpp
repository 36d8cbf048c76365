#include "apps/siindex/options.hpp"

#include "apps/common/cli.hpp"
#include "apps/common/output_clash.hpp"
#include "varhush/core/error.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>

namespace varhush::apps {

namespace {

constexpr HelpText kHelp{
    .name = "siindex",
    .description =
        "Makes the index in which 'sioff' and 'sidesign' look for off-targets, of any "
        "transcriptome: FASTA files of transcripts (Ensembl, GENCODE, RefSeq or plain headers), "
        "or a GTF or GFF3 with its genome. The alleles of a sample become extra sequence, so that "
        "sites which they create or destroy are seen.",
    .example_a =
        "varhush siindex --gtf data/demo/genes.gtf.gz -f data/demo/chr22.fa.gz -o demo.sidx",
    .example_b =
        "varhush siindex --gtf data/demo/genes.gtf.gz -f data/demo/chr22.fa.gz --species human -o "
        "human.sidx",
};

[[noreturn]] void refuse(const std::string& what, const std::string& hint = {}) {
    throw Error(ErrorKind::kUsage, what, hint);
}

}  // namespace

void validate(const SiindexOptions& options) {
    if (!options.describe.empty()) {
        if (!options.transcripts.empty() || !options.genes.empty() || !options.output.empty()) {
            refuse("--describe takes an index and nothing else");
        }
        return;
    }
    if (options.output.empty()) {
        refuse("-o is missing: where shall the index go?");
    }
    if (options.output == "-") {
        refuse("an index cannot go to standard output, because it is mapped later");
    }
    if (options.transcripts.empty() && options.genes.empty()) {
        refuse("give a FASTA of transcripts, or --gtf with --fasta-ref");
    }
    if (options.transcripts.empty() && options.fasta.empty()) {
        refuse("--gtf without transcripts needs the genome: --fasta-ref");
    }
    if (!options.fasta.empty() && options.genes.empty()) {
        refuse("--fasta-ref needs --gtf, which says what to splice");
    }
    if (!options.sample.empty() && options.vcf.empty()) {
        refuse("--sample needs --vcf");
    }
    if (std::count(options.transcripts.begin(), options.transcripts.end(), "-") > 1) {
        refuse("standard input can be read once");
    }
    const std::size_t sources = options.transcripts.size() + (options.fasta.empty() ? 0 : 1);
    if (!options.species.empty() && options.species.size() != sources) {
        refuse("--species names " + std::to_string(options.species.size()) + " for " +
                   std::to_string(sources) + " sources",
               "one for each FASTA in order, and one more for --gtf with --fasta-ref");
    }
}

SiindexOptions parse_siindex_options(int argc, const char* const* argv) {
    SiindexOptions options;
    const auto app = make_command_app(kHelp);
    app->add_option("transcripts", options.transcripts, "FASTA of transcripts; - is standard input")
        ->type_name("FASTA");
    app->add_option("-o,--output", options.output, "The index to write")->type_name("FILE");
    app->add_option("--gtf",
                    options.genes,
                    "Gene models, GTF or GFF3: gene, coding region and place of each transcript")
        ->type_name("FILE");
    app->add_option("-f,--fasta-ref",
                    options.fasta,
                    "Genome; transcripts of --gtf that no FASTA has are spliced from it")
        ->type_name("FASTA");
    app->add_option("--vcf",
                    options.vcf,
                    "Variants of a sample, on the genome of --gtf or on the transcripts themselves")
        ->type_name("VCF");
    app->add_option(
           "-s,--sample", options.sample, "Which sample of --vcf (needed if it has several)")
        ->type_name("NAME");
    app->add_option("--species",
                    options.species,
                    "Species of each FASTA in order, and of what --fasta-ref gives")
        ->type_name("NAME,…")
        ->delimiter(',');
    app->add_option("--describe", options.describe, "Check an index and say what is in it")
        ->type_name("INDEX");
    add_run_options(*app, options.run);
    parse_command_line(*app, argc, argv);
    validate(options);
    std::vector<NamedFile> inputs{
        {"--gtf", options.genes}, {"-f", options.fasta}, {"--vcf", options.vcf}};
    for (const std::string& path : options.transcripts) {
        inputs.push_back({"the input", path});
    }
    reject_output_clashes(inputs, {{"-o", options.output}});
    return options;
}

}  // namespace varhush::apps
