#include "apps/score/run.hpp"

#include "apps/common/alphagenome_options.hpp"
#include "apps/score/alphagenome.hpp"
#include "apps/score/cleavage.hpp"
#include "apps/score/collecting_writer.hpp"
#include "apps/score/gene_contigs.hpp"
#include "apps/score/reliability.hpp"
#include "apps/score/reporter.hpp"
#include "apps/score/reporter_mix.hpp"
#include "apps/score/score_run.hpp"
#include "apps/score/splice.hpp"
#include "apps/score/spread.hpp"
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

// What a run with a model has at hand.
struct ModelRun {
    const ScoreOptions& options;
    ModelKind kind;
    const nn::SafeTensors& file;
    const seq::ReferenceSource& reference;
    const seq::GeneModels* genes;  // may be null
    const Engines& engines;
    ScoreCollector* collector;  // null: the records are written
    ScoreRun& stream;
};

// A model with its calibration table, if it has one that fits.
struct Calibrated {
    report::ModelProvenance model;
    std::string settings;
    std::unique_ptr<const scoring::CalibrationTable> table;
};

Calibrated calibrate(const ModelRun& run, report::ModelProvenance model) {
    Calibrated result;
    result.settings = calibration_settings(run.options, run.kind, model.window_bp);
    if (run.collector == nullptr) {
        result.table = choose_calibration(run.options, run.file, model.sha256, result.settings);
    }
    if (!result.table && !run.options.max_ood.empty()) {
        throw Error(ErrorKind::kUsage,
                    "--max-ood needs a calibration table, and none fits this run",
                    "see --calibration");
    }
    result.model = std::move(model);
    return result;
}

// Streams the records through `scorer` and what the calibration adds, into the output or the
// collector. `series`: what AlleleAnnotation::raw holds; null: the flat tags stand for themselves.
int finish(const ModelRun& run,
           RecordScorer& scorer,
           report::VcfAnnotatorOptions content,
           const Calibrated& calibrated,
           const std::vector<scoring::ScoreSeries>* series = nullptr,
           const PipelineLimits& limits = {},
           const std::function<void()>& close_others = {}) {
    report::ModelProvenance model = calibrated.model;
    if (run.collector != nullptr) {
        run.collector->begin(model,
                             calibrated.settings,
                             series == nullptr ? flat_series(content.modalities) : *series,
                             run.reference);
        run.stream.replace_output(std::make_unique<CollectingWriter>(
            *run.collector, series == nullptr ? content.modalities : std::vector<seq::Modality>{}));
    }
    if (!calibrated.table) {
        return run.stream.finish(scorer, std::move(content), model, limits, close_others);
    }
    describe_calibration(*calibrated.table, content, model);
    CalibratedRecordScorer judge(scorer, *calibrated.table, run.reference, run.options);
    return run.stream.finish(judge, std::move(content), model, limits, close_others);
}

// Each member of an ensemble as a scorer of its own, on the processor.
std::vector<std::unique_ptr<RecordScorer>> member_scorers(const ModelRun& run,
                                                          const models::SpliceNetwork& network) {
    const auto& config = network.config();
    if (config.ensemble_size < 2 || config.head != models::SpliceHead::kSoftmax3) {
        throw Error(ErrorKind::kUsage,
                    "--spread needs an ensemble of three-class splice networks",
                    network.identity().id + " has no members that could disagree");
    }
    ScoreOptions options = run.options;
    options.compat_tag.clear();
    options.levels = false;
    std::vector<std::unique_ptr<RecordScorer>> members;
    for (std::size_t m = 0; m < network.members().size(); ++m) {
        const auto member = std::make_shared<const models::SpliceNetwork>(network.alone(m));
        members.push_back(std::make_unique<SpliceRecordScorer>(
            options,
            member,
            models::make_native_evaluator(member, run.stream.threads().model),
            run.reference,
            run.genes));
    }
    return members;
}

