#include "apps/score/run.hpp"

#include "apps/score/gene_contigs.hpp"
#include "apps/score/score_run.hpp"
#include "apps/score/splice.hpp"
#include "apps/score/unscored.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/io/fasta_reader.hpp"
#include "varhush/io/gene_model_reader.hpp"

#include <unistd.h>

#include <optional>
#include <utility>

namespace varhush::apps {

namespace {

int run_without_model(const ScoreOptions& options) {
    ScoreRun run(options);
    std::unique_ptr<io::FastaReader> fasta;
    if (!options.fasta.empty()) {
        fasta = std::make_unique<io::FastaReader>(options.fasta);
    }
    UnscoredClassifier classifier(fasta.get());
    report::ModelProvenance nothing;
    nothing.terms = "no model: alleles were classified, not scored";
    return run.finish(classifier, {}, nothing);
}

std::optional<seq::GeneModels> read_genes(const ScoreOptions& options) {
    if (!options.has_genes()) {
        return std::nullopt;
    }
    if (!options.genes.empty()) {
        return io::read_spliceai_table(options.genes);
    }
    auto genes = io::read_gtf_or_gff3(options.gtf);
    return options.transcripts == "all" ? std::move(genes) : genes.canonical_only();
}

// Before the work where the header names contigs, else after it, when the records have.
bool warn_of_gene_contigs(const ScoreRun& run, const seq::GeneModels& genes) {
    const auto contigs = run.contigs();
    if (const auto warning = gene_contig_warning(contigs, genes); !warning.empty()) {
        core::log(core::LogLevel::kWarning, warning);
    }
    return !contigs.empty();
}

int run_with_model(const ScoreOptions& options, const EvaluatorFactory& evaluator) {
    ScoreRun run(options);
    const io::FastaReader reference(options.fasta);
    const auto genes = read_genes(options);
    const bool judged = !genes || warn_of_gene_contigs(run, *genes);
    const auto network = models::load_splice_network(options.model);
    SpliceRecordScorer scorer(options,
                              network,
                              evaluator(network, run.threads().model),
                              reference,
                              genes ? &*genes : nullptr);
    const int code = run.finish(scorer, scorer.content(), provenance_of(*network));
    if (!judged) {
        warn_of_gene_contigs(run, *genes);
    }
    return code;
}

}  // namespace

int run_score_with(const ScoreOptions& options, const EvaluatorFactory& evaluator) {
    apply_verbosity(options.run);
    if (options.input == "-" && ::isatty(STDIN_FILENO) != 0) {
        throw Error(ErrorKind::kUsage,
                    "no input: standard input is a terminal",
                    "name a VCF or BCF, or pipe one in; see 'varhush score --help'");
    }
    return options.without_model() ? run_without_model(options)
                                   : run_with_model(options, evaluator);
}

}  // namespace varhush::apps
