#include "apps/score/run.hpp"

#include "apps/common/alphagenome_options.hpp"
#include "apps/score/alphagenome.hpp"
#include "apps/score/cleavage.hpp"
#include "apps/score/gene_contigs.hpp"
#include "apps/score/reporter.hpp"
#include "apps/score/reporter_mix.hpp"
#include "apps/score/score_run.hpp"
#include "apps/score/splice.hpp"
#include "apps/score/unscored.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/io/fasta_reader.hpp"
#include "varhush/io/gene_model_reader.hpp"
#include "varhush/models/model_identity.hpp"
#include "varhush/models/model_store.hpp"

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace varhush::apps {

namespace {

const char* kind_text(ModelKind kind) {
    switch (kind) {
        case ModelKind::kNone:
            return "a run without a model";
        case ModelKind::kSplice:
            return "a splice network";
        case ModelKind::kAlphaGenome:
            return "an AlphaGenome-style model";
        case ModelKind::kReporter:
            return "a reporter network";
        case ModelKind::kMix:
            return "a reporter mix";
        case ModelKind::kCleavage:
            return "a polyadenylation network";
    }
    return "this model";
}

// An option that the model's kind does not understand would be ignored silently.
void reject_foreign(const ScoreOptions& options, ModelKind kind) {
    for (const PickyOption& option : options.picky) {
        if (std::find(option.kinds.begin(), option.kinds.end(), kind) == option.kinds.end()) {
            throw Error(ErrorKind::kUsage,
                        option.name + " means nothing to " + kind_text(kind),
                        "'varhush model list' shows what kind of model each is");
        }
    }
}

// What is not one of the others is taken for a splice network, whose loader says what is wrong.
ModelKind kind_of(const nn::SafeTensors& file) {
    const std::string architecture = models::model_architecture(file);
    return architecture == "alphagenome"    ? ModelKind::kAlphaGenome
           : architecture == "reporter-cnn" ? ModelKind::kReporter
           : architecture == "reporter-mix" ? ModelKind::kMix
           : architecture == "aparent2"     ? ModelKind::kCleavage
                                            : ModelKind::kSplice;
}

int run_without_model(const ScoreOptions& options) {
    reject_foreign(options, ModelKind::kNone);
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

std::optional<seq::GeneModels> read_genes(const ScoreOptions& options, bool all_transcripts) {
    if (!options.has_genes()) {
        return std::nullopt;
    }
    if (!options.genes.empty()) {
        return io::read_spliceai_table(options.genes);
    }
    auto genes = io::read_gtf_or_gff3(options.gtf);
    return options.transcripts == "all" || all_transcripts ? std::move(genes)
                                                           : genes.canonical_only();
}

// Before the work where the header names contigs, else after it, when the records have.
bool warn_of_gene_contigs(const ScoreRun& run, const seq::GeneModels& genes) {
    const auto contigs = run.contigs();
    if (const auto warning = gene_contig_warning(contigs, genes); !warning.empty()) {
        core::log(core::LogLevel::kWarning, warning);
    }
    return !contigs.empty();
}

int score_splice(const ScoreOptions& options,
                 const nn::SafeTensors& file,
                 const seq::ReferenceSource& reference,
                 const seq::GeneModels* genes,
                 const EvaluatorFactory& evaluator,
                 ScoreRun& run) {
    const auto network = std::make_shared<const models::SpliceNetwork>(file);
    SpliceRecordScorer scorer(
        options, network, evaluator(network, run.threads().model), reference, genes);
    return run.finish(scorer, scorer.content(), provenance_of(*network));
}

int score_alphagenome(const ScoreOptions& options,
                      const nn::SafeTensors& file,
                      const seq::ReferenceSource& reference,
                      const seq::GeneModels* genes,
                      const SequenceModelFactory& engine,
                      ScoreRun& run) {
    const auto model_file = models::read_alphagenome(file);
    if (!model_file.notice.empty()) {
        core::log(core::LogLevel::kWarning, model_file.notice);
    }
    const auto window_bp = choose_window(options.window, model_file.config, run.threads().model);
    const auto model = engine(model_file, run.threads().model);
    AlphaGenomeRecordScorer scorer(options, model_file, *model, reference, genes, window_bp);
    // A variant takes seconds and its long table megabytes: small batches.
    PipelineLimits limits;
    limits.batch_records = 16;
    limits.sparse_records = 1;
    return run.finish(scorer, scorer.content(), provenance_of(model_file, window_bp), limits, [&] {
        scorer.close();
    });
}

// The small networks run on the processor only; a card that was asked for must not be passed over.
void refuse_cards(const ScoreOptions& options, ModelKind kind) {
    if (options.device != "auto" && options.device != "cpu") {
        throw Error(
            ErrorKind::kUsage,
            std::string(kind_text(kind)) + " runs on the processor, not on " + options.device,
            "leave --device out");
    }
}

int score_reporter(const ScoreOptions& options,
                   const nn::SafeTensors& file,
                   const seq::ReferenceSource& reference,
                   ScoreRun& run) {
    const auto network = std::make_shared<const models::ReporterNetwork>(file);
    ReporterRecordScorer scorer(options, network, reference, run.threads().model);
    return run.finish(scorer, scorer.content(), provenance_of(*network));
}

int score_mix(const ScoreOptions& options,
              const nn::SafeTensors& file,
              const seq::ReferenceSource& reference,
              ScoreRun& run) {
    refuse_cards(options, ModelKind::kMix);
    const auto mix = std::make_shared<const models::ReporterMix>(file);
    MixRecordScorer scorer(mix, reference, run.threads().model);
    return run.finish(scorer, MixRecordScorer::content(), provenance_of(*mix));
}

int score_cleavage(const ScoreOptions& options,
                   const nn::SafeTensors& file,
                   const seq::ReferenceSource& reference,
                   const seq::GeneModels* genes,
                   ScoreRun& run) {
    const auto network = std::make_shared<const models::AparentNetwork>(file);
    CleavageRecordScorer scorer(options, network, reference, genes, run.threads().model);
    return run.finish(scorer, scorer.content(), provenance_of(*network));
}

int score_by_kind(ModelKind kind,
                  const ScoreOptions& options,
                  const nn::SafeTensors& file,
                  const seq::ReferenceSource& reference,
                  const seq::GeneModels* genes,
                  const Engines& engines,
                  ScoreRun& run) {
    switch (kind) {
        case ModelKind::kAlphaGenome:
            return score_alphagenome(options, file, reference, genes, engines.alphagenome, run);
        case ModelKind::kReporter:
            refuse_cards(options, kind);
            return score_reporter(options, file, reference, run);
        case ModelKind::kMix:
            return score_mix(options, file, reference, run);
        case ModelKind::kCleavage:
            refuse_cards(options, kind);
            return score_cleavage(options, file, reference, genes, run);
        default:
            return score_splice(options, file, reference, genes, engines.splice, run);
    }
}

int run_with_model(const ScoreOptions& options, const Engines& engines) {
    ScoreRun run(options);
    const io::FastaReader reference(options.fasta);
    const auto file = models::open_model(options.model);
    const ModelKind kind = kind_of(file);
    reject_foreign(options, kind);
    // Transcripts decide what the gene scorers of an AlphaGenome-style model look at: all of them.
    const auto genes = read_genes(options, kind == ModelKind::kAlphaGenome);
    if (genes) {
        refuse_genes_past_contigs(reference, *genes);
    }
    const bool judged = !genes || warn_of_gene_contigs(run, *genes);
    const int code =
        score_by_kind(kind, options, file, reference, genes ? &*genes : nullptr, engines, run);
    if (!judged) {
        warn_of_gene_contigs(run, *genes);
    }
    return code;
}

}  // namespace

void refuse_bf16_on_cpu(const ScoreOptions& options) {
    if (options.precision == "bf16") {
        throw Error(ErrorKind::kUsage,
                    "--precision bf16 needs a graphics card: the processor computes in f32",
                    {});
    }
}

int run_score_with(const ScoreOptions& options, const Engines& engines) {
    apply_verbosity(options.run);
    if (options.input == "-" && ::isatty(STDIN_FILENO) != 0) {
        throw Error(ErrorKind::kUsage,
                    "no input: standard input is a terminal",
                    "name a VCF or BCF, or pipe one in; see 'varhush score --help'");
    }
    return options.without_model() ? run_without_model(options) : run_with_model(options, engines);
}

}  // namespace varhush::apps