int score_splice(const ModelRun& run) {
    const auto network = std::make_shared<const models::SpliceNetwork>(run.file);
    const auto calibrated = calibrate(run, provenance_of(*network));
    SpliceRecordScorer scorer(run.options,
                              network,
                              run.engines.splice(network, run.stream.threads().model),
                              run.reference,
                              run.genes);
    auto content = scorer.content();
    content.spread = run.options.spread;
    if (!run.options.spread) {
        return finish(run, scorer, content, calibrated);
    }
    SpreadRecordScorer spread(scorer, member_scorers(run, *network));
    return finish(run, spread, content, calibrated);
}

int score_alphagenome(const ModelRun& run) {
    const int threads = run.stream.threads().model;
    const auto model_file = models::read_alphagenome(run.file);
    if (!model_file.notice.empty()) {
        core::log(core::LogLevel::kWarning, model_file.notice);
    }
    const auto window_bp = choose_window(run.options.window, model_file.config, threads);
    const auto calibrated = calibrate(run, provenance_of(model_file, window_bp));
    const auto model = run.engines.alphagenome(model_file, threads);
    AlphaGenomeRecordScorer scorer(run.options,
                                   model_file,
                                   *model,
                                   run.reference,
                                   run.genes,
                                   window_bp,
                                   calibrated.table.get());
    // A variant takes seconds and its long table megabytes: small batches.
    PipelineLimits limits;
    limits.batch_records = 16;
    limits.sparse_records = 1;
    return finish(run, scorer, scorer.content(), calibrated, &scorer.series(), limits, [&] {
        scorer.close();
    });
}

int score_reporter(const ModelRun& run) {
    const auto network = std::make_shared<const models::ReporterNetwork>(run.file);
    const auto calibrated = calibrate(run, provenance_of(*network));
    ReporterRecordScorer scorer(run.options, network, run.reference, run.stream.threads().model);
    return finish(run, scorer, scorer.content(), calibrated);
}

int score_mix(const ModelRun& run) {
    const auto mix = std::make_shared<const models::ReporterMix>(run.file);
    const auto calibrated = calibrate(run, provenance_of(*mix));
    MixRecordScorer scorer(mix, run.reference, run.stream.threads().model);
    return finish(run, scorer, MixRecordScorer::content(), calibrated);
}

int score_cleavage(const ModelRun& run) {
    const auto network = std::make_shared<const models::AparentNetwork>(run.file);
    const auto calibrated = calibrate(run, provenance_of(*network));
    CleavageRecordScorer scorer(
        run.options, network, run.reference, run.genes, run.stream.threads().model);
    return finish(run, scorer, scorer.content(), calibrated);
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

int score_by_kind(const ModelRun& run) {
    switch (run.kind) {
        case ModelKind::kAlphaGenome:
            return score_alphagenome(run);
        case ModelKind::kReporter:
            refuse_cards(run.options, run.kind);
            return score_reporter(run);
        case ModelKind::kMix:
            refuse_cards(run.options, run.kind);
            return score_mix(run);
        case ModelKind::kCleavage:
            refuse_cards(run.options, run.kind);
            return score_cleavage(run);
        default:
            return score_splice(run);
    }
}

int run_with_model(const ScoreOptions& options, const Engines& engines, ScoreCollector* collector) {
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
    const int code = score_by_kind(
        {options, kind, file, reference, genes ? &*genes : nullptr, engines, collector, run});
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

int run_score_with(const ScoreOptions& options, const Engines& engines, ScoreCollector* collector) {
    apply_verbosity(options.run);
    if (options.input == "-" && ::isatty(STDIN_FILENO) != 0) {
        throw Error(ErrorKind::kUsage,
                    "no input: standard input is a terminal",
                    "name a VCF or BCF, or pipe one in; see 'varhush score --help'");
    }
    return options.without_model() ? run_without_model(options)
                                   : run_with_model(options, engines, collector);
}

}  // namespace varhush::apps
