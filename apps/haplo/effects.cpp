#include "apps/haplo/effects.hpp"

#include "apps/common/alphagenome_options.hpp"
#include "apps/score/alphagenome.hpp"
#include "apps/score/model_choice.hpp"
#include "apps/score/ready_model.hpp"
#include "apps/score/reporter_mix.hpp"
#include "apps/score/splice.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/models/adapter.hpp"
#include "varhush/models/alphagenome_native.hpp"
#include "varhush/models/model_store.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace varhush::apps {

namespace {

struct Setting {
    const ScoreOptions& options;
    const seq::ReferenceSource& reference;
    const seq::GeneModels* genes;
    const seq::GeneModels* all_genes;
    int threads;
};

HaploModel splice_model(const Setting& setting, const nn::SafeTensors& file) {
    const auto network = std::make_shared<const models::SpliceNetwork>(file);
    scoring::SpliceHaplotypeOptions options;
    options.distance_bp = setting.options.distance_bp;
    options.mask = setting.options.mask;
    HaploModel model;
    model.provenance = provenance_of(*network);
    model.effects =
        scoring::make_splice_haplotypes(network,
                                        models::make_native_evaluator(network, setting.threads),
                                        setting.reference,
                                        setting.genes,
                                        options);
    return model;
}

// What an AlphaGenome-style model works with, as one object that lives as long.
struct WindowModel {
    WindowModel(models::AlphaGenomeFile read,
                const ScoreOptions& options,
                const seq::GeneModels* genes)
        : file(std::move(read)),
          organism(file.organism_index(options.organism)),
          selection(choose_tracks(options.tracks, options.tissue, file, organism)),
          tables(genes, options.pas) {}

    models::AlphaGenomeFile file;
    int organism;
    scoring::TrackSelection selection;
    ScorerTables tables;
    std::vector<std::unique_ptr<models::SequenceModel>> networks;
};

scoring::WindowHaplotypeOptions window_options(const ScoreOptions& options,
                                               const WindowModel& model,
                                               std::int64_t window_bp) {
    scoring::WindowHaplotypeOptions result;
    result.window_bp = window_bp;
    result.organism = model.organism;
    result.specs =
        runnable_scorers(options, model.file, model.selection, model.tables, model.organism, true);
    for (const auto& spec : result.specs) {
        if (!scoring::serves_haplotypes(spec)) {
            core::log(core::LogLevel::kDebug,
                      spec.name() + " is left out: it does not compare haplotypes");
        }
    }
    return result;
}

HaploModel window_model(const Setting& setting, const nn::SafeTensors& tensors) {
    const ScoreOptions& options = setting.options;
    auto file = models::with_adapters(models::read_alphagenome(tensors), options.adapters);
    if (!file.notice.empty()) {
        core::log(core::LogLevel::kWarning, file.notice);
    }
    const auto window_bp = choose_window(options.window, file, setting.threads);
    const auto kept = std::make_shared<WindowModel>(
        std::move(file), options, options.gtf.empty() ? nullptr : setting.all_genes);
    const int workers = is_large(kept->file.config)
                            ? 1
                            : networks_that_fit(kept->file.config, window_bp, setting.threads);
    std::vector<models::SequenceModel*> networks;
    for (int i = 0; i < workers; ++i) {
        kept->networks.push_back(
            models::make_native_alphagenome(kept->file, workers > 1 ? 1 : setting.threads));
        networks.push_back(kept->networks.back().get());
    }
    auto context = kept->tables.context(kept->file, kept->organism, kept->selection);
    context.align =
        options.align == "all" ? scoring::AlignMode::kAll : scoring::AlignMode::kOfficial;
    HaploModel model;
    model.provenance = provenance_of(kept->file, window_bp);
    model.effects = scoring::make_window_haplotypes(
        networks, setting.reference, context, window_options(options, *kept, window_bp));
    model.kept.push_back(kept);
    return model;
}

HaploModel mix_model(const Setting& setting, const nn::SafeTensors& file) {
    const auto mix = std::make_shared<const models::ReporterMix>(file);
    HaploModel model;
    model.provenance = provenance_of(*mix);
    model.effects = scoring::make_mix_haplotypes(mix, setting.reference, setting.threads);
    return model;
}

bool compares_haplotypes(ModelKind kind) {
    return kind == ModelKind::kAlphaGenome || kind == ModelKind::kMix || kind == ModelKind::kSplice;
}

HaploModel make_model(const Setting& setting, ModelKind kind, const nn::SafeTensors& file) {
    switch (kind) {
        case ModelKind::kAlphaGenome:
            return window_model(setting, file);
        case ModelKind::kMix:
            return mix_model(setting, file);
        case ModelKind::kSplice:
            return splice_model(setting, file);
        default:
            throw Error(ErrorKind::kUsage,
                        file.name() + " is " + kind_text(kind) + ", which haplo cannot run",
                        "splice networks, AlphaGenome-style models and reporter mixes it can");
    }
}

}  // namespace

std::vector<HaploModel> make_haplo_models(const ScoreOptions& options,
                                          const seq::ReferenceSource& reference,
                                          const seq::GeneModels* genes,
                                          const seq::GeneModels* all_genes,
                                          int threads) {
    const Setting setting{options, reference, genes, all_genes, threads};
    const auto names = names_of(options);
    std::vector<std::shared_ptr<const nn::SafeTensors>> files;
    std::vector<ModelKind> kinds;
    for (const std::string& name : names) {
        auto file = std::make_shared<const nn::SafeTensors>(models::open_model(name));
        const ModelKind kind = kind_of(*file);
        // Of the default ones those that can; one that was asked for is refused by name below.
        if (!options.model.empty() || compares_haplotypes(kind)) {
            files.push_back(std::move(file));
            kinds.push_back(kind);
        }
    }
    reject_foreign(options, kinds);
    std::vector<HaploModel> models;
    std::set<std::string> known;
    for (std::size_t i = 0; i < files.size(); ++i) {
        models.push_back(make_model(setting, kinds[i], *files[i]));
        models.back().kept.push_back(files[i]);
        models.back().name = part_name(models.back().provenance.id);
        if (!known.insert(models.back().name).second) {
            throw Error(ErrorKind::kUsage,
                        "two of the models are called " + models.back().name,
                        "the output could not tell them apart");
        }
    }
    return models;
}

}  // namespace varhush::apps
