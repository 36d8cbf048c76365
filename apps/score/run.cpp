#include "apps/score/run.hpp"

#include "apps/score/collecting_writer.hpp"
#include "apps/score/composite.hpp"
#include "apps/score/gene_contigs.hpp"
#include "apps/score/model_choice.hpp"
#include "apps/score/ready_model.hpp"
#include "apps/score/score_run.hpp"
#include "apps/score/unscored.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/core/split_list.hpp"
#include "varhush/io/fasta_reader.hpp"
#include "varhush/io/gene_model_reader.hpp"
#include "varhush/models/model_store.hpp"

#include <unistd.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace varhush::apps {

namespace {

int run_without_model(const ScoreOptions& options) {
    reject_foreign(options, {ModelKind::kNone});
    ScoreRun run(options);
    std::unique_ptr<io::FastaReader> fasta;
    if (!options.fasta.empty()) {
        fasta = std::make_unique<io::FastaReader>(options.fasta);
    }
    UnscoredClassifier classifier(fasta.get());
    report::ModelProvenance nothing;
    nothing.terms = "no model: alleles were classified, not scored";
    return run.finish(classifier, {}, {nothing});
}

// Before the work where the header names contigs, else after it, when the records have.
bool warn_of_gene_contigs(const ScoreRun& run, const seq::GeneModels& genes) {
    const auto contigs = run.contigs();
    if (const auto warning = gene_contig_warning(contigs, genes); !warning.empty()) {
        core::log(core::LogLevel::kWarning, warning);
    }
    return !contigs.empty();
}

// What cannot be asked of several models at once.
void refuse_for_several(const ScoreOptions& options,
                        const std::vector<std::string>& names,
                        bool collecting) {
    if (std::set<std::string>(names.begin(), names.end()).size() < names.size()) {
        throw Error(ErrorKind::kUsage, "-m " + options.model + " names a model twice", {});
    }
    if (names.size() < 2) {
        return;
    }
    if (collecting) {
        throw Error(ErrorKind::kUsage,
                    "calibrate takes one model at a time",
                    "name it with -m; see 'varhush model list'");
    }
    if (!options.calibration.empty() && options.calibration != "none") {
        throw Error(ErrorKind::kUsage,
                    "--calibration belongs to one model: name it with -m",
                    "of several models each has the table beside it");
    }
}

// What two models of one kind cannot both write.
void refuse_for_kinds(const ScoreOptions& options, const std::vector<ModelKind>& kinds) {
    const auto several = [&](ModelKind kind) {
        return std::count(kinds.begin(), kinds.end(), kind) > 1;
    };
    if (!options.detail.empty() && several(ModelKind::kAlphaGenome)) {
        throw Error(ErrorKind::kUsage,
                    "--detail is the table of one AlphaGenome-style model, and there are more",
                    "run them one by one");
    }
    if (!options.compat_tag.empty() && several(ModelKind::kSplice)) {
        throw Error(ErrorKind::kUsage,
                    "--compat-tag is of one splice network, and there are more",
                    "run them one by one");
    }
}

// A limit that no model can be held to would be passed over in silence.
void require_limits(const ScoreOptions& options, const std::vector<ReadyModel>& models) {
    const bool reached = std::any_of(
        models.begin(), models.end(), [](const auto& model) { return model.content.calibrated; });
    if (!options.max_ood.empty() && !reached) {
        throw Error(ErrorKind::kUsage,
                    "--max-ood needs a calibration table, and none fits this run",
                    "see --calibration");
    }
}

// A card that was asked for must not be passed over: the small networks run on the processor only.
void refuse_cards(const ScoreOptions& options, const std::vector<ModelKind>& kinds) {
    using enum ModelKind;
    const bool small = std::all_of(kinds.begin(), kinds.end(), [](ModelKind kind) {
        return kind == kReporter || kind == kMix || kind == kCleavage;
    });
    if (small && options.device != "auto" && options.device != "cpu") {
        throw Error(ErrorKind::kUsage,
                    std::string(kind_text(kinds.front())) + " runs on the processor, not on " +
                        options.device,
                    "leave --device out");
    }
}

void close_all(const std::vector<ReadyModel>& models) {
    for (const ReadyModel& model : models) {
        if (model.close_others) {
            model.close_others();
        }
    }
}

// The smallest of what the models ask for.
PipelineLimits limits_of(const std::vector<ReadyModel>& models) {
    PipelineLimits limits;
    for (const ReadyModel& model : models) {
        limits.batch_records = std::min(limits.batch_records, model.limits.batch_records);
        limits.sparse_records = std::min(limits.sparse_records, model.limits.sparse_records);
    }
    return limits;
}

int collect(ReadyModel& model,
            const seq::ReferenceSource& reference,
            ScoreCollector& collector,
            ScoreRun& run) {
    collector.begin(model.provenance, model.settings, model.series, reference);
    run.replace_output(std::make_unique<CollectingWriter>(collector, model.flat));
    return run.finish(
        *model.scorer, model.content, {model.provenance}, model.limits, model.close_others);
}

int stream(std::vector<ReadyModel>& models, ScoreRun& run) {
    std::vector<report::ModelProvenance> provenance;
    std::vector<CompositeRecordScorer::Part> parts;
    for (const ReadyModel& model : models) {
        const std::string id = part_name(model.provenance.id);
        if (std::any_of(parts.begin(), parts.end(), [&](const auto& p) { return p.name == id; })) {
            throw Error(ErrorKind::kUsage,
                        "two of the models are called " + id,
                        "the output could not tell them apart");
        }
        provenance.push_back(model.provenance);
        parts.push_back({id, model.scorer.get(), model.content});
    }
    const auto close = [&] { close_all(models); };
    if (models.size() == 1) {
        return run.finish(*models.front().scorer,
                          models.front().content,
                          provenance,
                          models.front().limits,
                          close);
    }
    CompositeRecordScorer all(std::move(parts));
    return run.finish(
        all, all.content(), provenance, limits_of(models), close, [&] { return all.counts(); });
}

int run_with_models(const ScoreOptions& options,
                    const Engines& engines,
                    ScoreCollector* collector) {
    ScoreRun run(options);
    const io::FastaReader reference(options.fasta);
    const auto names = names_of(options);
    refuse_for_several(options, names, collector != nullptr);
    std::vector<nn::SafeTensors> files;
    std::vector<ModelKind> kinds;
    for (const std::string& name : names) {
        files.push_back(models::open_model(name));
        kinds.push_back(kind_of(files.back()));
    }
    reject_foreign(options, kinds);
    refuse_for_kinds(options, kinds);
    refuse_cards(options, kinds);
    const GeneChoice genes(options);
    if (genes.all) {
        refuse_genes_past_contigs(reference, *genes.all);
    }
    const bool judged = !genes.all || warn_of_gene_contigs(run, *genes.all);
    const ModelSetting setting{options,
                               reference,
                               genes.chosen(),
                               genes.all ? &*genes.all : nullptr,
                               engines,
                               run.threads().model,
                               collector != nullptr,
                               names.size() > 1};
    std::vector<ReadyModel> models;
    for (std::size_t i = 0; i < names.size(); ++i) {
        models.push_back(make_ready(setting, kinds[i], names[i], std::move(files[i])));
    }
    require_limits(options, models);
    const int code = collector != nullptr ? collect(models.front(), reference, *collector, run)
                                          : stream(models, run);
    if (!judged) {
        warn_of_gene_contigs(run, *genes.all);
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
                                   : run_with_models(options, engines, collector);
}

}  // namespace varhush::apps
