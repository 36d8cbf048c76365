#include "apps/score/ready_model.hpp"

#include "apps/common/alphagenome_options.hpp"
#include "apps/score/alphagenome.hpp"
#include "apps/score/cleavage.hpp"
#include "apps/score/collecting_writer.hpp"
#include "apps/score/parallel.hpp"
#include "apps/score/reliability.hpp"
#include "apps/score/reporter.hpp"
#include "apps/score/reporter_mix.hpp"
#include "apps/score/splice.hpp"
#include "apps/score/spread.hpp"
#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/core/memory.hpp"
#include "varhush/models/adapter.hpp"
#include "varhush/models/memory_forecast.hpp"
#include "varhush/models/model_identity.hpp"

#include <algorithm>
#include <utility>

namespace varhush::apps {

namespace {

constexpr std::int64_t kLargeModelParameters = 20'000'000;
constexpr std::int64_t kWorkForAllThreadsBp = 16'384;

// With --spread, to either side: a third of the 128 bases that a trunk puts together, so that the
// three windows cut the sequence differently.
constexpr std::int64_t kShiftBp = 43;

// Whether gene models change what the recommended scorers say.
bool has_gene_scorers(const models::AlphaGenomeConfig& config) {
    const auto& known = scoring::recommended_scorers();
    return std::any_of(known.begin(), known.end(), [&](const auto& scorer) {
        return scorer.spec.needs_genes() && config.has(scorer.spec.output);
    });
}

// Makes one model ready; the kinds differ in how.
class Preparation {
  public:
    Preparation(const ModelSetting& setting,
                ModelKind kind,
                std::string name,
                std::shared_ptr<const nn::SafeTensors> file)
        : setting_(setting), kind_(kind), name_(std::move(name)), file_(std::move(file)) {}

    ReadyModel splice();
    ReadyModel alphagenome();
    ReadyModel reporter();
    ReadyModel mix();
    ReadyModel cleavage();

  private:
    // Keeps an object as long as the model.
    template <typename T>
    const std::shared_ptr<T>& keep(const std::shared_ptr<T>& object) {
        ready_.kept.push_back(object);
        return object;
    }
    [[nodiscard]] const ScoreOptions& options() const { return setting_.options; }
    void calibrate(report::ModelProvenance provenance, bool genes_matter = true);
    ReadyModel finish(std::shared_ptr<RecordScorer> scorer, report::VcfAnnotatorOptions content);
    std::vector<std::unique_ptr<RecordScorer>> member_scorers(const models::SpliceNetwork& network);
    [[nodiscard]] bool shifts_windows() const;
    // Transcripts decide what the gene scorers look at: all of them.
    [[nodiscard]] const seq::GeneModels* scorer_genes() const {
        return options().gtf.empty() ? nullptr : setting_.all_genes;
    }
    std::shared_ptr<AlphaGenomeRecordScorer> window_scorer(const models::AlphaGenomeFile& file,
                                                           models::SequenceModel& model,
                                                           std::int64_t window_bp,
                                                           bool speak);
    std::vector<std::unique_ptr<RecordScorer>> shifted_scorers(const models::AlphaGenomeFile& file,
                                                               models::SequenceModel& model,
                                                               std::int64_t window_bp);

    const ModelSetting& setting_;
    ModelKind kind_;
    std::string name_;
    std::shared_ptr<const nn::SafeTensors> file_;
    ReadyModel ready_;
    const scoring::CalibrationTable* table_ = nullptr;
};

void Preparation::calibrate(report::ModelProvenance provenance, bool genes_matter) {
    ScoreOptions relevant = options();
    if (kind_ == ModelKind::kAlphaGenome) {
        relevant.genes.clear();  // its gene scorers take --gtf alone
    }
    if (!genes_matter) {
        relevant.gtf.clear();
        relevant.genes.clear();
    }
    ready_.settings = calibration_settings(relevant, kind_, provenance.window_bp);
    ready_.provenance = std::move(provenance);
    if (!setting_.collecting) {
        const std::shared_ptr<const scoring::CalibrationTable> table =
            choose_calibration(options(), *file_, ready_.provenance.sha256, ready_.settings);
        table_ = keep(table).get();
    }
    const bool limited = !options().max_ood.empty() ||
                         (kind_ == ModelKind::kSplice && !options().max_spread.empty());
    if (table_ == nullptr && limited) {
        const std::string what =
            std::string(options().max_ood.empty() ? "--max-spread" : "--max-ood") +
            " needs a calibration table, and none fits this run of " + ready_.provenance.id;
        if (!setting_.several) {
            throw Error(ErrorKind::kUsage, what, "see --calibration");
        }
        core::log(core::LogLevel::kWarning, what + ": its scores stay as they are");
    }
}

// `scorer` as it stands, or with what the calibration table adds.
ReadyModel Preparation::finish(std::shared_ptr<RecordScorer> scorer,
                               report::VcfAnnotatorOptions content) {
    keep(file_);
    ready_.content = std::move(content);
    if (ready_.series.empty()) {
        ready_.flat = ready_.content.modalities;
        ready_.series = flat_series(ready_.flat);
    }
    if (table_ != nullptr) {
        describe_calibration(*table_, ready_.content, ready_.provenance);
        ready_.scorer = std::make_shared<CalibratedRecordScorer>(
            *keep(scorer), *table_, setting_.reference, options());
    } else {
        ready_.scorer = std::move(scorer);
    }
    return std::move(ready_);
}

// Each member of an ensemble as a scorer of its own, on the processor.
std::vector<std::unique_ptr<RecordScorer>> Preparation::member_scorers(
    const models::SpliceNetwork& network) {
    const auto& config = network.config();
    if (config.ensemble_size < 2 || config.head != models::SpliceHead::kSoftmax3) {
        throw Error(ErrorKind::kUsage,
                    "--spread needs an ensemble of three-class splice networks",
                    network.identity().id + " has no members that could disagree");
    }
    ScoreOptions plain = options();
    plain.compat_tag.clear();
    plain.levels = false;
    std::vector<std::unique_ptr<RecordScorer>> members;
    for (std::size_t m = 0; m < network.members().size(); ++m) {
        const auto member = std::make_shared<const models::SpliceNetwork>(network.alone(m));
        members.push_back(std::make_unique<SpliceRecordScorer>(
            plain,
            member,
            models::make_native_evaluator(member, setting_.threads),
            setting_.reference,
            setting_.genes));
    }
    return members;
}

ReadyModel Preparation::splice() {
    const auto network = std::make_shared<const models::SpliceNetwork>(*file_);
    calibrate(provenance_of(*network));
    const auto scorer = std::make_shared<SpliceRecordScorer>(
        options(),
        network,
        setting_.engines.splice(network, name_, setting_.threads),
        setting_.reference,
        setting_.genes);
    auto content = scorer->content();
    content.spread = options().spread;
    if (!options().spread) {
        return finish(scorer, std::move(content));
    }
    return finish(std::make_shared<SpreadRecordScorer>(*keep(scorer), member_scorers(*network)),
                  std::move(content));
}

// Of several models the members of the ensemble are what VH_SD is about.
bool Preparation::shifts_windows() const {
    return options().spread && !setting_.several;
}

std::shared_ptr<AlphaGenomeRecordScorer> Preparation::window_scorer(
    const models::AlphaGenomeFile& file,
    models::SequenceModel& model,
    std::int64_t window_bp,
    bool speak) {
    return std::make_shared<AlphaGenomeRecordScorer>(
        options(), file, model, setting_.reference, scorer_genes(), window_bp, table_, speak);
}

std::vector<std::unique_ptr<RecordScorer>> Preparation::shifted_scorers(
    const models::AlphaGenomeFile& file, models::SequenceModel& model, std::int64_t window_bp) {
    ScoreOptions plain = options();
    plain.detail.clear();
    plain.levels = false;
    std::vector<std::unique_ptr<RecordScorer>> shifted;
    for (const std::int64_t shift : {-kShiftBp, kShiftBp}) {
        shifted.push_back(std::make_unique<AlphaGenomeRecordScorer>(plain,
                                                                    file,
                                                                    model,
                                                                    setting_.reference,
                                                                    scorer_genes(),
                                                                    window_bp,
                                                                    nullptr,
                                                                    false,
                                                                    shift));
    }
    return shifted;
}

ReadyModel Preparation::alphagenome() {
    const auto model_file = std::make_shared<const models::AlphaGenomeFile>(
        models::with_adapters(models::read_alphagenome(*file_), options().adapters));
    if (!model_file->notice.empty()) {
        core::log(core::LogLevel::kWarning, model_file->notice);
    }
    const auto window_bp = choose_window(options().window, *model_file, setting_.threads);
    calibrate(provenance_of(*model_file, window_bp), has_gene_scorers(model_file->config));
    const bool large = is_large(model_file->config);
    if (large) {
        // A variant takes seconds and its long table megabytes: small batches.
        ready_.limits.batch_records = 16;
        ready_.limits.sparse_records = 1;
    }
    // One thread a small model; the long table is written in order, by one.
    const bool may_split = !large && setting_.engines.on_processor && options().detail.empty();
    const int workers =
        may_split ? networks_that_fit(model_file->config, window_bp, setting_.threads) : 1;
    std::vector<std::shared_ptr<RecordScorer>> scorers;
    for (int i = 0; i < workers; ++i) {
        const std::shared_ptr<models::SequenceModel> model =
            setting_.engines.alphagenome(*keep(model_file), workers > 1 ? 1 : setting_.threads);
        const auto scorer = window_scorer(*model_file, *keep(model), window_bp, i == 0);
        if (i == 0) {
            ready_.series = scorer->series();
            ready_.content = scorer->content();
            ready_.content.spread = shifts_windows();
            ready_.close_others = [scorer] { scorer->close(); };
        }
        scorers.push_back(scorer);
        if (shifts_windows()) {
            scorers.back() = std::make_shared<SpreadRecordScorer>(
                *keep(scorer), shifted_scorers(*model_file, *model, window_bp), true);
        }
    }
    if (workers == 1) {
        return finish(scorers.front(), ready_.content);
    }
    return finish(std::make_shared<ParallelRecordScorer>(std::move(scorers)), ready_.content);
}

ReadyModel Preparation::reporter() {
    const auto network = std::make_shared<const models::ReporterNetwork>(*file_);
    calibrate(provenance_of(*network));
    const auto scorer = std::make_shared<ReporterRecordScorer>(
        options(), network, setting_.reference, setting_.threads);
    return finish(scorer, scorer->content());
}

ReadyModel Preparation::mix() {
    const auto mix = std::make_shared<const models::ReporterMix>(*file_);
    calibrate(provenance_of(*mix));
    return finish(std::make_shared<MixRecordScorer>(mix, setting_.reference, setting_.threads),
                  MixRecordScorer::content());
}

ReadyModel Preparation::cleavage() {
    const auto network = std::make_shared<const models::AparentNetwork>(*file_);
    calibrate(provenance_of(*network));
    const auto scorer = std::make_shared<CleavageRecordScorer>(
        options(), network, setting_.reference, setting_.genes, setting_.threads);
    return finish(scorer, scorer->content());
}

}  // namespace

ModelKind kind_of(const nn::SafeTensors& file) {
    const std::string architecture = models::model_architecture(file);
    return architecture == "alphagenome"    ? ModelKind::kAlphaGenome
           : architecture == "reporter-cnn" ? ModelKind::kReporter
           : architecture == "reporter-mix" ? ModelKind::kMix
           : architecture == "aparent2"     ? ModelKind::kCleavage
                                            : ModelKind::kSplice;
}

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

int networks_that_fit(const models::AlphaGenomeConfig& config,
                      std::int64_t window_bp,
                      int threads) {
    if (window_bp > kWorkForAllThreadsBp) {
        return 1;
    }
    const auto available = core::available_memory().available_bytes;
    const auto one = models::forecast_memory(config, window_bp, 1).two_passes();
    return available == 0 ? threads
                          : static_cast<int>(std::clamp<std::int64_t>(
                                available / std::max<std::int64_t>(one, 1), 1, threads));
}

bool is_large(const models::AlphaGenomeConfig& config) {
    return models::parameter_count(config) > kLargeModelParameters;
}

ReadyModel make_ready(const ModelSetting& setting,
                      ModelKind kind,
                      const std::string& name,
                      nn::SafeTensors file) {
    Preparation model(
        setting, kind, name, std::make_shared<const nn::SafeTensors>(std::move(file)));
    switch (kind) {
        case ModelKind::kAlphaGenome:
            return model.alphagenome();
        case ModelKind::kReporter:
            return model.reporter();
        case ModelKind::kMix:
            return model.mix();
        case ModelKind::kCleavage:
            return model.cleavage();
        default:
            return model.splice();
    }
}

}  // namespace varhush::apps
